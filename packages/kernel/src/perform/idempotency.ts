/** `Idempotency-Key`: a request that is repeated under the same key, within a day, is answered with what became of the first. */
import { createBatched } from '../batched.ts'
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

/** Of one of the requests that one request stands for. No key from outside looks like it: headers have no line breaks. */
export const partOfKey = (whole: IdempotencyKey, part: string | number): IdempotencyKey => ({
  ...whole,
  key: `${whole.key}\n${part}`,
})

/** Remembers the key with the acceptance. */
export const keyOperation = (key: IdempotencyKey | undefined, resource: string, task: string | null): Operation[] =>
  key ? [{ op: 'idempotency', account: key.account, key: key.key, bodyHash: key.bodyHash, resource, task }] : []

const keyIdOf = (hash: string): string => hash.split('.')[0] ?? ''

/** Whether it is the body of the first request. One by a key that is gone cannot be compared: it is taken for the same. */
const isSameBody = (kept: string, { bodyHashes }: IdempotencyKey): boolean =>
  bodyHashes.includes(kept) || !bodyHashes.some((hash) => keyIdOf(hash) === keyIdOf(kept))

interface Kept {
  bodyHash: string
  resource: string
  task: string | null
}

const nameOf = (account: string, key: string): string => JSON.stringify([account, key])

export function createIdempotency({ database }: Pick<Store, 'database'>): Idempotency {
  const look = createBatched<Kept>(async (names) => {
    const pairs = names.map((name) => JSON.parse(name) as [string, string])
    const rows = await database.query<{
      account: string
      key: string
      bodyHash: string
      resource: string
      task: string | null
    }>(
      `select account, key, body_hash as "bodyHash", resource, task from idempotency
        where (account, key) in (select * from unnest($1::uuid[], $2::text[])) and at > now() - interval '24 hours'`,
      [pairs.map(([account]) => account), pairs.map(([, key]) => key)],
    )
    return new Map(rows.map((row) => [nameOf(row.account, row.key), row]))
  })
  return {
    async find(wanted) {
      const kept = await look(nameOf(wanted.account, wanted.key))
      if (!kept) return null
      if (!isSameBody(kept.bodyHash, wanted))
        throw new Problem({
          status: 422,
          code: 'IDEMPOTENCY_KEY_REUSED',
          detail: 'This Idempotency-Key came with another request before.',
          remedy: 'Use a fresh key for each request.',
        })
      return kept.task ? { task: kept.task, resource: kept.resource } : { resource: kept.resource }
    },
  }
}
