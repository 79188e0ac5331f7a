/**
 * What a request with many parts is about, remembered under its Idempotency-Key before the first part is carried out: repeated, here or
 * on another node, it is about the same, and each part is answered with what became of it.
 */
import { Refused } from '../operations.ts'
import { type Idempotency, type IdempotencyKey, keyOperation } from '../perform/idempotency.ts'
import type { Store } from '../store.ts'

/** A refusal as it was told. */
export type Told = Record<string, unknown> & { status: number }

export interface Batch {
  items: readonly string[]
  /** Refusals of the first time, by place; those of parts that were accepted at another time do not count. */
  refusals: Readonly<Record<number, Told>>
  /** Remembers them, once. */
  settle(refusals: Record<number, Told>): Promise<void>
}

export interface Batches {
  /** @param decide what it is about; asked only when nothing came under this key before */
  begin(key: IdempotencyKey | undefined, decide: () => Promise<readonly string[]>): Promise<Batch>
}

interface BatchRow extends Record<string, unknown> {
  items: string[]
  refusals: Record<number, Told> | null
}

export function createBatches(store: Store, idempotency: Idempotency): Batches {
  const { database } = store

  async function open(id: string): Promise<Batch> {
    const [row] = await database.query<BatchRow>('select items, refusals from batch where id = $1', [id])
    if (!row) throw new TypeError(`the batch ${id} is gone, though its key is there`)
    return {
      items: row.items,
      refusals: row.refusals ?? {},
      async settle(refusals) {
        const sql = 'update batch set refusals = $2 where id = $1 and refusals is null'
        await database.query(sql, [id, JSON.stringify(refusals)])
      },
    }
  }

  /** The key refers to what is there already, so that whoever finds the key finds what it is about. */
  async function remember(key: IdempotencyKey, items: readonly string[]): Promise<string> {
    const id = crypto.randomUUID()
    await database.query('insert into batch (id, items) values ($1, $2)', [id, JSON.stringify(items)])
    try {
      await store.commit(keyOperation(key, id, null))
      return id
    } catch (error) {
      const first = error instanceof Refused ? await idempotency.find(key) : null
      if (!first) throw error
      return first.resource
    }
  }

  return {
    async begin(key, decide) {
      if (!key) return { items: await decide(), refusals: {}, settle: async () => {} }
      const first = await idempotency.find(key)
      return open(first ? first.resource : await remember(key, await decide()))
    },
  }
}
