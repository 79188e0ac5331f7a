/** The work of a deletion with what a resource has: the deletions, one after the other or side by side, each as its own kind does it. */
import { setMaxListeners } from 'node:events'
import type { StepContext } from '@basalt/saga'
import type { Slice } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Performer } from '../perform/perform.ts'
import { isOutage } from '../pressure/outage.ts'
import { causeOf, conflict, forbidden, type Problem, spelled } from '../problem.ts'
import type { Store } from '../store.ts'
import type { TaskRow } from '../tasks/row.ts'
import type { Tasks } from '../tasks/tasks.ts'
import type { CascadeDeps, CascadeInput } from './cascade.saga.ts'
import { type Closure, closureOf, type Member } from './closure.ts'
import { deedOf } from './deed.ts'
import { orderOf, type Work } from './order.ts'
import { agreedTo, isLongDelete } from './preview.ts'

export interface CarryOutDeps {
  store: Store
  sliceOf(kind: string): Slice
  performer: Pick<Performer, 'perform'>
  tasks: Pick<Tasks, 'wait'>
  /** Whoever asked for it, with the rights that they have now; null when there is no such user any more. */
  callerNow(caller: Caller): Promise<Caller | null>
}

/** Deletions that are under way at a time. */
const AT_ONCE = 16
/** How long one waits for a task before one looks whether one is still wanted. */
const LOOK_MS = 5_000
/** How many of those that failed are told by name. */
const NAMED = 5

const wordsOf = ({ kind, row }: Pick<Member, 'kind' | 'row'>): string => `the ${spelled(kind)} "${row.name ?? row.id}"`

const changed = (words: string): Problem =>
  conflict(
    'CHANGED_MEANWHILE',
    `Something came that nobody agreed to: ${words}.`,
    'Look at the preview again, and ask for the deletion again.',
  )

const incomplete = (failures: readonly [Member, unknown][], left: number): Problem => {
  const told = failures.slice(0, NAMED).map(([member, error]) => {
    const { code, message } = causeOf(error)
    return `${wordsOf(member)} (${code}: ${message})`
  })
  const more = failures.length > NAMED ? `, and ${failures.length - NAMED} more` : ''
  return conflict(
    'CASCADE_INCOMPLETE',
    `${failures.length} could not be deleted: ${told.join(', ')}${more}. ${left} of what was to go are left, the others are gone.`,
    'Mend what is told, then ask for the deletion again: it goes on with what is left. Its preview lists that.',
  )
}

const failureOf = ({ cause, state }: TaskRow): Problem =>
  conflict(
    cause?.code ?? 'TASK_FAILED',
    cause?.message ?? `Its task was ${state}.`,
    cause?.remedy ?? 'Look at its task.',
  )

/** Resolves with the work, rejects as soon as the signal is aborted. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

export function bindCascade(deps: CarryOutDeps, { runId, signal }: StepContext): CascadeDeps['cascade'] {
  const { store, sliceOf, performer, tasks } = deps
  // Each deletion that is under way listens.
  setMaxListeners(2 * AT_ONCE, signal)

  /** What is left of it; null when all is gone. */
  async function leftOf({ kind, id, agreed }: CascadeInput): Promise<Closure | null> {
    const closure = await closureOf(store, kind, id)
    const known = new Set(agreed)
    const stray = closure && agreedTo(closure).find((key) => !known.has(key))
    if (stray) throw changed(wordsOf(closure.members.get(stray) as Member))
    return closure
  }

  async function finished(task: string): Promise<TaskRow | undefined> {
    for (;;) {
      await unlessAborted(signal, tasks.wait(task, LOOK_MS))
      const [row] = await store.all<TaskRow>('task', { id: task })
      if (!row || row.finishedAt) return row
    }
  }

  /** A deletion of it that is under way, perhaps begun before a crash. */
  async function underWay({ kind, id }: Member): Promise<string | undefined> {
    const [task] = await store.database.query<{ id: string }>(
      `select id from task where resource = $1 and id <> $2 and finished_at is null and action = any($3::text[])`,
      [id, runId, [`${kind}.delete`, `${kind}.expunge`]],
    )
    return task?.id
  }

  async function remove(member: Member, input: CascadeInput): Promise<void> {
    const before = await underWay(member)
    if (before) await finished(before)
    const [row] = await store.all<Row & { id: string }>(member.kind, { id: member.id })
    if (!row) return
    const caller = await deps.callerNow(input.caller)
    if (!caller) throw forbidden(`${member.kind}.delete`)
    signal.throwIfAborted()
    const slice = sliceOf(member.kind)
    const outcome = await performer.perform({ slice, ...deedOf(slice, row), id: member.id, caller, within: runId })
    const task = 'task' in outcome && (await finished(outcome.task))
    if (task && task.state !== 'succeeded') throw failureOf(task)
  }

  /** Whoever else deletes it meanwhile does what was wanted. */
  async function isGone({ kind, id }: Member): Promise<boolean> {
    return (await store.all(kind, { id })).length === 0
  }

  return {
    async confirm(input) {
      const closure = await leftOf(input)
      const holder = closure?.holders[0]
      if (holder) throw changed(wordsOf(holder))
    },
    async deleteAll(input, progress) {
      const closure = await leftOf(input)
      if (!closure) return { deleted: input.agreed.length }
      const works = orderOf(closure, isLongDelete(deps))
      const tolerant = (member: Member): Promise<void> =>
        remove(member, input).catch(async (error: unknown) => {
          if (isOutage(error) || signal.aborted || !(await isGone(member))) throw error
        })
      const failures = await deleteInOrder(works, tolerant, signal, progress)
      const outage = failures.find(([, error]) => isOutage(error))
      if (outage) throw outage[1]
      if (failures.length > 0) {
        const left = await closureOf(store, input.kind, input.id)
        throw incomplete(failures, left ? agreedTo(left).length : 0)
      }
      return { deleted: input.agreed.length }
    },
  }
}

/** Deletes what nothing is before, until nothing more can be. @returns those that failed, with why */
async function deleteInOrder(
  works: ReadonlyMap<string, Work>,
  remove: (member: Member) => Promise<void>,
  signal: AbortSignal,
  progress: (percent: number, message: string) => void,
): Promise<[Member, unknown][]> {
  const left = new Map(works)
  const running = new Map<string, Promise<void>>()
  const failures: [Member, unknown][] = []
  let done = 0
  let isAway = false
  const open = new Set(works.keys())
  const begin = (key: string, { member }: Work): void => {
    left.delete(key)
    const work = remove(member).then(
      () => {
        open.delete(key)
        done++
        progress((100 * done) / works.size, `${done} of ${works.size} gone`)
      },
      (error: unknown) => {
        failures.push([member, error])
        isAway ||= isOutage(error)
      },
    )
    running.set(
      key,
      work.finally(() => running.delete(key)),
    )
  }
  for (;;) {
    for (const [key, work] of left) {
      if (running.size >= AT_ONCE || signal.aborted || isAway) break
      if ([...work.after].every((each) => !open.has(each))) begin(key, work)
    }
    const [first] = left
    // What is in a circle: the refusal of one of them tells.
    if (running.size === 0 && first && failures.length === 0 && !signal.aborted) begin(...first)
    if (running.size === 0) break
    await Promise.race(running.values())
  }
  signal.throwIfAborted()
  return failures
}
