/** Resources of a kind, kept up to date by the live stream. */
import { type InfiniteData, skipToken, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Kind, Page, Row } from '../api/types.ts'
import { useApi, useKinds } from './context.tsx'
import type { Filter } from './fold.ts'

const FIRST_ROWS = 200
/** Whoever asks for more looks for something. */
const MORE_ROWS = 1000

/** Rows of a kind, newest first, page by page. Without a kind (the user cannot see it) nothing is asked for. */
export function useList(kind: Kind | undefined, filter: Filter = {}) {
  const api = useApi()
  const query = useInfiniteQuery({
    queryKey: ['list', kind?.kind ?? '', filter],
    queryFn: kind
      ? ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
          api.list(
            kind,
            { ...filter, limit: String(pageParam ? MORE_ROWS : FIRST_ROWS), cursor: pageParam || undefined },
            signal,
          )
      : skipToken,
    initialPageParam: '',
    getNextPageParam: (page: Page) => page.next,
  })
  const rows = useMemo(() => rowsOf(query.data), [query.data])
  return { ...query, rows }
}

const noRows: readonly Row[] = []

function rowsOf(data: InfiniteData<Page> | undefined): readonly Row[] {
  if (!data) return noRows
  return data.pages.length === 1 ? (data.pages[0]?.items ?? noRows) : data.pages.flatMap((page) => page.items)
}

const indexes = new WeakMap<readonly Row[], Map<string, Row>>()

/** Rows by id; made once for each state of a list, whoever asks. */
function indexOf(rows: readonly Row[]): Map<string, Row> {
  const known = indexes.get(rows)
  if (known) return known
  const index = new Map(rows.map((row) => [row.id, row]))
  indexes.set(rows, index)
  return index
}

/** One resource; null when there is none. */
export function useResource(kind: Kind | undefined, id: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: ['resource', kind?.kind ?? '', id ?? ''],
    queryFn: kind && id ? ({ signal }: { signal: AbortSignal }) => api.get(kind, id, signal) : skipToken,
  })
}

/**
 * What a reference points to: out of the kind's list when it is there, else asked for by itself.
 * `row` is undefined while it is not known, null when it is gone or hidden.
 */
export function useReference(kindName: string | undefined, id: string) {
  const kind = useKinds().byName.get(kindName ?? '')
  const list = useList(kind)
  const listed = indexOf(list.rows).get(id)
  const alone = useResource(list.isFetched && !listed ? kind : undefined, id)
  return { kind, row: listed ?? (kind ? alone.data : null) }
}

/** What people call a resource. */
export const nameOf = (row: Row): string =>
  (typeof row.name === 'string' && row.name) || (typeof row.username === 'string' && row.username) || shortId(row.id)

/** Enough of an id to tell it from others on a screen. */
export const shortId = (id: string): string => id.slice(0, 8)
