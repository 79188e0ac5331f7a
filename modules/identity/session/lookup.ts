/**
 * Who a token belongs to. The database is asked for every request, many requests at a time: a session that was ended, on whatever node,
 * counts for no request that comes after.
 */
import { type Caller, createBatched, type Settings, type Store } from '@basalt/kernel'
import type { CallerAccess } from '../access/caller-access.ts'
import { createLastUsed, type Used } from '../last-used.ts'
import { sessionHours, sessionIdleMinutes } from '../settings.ts'
import { CALLER_COLUMNS, type CallerRow } from '../user/caller.ts'
import { hashOfToken } from './token.ts'

const MINUTE_MS = 60_000

interface Found extends CallerRow, Used {
  tokenHash: string
  endsAt: string
}

/** Limits of now count, also for sessions that began under others. */
const SQL = `select s.id, s.token_hash as "tokenHash", s.last_used_at as "lastUsedAt", s.ends_at as "endsAt",
  (extract(epoch from now()) * 1000)::bigint as "nowMs", ${CALLER_COLUMNS}
  from session s join "user" u on u.id = s."user"
  where s.token_hash = any($1::text[]) and s.password_id = u.password_id and s.expires_at > now() and s.ends_at > now()
  and s.last_used_at > now() - make_interval(mins => $2) and s.created_at > now() - make_interval(hours => $3)`

export interface SessionLookup {
  /** Null when it is unknown or has ended. @param use whether this counts as using the session */
  find(token: string, use: boolean): Promise<Caller | null>
  /** When a session that is used now ends. */
  expiry(nowMs: number, endsAt: string): string
}

export function createSessionLookup(store: Store, settings: Settings, access: CallerAccess): SessionLookup {
  const idleMs = (): number => settings.get(sessionIdleMinutes) * MINUTE_MS
  const expiry = (nowMs: number, endsAt: string): string =>
    new Date(Math.min(nowMs + idleMs(), Date.parse(endsAt))).toISOString()
  const touch = createLastUsed<Found>(
    store,
    'session',
    ({ nowMs, endsAt }) => ({ lastUsedAt: new Date(nowMs).toISOString(), expiresAt: expiry(nowMs, endsAt) }),
    () => idleMs() / 4,
  )
  const find = createBatched(async (hashes) => {
    const limits = [settings.get(sessionIdleMinutes), settings.get(sessionHours)]
    const rows = await store.database.lookUp<Found>(SQL, [hashes, ...limits])
    return new Map(rows.map((row) => [row.tokenHash, row]))
  })
  return {
    expiry,
    async find(token, use) {
      const found = await find(hashOfToken(token))
      const caller = found && (await access.callerOf(found, found.version))
      if (!caller) return null
      if (use) touch(found)
      return { ...caller, session: found.id }
    },
  }
}
