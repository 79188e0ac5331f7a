/** Every reconciler of this node: their resources, their schedules, and what they are told. */
import { implement, type Slice } from '../action.ts'
import type { Operation } from '../operations.ts'
import { Refused } from '../operations.ts'
import type { Store } from '../store.ts'
import { finding } from './finding.resource.ts'
import { type ReconcilerRow, reconciler as reconcilerKind } from './reconciler.resource.ts'
import type { Reconciler } from './reconciler.ts'
import { createSchedule, type ReconcilePace, reconcilerId, type ScheduleOptions } from './schedule.ts'

export interface Reconciliation {
  slices: readonly Slice[]
  /** Make the rows; then run on timers and on events. */
  start(): Promise<void>
  /** Something may have had an effect that nobody knows of: everything is looked at soon. */
  lookAround(): void
  stop(): Promise<void>
}

export interface ReconciliationOptions {
  store: Store
  node: string
  reconcilers: readonly Reconciler[]
  pace(): ReconcilePace
  onError: ScheduleOptions['onError']
}

/** How long `run` waits for the end of the run; a longer one goes on without it. */
const ANSWER_MS = 20_000

const NEVER_RAN = { looked: 0, unseen: 0, found: 0, repaired: 0, reported: 0, failed: 0, skipped: 0, message: '' }

export function createReconciliation(options: ReconciliationOptions): Reconciliation {
  const { store, node, reconcilers, pace, onError } = options
  const schedules = new Map(
    reconcilers.map((one) => [reconcilerId(one.name), createSchedule({ store, node, reconciler: one, pace, onError })]),
  )

  async function ensureRow({ name, doc }: Reconciler): Promise<void> {
    const id = reconcilerId(name)
    const [known] = await store.all<ReconcilerRow>('reconciler', { id })
    if (known?.description === doc) return
    const row = { id, name, description: doc, state: 'idle', node, run: id, ...NEVER_RAN }
    const write: Operation = known
      ? { op: 'update', kind: 'reconciler', id, set: { description: doc } }
      : { op: 'insert', kind: 'reconciler', row }
    await store.commit([write]).catch((error: unknown) => {
      // Another node was quicker.
      if (!(error instanceof Refused)) throw error
    })
  }

  async function dropOthers(): Promise<void> {
    const others = (await store.all<ReconcilerRow>('reconciler', {})).filter(({ id }) => !schedules.has(id))
    for (const { id } of others) await store.commit([{ op: 'delete', kind: 'reconciler', id }])
  }

  return {
    slices: [
      implement(reconcilerKind, {
        run: {
          async short({ id }) {
            const ended = schedules.get(id)?.runNow()
            let timer: NodeJS.Timeout | undefined
            const patience = new Promise<void>((resolve) => {
              timer = setTimeout(resolve, ANSWER_MS)
            })
            await Promise.race([ended, patience]).finally(() => clearTimeout(timer))
            return { carriedOut: true }
          },
        },
      }),
      implement(finding),
    ],
    async start() {
      for (const one of reconcilers) await ensureRow(one)
      await dropOthers()
      for (const schedule of schedules.values()) schedule.start()
    },
    lookAround() {
      for (const schedule of schedules.values()) schedule.look()
    },
    async stop() {
      await Promise.all([...schedules.values()].map((schedule) => schedule.stop()))
    },
  }
}
