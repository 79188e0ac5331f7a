/** The parts of a bulk request or an import: each is performed like a request of its own and has a result of its own, in the order asked. */
import type { Action, Resource } from '@basalt/resource'
import type { Slice } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import { internal } from '../http/problems.ts'
import { alreadyExists } from '../perform/duplicates.ts'
import { type Idempotency, type IdempotencyKey, partOfKey } from '../perform/idempotency.ts'
import type { Performer } from '../perform/perform.ts'
import type { ActionRequest, Outcome } from '../perform/request.ts'
import { revealedBy } from '../perform/revealed.ts'
import { Problem } from '../problem.ts'
import { removes } from '../recycle/bin.ts'
import type { Store } from '../store.ts'
import type { Tasks } from '../tasks/tasks.ts'
import { viewOf } from '../view.ts'
import type { Batch, Told } from './batch.ts'
import { inTurn } from './in-turn.ts'

/** What became of one part: as a request of its own would be answered. */
export interface PartResult {
  status: number
  task?: Row
  resource?: Row
  problem?: Told
}

export interface CarryOutDeps {
  store: Store
  performer: Performer
  tasks: Pick<Tasks, 'wait'>
  idempotency: Idempotency
  /** Tells the log about a bug. */
  onError(error: unknown): void
}

export interface Work {
  slice: Slice
  action: Action
  caller: Caller
  batch: Batch
  key?: IdempotencyKey
  /** Only say what would be refused. */
  dryRun: boolean
  /** How long to wait for the tasks that began. */
  waitMs: number
  /** What is asked for a part; throws the problem when nothing can be asked for it. */
  requestFor(item: string, index: number): Pick<ActionRequest, 'id' | 'body' | 'ifMatch'>
}

/** How a part ended, before it is read what its answer shows. */
type Ended = { outcome: Outcome } | { refused: Told } | { rehearsed: readonly string[] }

/** Parts under way at once: enough to fill a flush, few enough to leave others their turn. */
const AT_ONCE = 250

/** Something behind has no room for so many at once, such as the thread that hashes passwords. */
const isCrowded = (ended: Ended): boolean => 'refused' in ended && ended.refused.code === 'OVERLOADED'

const told = (problem: Problem): Told => JSON.parse(JSON.stringify(problem)) as Told

/** Of those that would take the same unique value, the first may: it would be there when the others come. */
function onceEach(all: readonly Ended[], resource: Resource): Ended[] {
  const taken = new Set<string>()
  return all.map((ended) => {
    if (!('rehearsed' in ended)) return ended
    if (ended.rehearsed.some((value) => taken.has(value))) return { refused: told(alreadyExists(resource)) }
    for (const value of ended.rehearsed) taken.add(value)
    return ended
  })
}

export function createCarryOut(deps: CarryOutDeps): (work: Work) => Promise<PartResult[]> {
  const { store, performer, tasks, idempotency } = deps

  function refusal(error: unknown, { caller }: Work): Told {
    if (error instanceof Problem) return told(error)
    deps.onError(error)
    return told(internal(caller.request ?? ''))
  }

  /** What the part came to, or came to before. */
  async function outcomeOf(work: Work, index: number): Promise<Ended> {
    const { batch, key, slice, action, caller } = work
    const part = key && partOfKey(key, index)
    try {
      const before = batch.refusals[index]
      if (before) {
        const accepted = part && (await idempotency.find(part))
        return accepted ? { outcome: accepted } : { refused: before }
      }
      const request = { slice, action, caller, ...work.requestFor(batch.items[index] ?? '', index) }
      if (!work.dryRun) return { outcome: await performer.perform({ ...request, idempotencyKey: part }) }
      return { rehearsed: await performer.rehearse(request) }
    } catch (error) {
      return { refused: refusal(error, work) }
    }
  }

  async function taskResult(id: string, caller: Caller): Promise<PartResult> {
    const row = await store.get<Row>('task', id, caller)
    if (!row) return { status: 202, task: { id } }
    return { status: row.finishedAt ? 200 : 202, task: viewOf(store.catalogue.resource('task'), row, caller) }
  }

  async function resourceResult(outcome: Outcome & { reveal?: Row }, work: Work): Promise<PartResult> {
    const { slice, action, caller } = work
    if (removes(action)) return { status: 204 }
    const revealed = revealedBy(action, outcome.resource, outcome.reveal)
    const row = await store.get<Row>(slice.resource.kind, outcome.resource, caller)
    const status = action.name === 'create' ? 201 : 200
    // It may be out of the caller's sight by now: given to another account.
    return row ? { status, resource: { ...viewOf(slice.resource, row, caller), ...revealed } } : { status }
  }

  async function resultOf(ended: Ended, work: Work): Promise<PartResult> {
    if ('rehearsed' in ended) return { status: 200 }
    if ('refused' in ended) return { status: ended.refused.status, problem: ended.refused }
    const { outcome } = ended
    try {
      return 'task' in outcome ? await taskResult(outcome.task, work.caller) : await resourceResult(outcome, work)
    } catch (error) {
      const problem = refusal(error, work)
      return { status: problem.status, problem }
    }
  }

  return async (work) => {
    const { batch, waitMs } = work
    const all = onceEach(
      await inTurn(batch.items.length, (index) => outcomeOf(work, index), { atOnce: AT_ONCE, isCrowded }),
      work.slice.resource,
    )
    const refusals = all.flatMap((ended, index): [number, Told][] =>
      // What only failed for want of a database or of room is tried again when it is asked for again.
      'refused' in ended && ended.refused.status < 500 ? [[index, ended.refused]] : [],
    )
    if (!work.dryRun) await batch.settle(Object.fromEntries(refusals))
    const begun = all.flatMap((ended) => ('outcome' in ended && 'task' in ended.outcome ? [ended.outcome.task] : []))
    if (waitMs > 0) await Promise.all(begun.map((task) => tasks.wait(task, waitMs)))
    return inTurn(all.length, (index) => resultOf(all[index] as Ended, work), { atOnce: AT_ONCE })
  }
}
