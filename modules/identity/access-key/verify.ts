/** Whose access key signed a request. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import {
  type Authenticated,
  type Caller,
  type Credentials,
  createBatched,
  type Problem,
  refusal,
  type Store,
} from '@basalt/kernel'
import {
  CONTENT_SHA256,
  DATE,
  NONCE,
  parseAuthorization,
  SCHEME,
  signatureOf,
  UNSIGNED_PAYLOAD,
} from '@basalt/signature'
import type { CallerAccess } from '../access/caller-access.ts'
import { createLastUsed, type Used } from '../last-used.ts'
import { CALLER_COLUMNS, type CallerRow } from '../user/caller.ts'
import type { AccessKeyRow } from './access-key.resource.ts'
import { createNonces } from './nonces.ts'

/** How far a request's clock may be from ours, to either side. */
const WINDOW_MS = 5 * 60_000
/** Longer than the whole window, for nodes whose clocks differ. */
const NONCE_SECONDS = (3 * WINDOW_MS) / 1000

const DATE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/
const NONCE_FORM = /^[A-Za-z0-9_-]{16,64}$/
const DIGEST_FORM = /^[0-9a-f]{64}$/

const refused = (code: string, detail: string, remedy: string): Problem =>
  refusal({ status: 401, code, detail, remedy })

const wrong = (): Problem =>
  refused(
    'SIGNATURE_INVALID',
    'The signature is not one of an enabled access key.',
    'Check the key, and what is signed: docs/how-to/access-keys.md tells it step by step.',
  )

interface Found extends CallerRow, Used {}

const SQL = `select k.id, k.last_used_at as "lastUsedAt", (extract(epoch from now()) * 1000)::bigint as "nowMs", ${CALLER_COLUMNS}
  from access_key k join "user" u on u.id = k."user" where k.id = any($1::uuid[]) and k.state = 'enabled'`

/** Compares without telling by its time where two signatures differ. */
const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

interface Signed {
  key: string
  signature: string
  nonce: string
  content: string
  headers: Record<string, string>
}

const textOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value

/** What the request claims. @throws Problem when it cannot be right, whatever the key */
function claimOf({ headers }: Credentials): Signed {
  const authorization = parseAuthorization(headers.authorization ?? '')
  if (!authorization) throw wrong()
  const values = authorization.signedHeaders.map((name) => [name, textOf(headers[name])] as const)
  if (values.some(([, value]) => value === undefined)) throw wrong()
  const signed = Object.fromEntries(values) as Record<string, string>
  const { [DATE]: date = '', [NONCE]: nonce = '', [CONTENT_SHA256]: content = '' } = signed
  if (!DATE_FORM.test(date) || !(Math.abs(Date.parse(date) - Date.now()) <= WINDOW_MS))
    throw refused(
      'SIGNATURE_EXPIRED',
      `The request is signed for ${date || 'no time'}; here it is ${new Date().toISOString()}.`,
      `Set the clock: it may differ by ${WINDOW_MS / 60_000} minutes.`,
    )
  if (!NONCE_FORM.test(nonce) || (content !== UNSIGNED_PAYLOAD && !DIGEST_FORM.test(content))) throw wrong()
  return { key: authorization.credential, signature: authorization.signature, nonce, content, headers: signed }
}

export interface AccessKeys {
  /** Whether the request has a signature, right or wrong. */
  recognises(credentials: Credentials): boolean
  /** @throws Problem when the signature does not count */
  authenticate(credentials: Credentials): Promise<Authenticated>
}

export function createAccessKeys(store: Store, access: CallerAccess): AccessKeys {
  const nonces = createNonces(store, NONCE_SECONDS)
  const touch = createLastUsed<Found>(store, 'accessKey', ({ nowMs }) => ({
    lastUsedAt: new Date(nowMs).toISOString(),
  }))
  /** Signs for keys that do not exist, so that they take as long. */
  const noSecret = randomBytes(32).toString('base64url')

  const enabled = createBatched(async (ids) => {
    const rows = await store.database.query<Found>(SQL, [ids])
    return new Map(rows.map((row) => [row.id, row]))
  })
  const secrets = createBatched(async (ids) => {
    const rows = await store.all<AccessKeyRow>('accessKey', { id: ids })
    return new Map(rows.map(({ id, secret }) => [id, secret]))
  })

  async function callerOf(found: Found | undefined): Promise<Caller | null> {
    const caller = found && (await access.callerOf(found, found.version))
    return caller ? { ...caller, accessKey: found.id } : null
  }

  return {
    recognises: ({ headers }) => headers.authorization?.startsWith(`${SCHEME} `) ?? false,
    async authenticate(credentials) {
      const { key, signature, nonce, content, headers } = claimOf(credentials)
      const [found, secret] = await Promise.all([enabled(key), secrets(key)])
      const expected = signatureOf(secret ?? noSecret, { method: credentials.method, url: credentials.url, headers })
      const caller = await callerOf(found)
      if (!isSame(signature, expected) || !found || !caller) throw wrong()
      if (!(await nonces.spend(key, nonce)))
        throw refused(
          'SIGNATURE_REPLAYED',
          'This request came before.',
          'Sign each request anew, with a nonce of its own.',
        )
      touch(found)
      return {
        caller,
        bodySha256: content === UNSIGNED_PAYLOAD ? null : content,
        current: async () => callerOf(await enabled(key)),
      }
    },
  }
}
