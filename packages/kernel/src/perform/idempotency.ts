/** `Idempotency-Key`: a request that is repeated under the same key, within a day, is answered with what became of the first. */
import type { Operation } from '../operations.ts'
import { Problem } from '../problem.ts'
import type { Store } from '../store.ts'
import type { Outcome } from './request.ts'

export interface IdempotencyKey {
  account: string
  key: string
  bodyHash: string
  /** The same by every master key that is there: the first request may have come under another one. */
  bodyHashes: readonly string[]
}

export interface Idempotency {
  /** What became of the first request under this key; another body under the same key is refused. */
  find(key: IdempotencyKey): Promise<Outcome | null>
}

/** A key is bound to the method, the path and the body, of which a digest is kept: bodies hold passwords. */
export function idempotencyKey(
  { digest, digests }: Pick<Store, 'digest' | 'digests'>,
  account: string,
  key: string,
  request: { method: string; url: string; body: unknown },
): IdempotencyKey {
  if (key.length < 1 || key.length > 255)
    throw new Problem({
      status: 400,
      code: 'INVALID_INPUT',
      detail: 'The Idempotency-Key must have 1 to 255 characters.',
      remedy: 'Send a fresh UUID.',
    })
  const text = JSON.stringify([request.method, request.url, request.body ?? null])
  return { account, key, bodyHash: digest(text), bodyHashes: digests(text) }
}

/** Remembers the key with the acceptance. */
export const keyOperation = (key: IdempotencyKey | undefined, resource: string, task: string | null): Operation[] =>
  key ? [{ op: 'idempotency', account: key.account, key: key.key, bodyHash: key.bodyHash, resource, task }] : []

const keyIdOf = (hash: string): string => hash.split('.')[0] ?? ''

/** Whether it is the body of the first request. One by a key that is gone cannot be compared: it is taken for the same. */
const isSameBody = (kept: string, { bodyHashes }: IdempotencyKey): boolean =>
  bodyHashes.includes(kept) || !bodyHashes.some((hash) => keyIdOf(hash) === keyIdOf(kept))

export function createIdempotency(store: Store): Idempotency {
  return {
    async find(wanted) {
      const { account, key } = wanted
      const [row] = await store.database.query<{ body_hash: string; resource: string; task: string | null }>(
        `select body_hash, resource, task from idempotency where account = $1 and key = $2 and at > now() - interval '24 hours'`,
        [account, key],
      )
      if (!row) return null
      if (!isSameBody(row.body_hash, wanted))
        throw new Problem({
          status: 422,
          code: 'IDEMPOTENCY_KEY_REUSED',
          detail: 'This Idempotency-Key came with another request before.',
          remedy: 'Use a fresh key for each request.',
        })
      return row.task ? { task: row.task, resource: row.resource } : { resource: row.resource }
    },
  }
}
