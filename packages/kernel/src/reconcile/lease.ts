/** Of all nodes, one runs a reconciler at a time: its row says which, and until when. */
import { randomUUID } from 'node:crypto'
import type { Row } from '../database.ts'
import { Refused } from '../operations.ts'
import type { Store } from '../store.ts'
import type { ReconcilerRow } from './reconciler.resource.ts'

/** A node that stands still for longer than this has lost its run. */
const LEASE_MS = 60_000
const RENEW_MS = 15_000

export interface Lease {
  /** Claims are held in its name. */
  run: string
  /** Aborted when the lease is lost. */
  signal: AbortSignal
  /** Give it back, with what the run has to tell. */
  release(facts: Row): Promise<void>
}

/** The lease on a reconciler, or null while another node has it. What a run that died held is let go. */
export async function takeLease(store: Store, id: string, node: string): Promise<Lease | null> {
  const [row] = await store.all<ReconcilerRow>('reconciler', { id })
  if (!row) throw new Error(`there is no reconciler ${id}`)
  const until = async (): Promise<string> => new Date((await store.now()) + LEASE_MS).toISOString()
  // A run of this very node is one of its former life: within a life there is one at a time.
  const isOthers = row.state === 'running' && row.node !== node
  if (isOthers && Date.parse(row.leaseUntil ?? '') > (await store.now())) return null
  const run = randomUUID()
  const lost = new AbortController()
  let version = row.version

  /** Only as long as nobody else wrote the row. */
  async function write(set: Row): Promise<boolean> {
    try {
      await store.commit([{ op: 'update', kind: 'reconciler', id, set, version }])
      version++
      return true
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      lost.abort(new Error('another node runs the reconciler'))
      return false
    }
  }

  if (!(await write({ state: 'running', node, run, leaseUntil: await until() }))) return null
  await store.database.query('delete from claim where task = $1', [row.run])
  // A renewal that fails is no loss yet: the next may work, and the lease ends by itself.
  let renewing = Promise.resolve()
  const timer = setInterval(() => {
    renewing = renewing.then(async () => void (await write({ leaseUntil: await until() }))).catch(() => {})
  }, RENEW_MS)
  return {
    run,
    signal: lost.signal,
    async release(facts) {
      clearInterval(timer)
      await renewing
      await write({ ...facts, state: 'idle', leaseUntil: null })
    },
  }
}
