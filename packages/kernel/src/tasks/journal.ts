/** The sagas' durable journal on PostgreSQL: every record is fenced by the task's epoch and shares its flush with others. */
import { createRedactor, redactText } from '@basalt/observe'
import type { Resource } from '@basalt/resource'
import {
  type ErrorData,
  FencedError,
  type FinishRecord,
  type Journal,
  type JournalRecord,
  JournalRejectedError,
} from '@basalt/saga'
import type { Row } from '../database.ts'
import { type Operation, Refused, type Unit } from '../operations.ts'
import { inBin } from '../recycle/bin.ts'
import type { Store } from '../store.ts'
import { endingOf, toEnding } from './ending.ts'
import type { TaskRow } from './row.ts'

/** What the journal needs to know of a run to write its end. */
export interface RunInfo {
  task: TaskRow
  /** Resources to let go. */
  claims: readonly string[]
}

/** Errors of drivers and programs may repeat what they were told. */
const redact = createRedactor()

/** What fenced writers attached to a step. */
const attachedTo = ({ attached = [] }: JournalRecord): Operation[] => attached as Operation[]

/** The entries of a record and of those that waited for it, with what their steps attached. */
function entriesOf(record: JournalRecord): Operation[] {
  const records = [...(record.earlier ?? []), record]
  return [...records.map(entry), ...records.flatMap(attachedTo)]
}

type Update = Extract<Operation, { op: 'update' }>

const isPlain = (operation: Operation): operation is Update =>
  operation.op === 'update' && !operation.from && operation.version === undefined && !operation.unreferenced

/** What is set on one row from several sides is one change of it, with one event. */
function oncePerRow(unit: Unit): Unit {
  const sets = new Map<string, Row>()
  return unit.flatMap((operation): Unit => {
    if (!isPlain(operation)) return [operation]
    const key = `${operation.kind}/${operation.id}`
    const known = sets.get(key)
    const set = Object.assign(known ?? {}, operation.set)
    sets.set(key, set)
    return known ? [] : [{ ...operation, set }]
  })
}

const fence = (record: { runId: string; epoch: number }): Operation => ({
  op: 'fence',
  task: record.runId,
  epoch: record.epoch,
})

function entry(record: JournalRecord): Operation {
  const { runId, index, event, step, output, error } = record
  return {
    op: 'journal',
    task: runId,
    index,
    event,
    step,
    output: output ?? null,
    error: error ? (redact(error) as ErrorData) : null,
  }
}

/** What a record changes of its task. A step that is done changes nothing: news of the next one come as progress. */
function changeOfTask({ runId, event, step, percent, message }: JournalRecord): Operation[] {
  if (event === 'done') return []
  const set = {
    ...(step ? { step } : {}),
    ...(percent === undefined ? {} : { percent: Math.floor(percent) }),
    ...(message === undefined ? {} : { message }),
    ...(event === 'undoing' ? { state: 'undoing' } : {}),
  }
  return [{ op: 'update', kind: 'task', id: runId, set }]
}

/** Operations that bring the resource to its end state. */
function endOfResource(resource: Resource, task: TaskRow, record: FinishRecord, at: string): Operation[] {
  const name = task.action.slice(task.action.indexOf('.') + 1)
  const action = resource.actions[name]
  const update = (set: Row): Operation[] => [{ op: 'update', kind: resource.kind, id: task.resource, set }]
  if (task.payload.end === 'untouched') return []
  const isRecycling = task.payload.end === 'recycled'
  const isRemoval = (name === 'delete' || name === 'expunge') && !isRecycling
  if (record.outcome === 'succeeded') {
    const ending = endingOf(resource, task, record)
    if (ending) return toEnding(resource, task.resource, ending)
    if (isRecycling) return update(inBin(at))
    if (isRemoval) return [{ op: 'delete', kind: resource.kind, id: task.resource }]
    return action?.to ? update({ state: action.to, cause: null }) : []
  }
  if (!action?.via && name !== 'create') return []
  const cause = record.error ? publicCause(record.error) : null
  const canFail = resource.failedStates.includes('failed')
  if (name === 'create')
    return canFail ? update({ state: 'failed', cause }) : [{ op: 'delete', kind: resource.kind, id: task.resource }]
  // A delete only goes forward: what is half gone is not what it was before.
  if (canFail && (record.outcome === 'undoFailed' || isRemoval)) return update({ state: 'failed', cause })
  const { previousState } = task
  if (!previousState) return []
  return update({ state: previousState, ...(resource.failedStates.includes(previousState) ? { cause } : {}) })
}

/** The part of an error that its resource and its task show. */
export function publicCause(error: ErrorData): { code: string; message: string; remedy: string | null } {
  const undo = error.undo?.length
    ? ` Undoing failed as well: ${error.undo.map((failure) => failure.message).join('; ')}`
    : ''
  const remedy = error.remedy === undefined ? null : redactText(error.remedy)
  return { code: error.code, message: redactText(`${error.message}${undo}`), remedy }
}

const taskState = ({ outcome, error }: FinishRecord): string =>
  outcome === 'succeeded'
    ? 'succeeded'
    : error?.code === 'RUN_CANCELLED' && outcome === 'undone'
      ? 'cancelled'
      : 'failed'

/** @param runs what is known of the runs that this node works on */
export function createJournal(store: Store, runs: Map<string, RunInfo>): Journal {
  async function commit(record: { runId: string; epoch: number }, unit: Unit): Promise<void> {
    try {
      await store.commit(oncePerRow(unit))
    } catch (error) {
      if (error instanceof Refused && error.operation.op === 'fence') throw new FencedError(record.runId, record.epoch)
      if (error instanceof Refused) throw new JournalRejectedError(error.message, { cause: error })
      throw error
    }
  }
  return {
    record(record) {
      const entries = record.event === 'progress' ? [] : entriesOf(record)
      return commit(record, [fence(record), ...entries, ...changeOfTask(record)])
    },
    async finish(record) {
      const info = runs.get(record.runId)
      if (!info) throw new JournalRejectedError(`the run ${record.runId} is not known here`)
      const { task, claims } = info
      const resource = store.catalogue.resource(task.resourceKind)
      const message = endingOf(resource, task, record)?.message ?? ''
      const finishedAt = new Date(await store.now()).toISOString()
      const set = {
        state: taskState(record),
        finishedAt,
        cause: record.error ? publicCause(record.error) : null,
        ...(record.outcome === 'succeeded' ? { percent: 100, message } : {}),
      }
      await commit(record, [
        fence(record),
        ...(record.last ? entriesOf(record.last) : []),
        ...endOfResource(resource, task, record, finishedAt),
        { op: 'update', kind: 'task', id: record.runId, set },
        ...claims.map((resource): Operation => ({ op: 'release', resource, task: record.runId })),
      ])
    },
  }
}
