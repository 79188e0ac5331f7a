/** Holds resources as a task does, for as long as one difference is looked at and mended. */
import type { StepContext } from '@basalt/saga'
import { type Operation, Refused, type Unit } from '../operations.ts'
import type { Store } from '../store.ts'
import type { Hold } from './reconciler.ts'

export interface HoldRequest {
  /** In whose name the claims are held. */
  run: string
  reconciler: string
  /** What is done, for the logs of hosts. */
  step: string
  claims: readonly string[]
  signal: AbortSignal
}

/**
 * Drawn after the claims are held, as a task's is: later than all that was done to the resources, earlier than all that will be. What
 * is still under way when the resources are let go is refused once a task has begun with them.
 */
async function nextEpoch(store: Store): Promise<number> {
  const [row] = await store.database.query<{ epoch: number }>(`select nextval('epoch_seq') as epoch`)
  if (!row) throw new Error('the database drew no epoch')
  return row.epoch
}

/** Do `work` with the resources held. @returns null when a task, or somebody else, holds one of them */
export async function holding<T>(
  store: Store,
  request: HoldRequest,
  work: (hold: Hold) => Promise<T>,
): Promise<{ result: T } | null> {
  const { run, reconciler, step, signal } = request
  const claims = [...new Set(request.claims)]
  const held = [...claims].sort().map((resource): Operation => ({ op: 'claim', resource, task: run }))
  try {
    if (held.length > 0) await store.commit(held)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
  try {
    const epoch = await nextEpoch(store)
    const saga = `reconcile.${reconciler}`
    const own = { runId: run, saga, version: 1, epoch, resources: claims }
    const context: StepContext = {
      ...own,
      step,
      phase: 'run',
      attempt: 1,
      fenceEpoch: 2 * epoch,
      signal,
      attached: [],
      // No record follows: whoever writes does so at once.
      isAgain: true,
      run: { ...own, input: null, ids: {} },
    }
    const commit = (unit: Unit): Promise<void> => {
      signal.throwIfAborted()
      return store.commit([...held, ...unit])
    }
    const tryCommit = (unit: Unit): Promise<boolean> =>
      commit(unit).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Refused) return false
          throw error
        },
      )
    return { result: await work({ context, commit, tryCommit }) }
  } finally {
    const release = claims.map((resource): Operation => ({ op: 'release', resource, task: run }))
    if (release.length > 0) await store.commit(release)
  }
}
