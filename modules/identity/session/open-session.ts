/** From a user who has proved who it is to a session. */
import { randomUUID } from 'node:crypto'
import { type Caller, entryOf, Refused, type Settings, type Store } from '@basalt/kernel'
import type { CallerAccess } from '../access/caller-access.ts'
import { maxSessionsPerUser, sessionHours } from '../settings.ts'
import type { UserRow } from '../user/user.resource.ts'
import type { SessionLookup } from './lookup.ts'
import { hashOfToken, newToken } from './token.ts'

const HOUR_MS = 3_600_000
const MAX_CLIENT_LENGTH = 200

export interface Opened {
  id: string
  token: string
  expiresAt: string
  endsAt: string
  user: string
  username: string
  account: string
  operator: boolean
}

export interface OpenSessionDeps {
  store: Store
  settings: Settings
  lookup: SessionLookup
  access: CallerAccess
}

/** As one line of printable text. */
const clientText = (client: string): string => client.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_CLIENT_LENGTH)

/** Ends the sessions that were used least recently where there are too many. */
async function prune({ store, settings }: OpenSessionDeps, user: string): Promise<void> {
  const surplus = await store.database.query<{ id: string }>(
    'select id from session where "user" = $1 order by last_used_at desc, created_at desc, id offset $2',
    [user, settings.get(maxSessionsPerUser)],
  )
  for (const { id } of surplus) await ignoringRefusal(store.commit([{ op: 'delete', kind: 'session', id }]))
}

/** @param from where the login comes from */
export async function openSession(deps: OpenSessionDeps, user: UserRow, from: Caller): Promise<Opened> {
  const { store, settings, lookup, access } = deps
  const token = newToken()
  const nowMs = await store.now()
  const endsAt = new Date(nowMs + settings.get(sessionHours) * HOUR_MS).toISOString()
  const session = {
    id: randomUUID(),
    name: user.username,
    description: '',
    account: user.account,
    user: user.id,
    tokenHash: hashOfToken(token),
    passwordId: user.passwordId,
    client: clientText(from.client ?? ''),
    address: from.address ?? '',
    lastUsedAt: new Date(nowMs).toISOString(),
    expiresAt: lookup.expiry(nowMs, endsAt),
    endsAt,
  }
  const facts = { action: 'session.create', resource: session.id, outcome: 'accepted', code: null } as const
  await store.commit([
    { op: 'require', kind: 'user', id: user.id },
    { op: 'insert', kind: 'session', row: session },
    { op: 'audit', entry: entryOf({ ...from, user: user.id, account: user.account }, facts) },
  ])
  await prune(deps, user.id)
  const operator = (await access.callerNow(user.id, user.account))?.operator ?? false
  const { id, expiresAt, account } = session
  return { id, token, expiresAt, endsAt, user: user.id, username: user.username, account, operator }
}

/** For what may have been done, or undone, meanwhile. */
export async function ignoringRefusal(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}
