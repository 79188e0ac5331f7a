/** What every screen can reach: the API, the live stream, uploads, and the kinds. */
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useMemo, useSyncExternalStore } from 'react'
import type { Api } from '../api/client.ts'
import type { Session } from '../api/session.ts'
import type { Kind } from '../api/types.ts'
import type { Live, LiveStatus } from './live.ts'
import type { Upload, Uploads } from './uploads.ts'

export interface Services {
  api: Api
  live: Live
  uploads: Uploads
}

const ServicesContext = createContext<Services | null>(null)
export const ServicesProvider = ServicesContext.Provider

/** The API, the live stream and uploads. */
export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new TypeError('there is no ServicesProvider above')
  return services
}

export const useApi = (): Api => useServices().api

/** The session, or null when nobody is logged in. */
export function useSession(): Session | null {
  const { session } = useApi()
  return useSyncExternalStore(session.subscribe, session.get)
}

export function useLiveStatus(): LiveStatus {
  const { live } = useServices()
  return useSyncExternalStore(live.subscribe, live.status)
}

/** Uploads under way, by image. */
export function useUploads(): ReadonlyMap<string, Upload> {
  const { uploads } = useServices()
  return useSyncExternalStore(uploads.subscribe, uploads.all)
}

/** Kinds that the user can see, in the order the server tells them. */
export interface Kinds {
  all: readonly Kind[]
  byName: ReadonlyMap<string, Kind>
  /** By the last part of the collection's path, e.g. `storage-pools`. */
  byCollection: ReadonlyMap<string, Kind>
}

/** `/v1/storage-pools` → `storage-pools`, which is also the address of its screen. */
export const collectionOf = (kind: Kind): string => kind.path.slice(kind.path.lastIndexOf('/') + 1)

export const kindsFrom = (all: readonly Kind[]): Kinds => ({
  all,
  byName: new Map(all.map((kind) => [kind.kind, kind])),
  byCollection: new Map(all.map((kind) => [collectionOf(kind), kind])),
})

const KindsContext = createContext<Kinds>(kindsFrom([]))
export const KindsProvider = KindsContext.Provider
export const useKinds = (): Kinds => useContext(KindsContext)

/** Ask the server for the kinds. */
export function useKindsQuery() {
  const api = useApi()
  const query = useQuery({ queryKey: ['kinds'], queryFn: () => api.kinds() })
  const kinds = useMemo(() => query.data && kindsFrom(query.data), [query.data])
  return { ...query, kinds }
}
