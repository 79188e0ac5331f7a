/** Tasks: accepted durably with their claims, carried out by the saga engine, taken over after a crash. */
import {
  createSagaEngine,
  type Faults,
  type JournalEntry,
  type Report,
  type RunEnd,
  type SagaDefinition,
  type SagaEngineOptions,
  type SagaRegistry,
  type SagaRun,
  type StepContext,
} from '@basalt/saga'
import { createBatched } from '../batched.ts'
import { type Cluster, noCluster } from '../nodes/cluster.ts'
import type { HandOver } from '../nodes/hand-over.ts'
import { createTaskBells } from '../nodes/task-bells.ts'
import type { TaskObserver } from '../observe/tasks.ts'
import type { Operation } from '../operations.ts'
import { isOutage } from '../pressure/outage.ts'
import { createSuspects } from '../pressure/suspects.ts'
import { conflict, notFound } from '../problem.ts'
import type { Store } from '../store.ts'
import { createJournal, type RunInfo } from './journal.ts'
import { type Acceptance, asWritten, begunAs, leaveLine, type NewTask, newTask, type TaskRow } from './row.ts'
import { createTakeUp, type TakeUp } from './taking-up.ts'

export interface Tasks {
  /** Resolves when the task is durable; its work has begun. Throws `Refused` when an operation did not hold. */
  accept(acceptance: Acceptance): Promise<void>
  /** Resolves when the task ends, or after `timeoutMs`. */
  wait(id: string, timeoutMs: number): Promise<void>
  cancel(task: TaskRow): Promise<void>
  /** Carry on tasks that are this node's by now, from where their journals stand. */
  resume: TakeUp
  /** Carry on tasks that are this node's, but that this process does not know of. */
  resumeForgotten(): Promise<void>
  /** Carry on tasks that other nodes handed over to this one. */
  resumeHanded(): Promise<void>
  /** Let go of everything at once, without a write: other nodes may have it by now. */
  letGo(): void
  /** Stop taking work and wait for what runs, at most `timeoutMs`. What is left is resumed at the next start. */
  drain(timeoutMs: number): Promise<void>
  /** Runs that this node works on, those that wait for their turn included. */
  open(): number
  /** Forget everything at once, as if the process had died. For tests. */
  crash(): void
}

/** How patient the saga engine is; what is left out is as the engine has it. */
export type EngineTuning = Pick<
  SagaEngineOptions<object, SagaRun>,
  'clock' | 'graceMs' | 'stepTimeoutMs' | 'undoRetry' | 'progressIntervalMs'
>

export interface TasksOptions<Deps> {
  store: Store
  registry: SagaRegistry<Deps>
  /** Name of this control-plane node. */
  node: string
  /** The way to the other nodes. */
  cluster?: Cluster
  bind(context: StepContext<SagaRun>): Deps
  faults?: Faults
  engine?: EngineTuning
  report?(report: Report): void
  observer: TaskObserver
  /** Has another node go on with a task after this error; false when it is to fail here. */
  handOver?: HandOver
  /** A run that cannot be carried out on this node, e.g. because its saga is not registered. */
  onError(error: unknown, task: TaskRow): void
  /** Tasks of this node that wait in line, found when it was started or took them over. */
  onQueued(tasks: readonly TaskRow[]): void
  /** Resources that a task of this node let go. */
  onReleased(resources: readonly string[]): void
}

/** How often the task of another node is looked at, should its bell not be heard. */
const ELSEWHERE_POLL_MS = 250

export function createTasks<Deps extends object>(options: TasksOptions<Deps>): Tasks {
  const { store, registry, node, observer, cluster = noCluster } = options
  const watched = createTaskBells(cluster)
  const runs = new Map<string, RunInfo>()
  const waiting = new Map<string, Promise<unknown>>()
  const engine = createSagaEngine<Deps>({
    registry,
    journal: createJournal(store, runs),
    bind: options.bind,
    faults: options.faults,
    ...options.engine,
    report: options.report,
    isOutage,
    around: (context, work) => observer.around(context, () => hereOrElsewhere(context, work)),
  })
  async function hereOrElsewhere<T>(context: StepContext, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (await options.handOver?.(error, context)) engine.drop(context.runId)
      throw error
    }
  }
  const suspects = createSuspects({
    async adopt(ids) {
      const found = await raise('id = any($2::uuid[])', [ids])
      await resume(found)
      return found
    },
  })

  function follow(task: TaskRow, claims: readonly string[], work: Promise<RunEnd>): void {
    const settled = work.then((end) => {
      if (waiting.get(task.id) !== settled) return
      waiting.delete(task.id)
      runs.delete(task.id)
      observer.ended(task, end)
      if (end.outcome === 'dropped') return
      options.onReleased(claims)
      cluster.ring({ tasks: [task.id], released: claims })
    })
    waiting.set(task.id, settled)
  }

  function begin(task: TaskRow, entries?: readonly JournalEntry[]): void {
    const claims = [task.resource, ...task.payload.claims]
    const former = runs.get(task.id)
    // It is found more than once when a lease was lost and taken, or a task forgotten and adopted, at the same time.
    if (former && former.task.epoch >= task.epoch) return
    runs.set(task.id, { task, claims })
    const run: SagaRun = {
      runId: task.id,
      saga: task.saga,
      version: task.sagaVersion,
      epoch: task.epoch,
      resources: claims,
      input: task.payload.input,
      ids: task.payload.ids,
    }
    try {
      observer.began(task, { resumed: entries !== undefined })
      follow(task, claims, entries ? engine.resume(run, entries) : engine.start(run))
    } catch (error) {
      if (former) runs.set(task.id, former)
      else runs.delete(task.id)
      observer.ended(task, { outcome: 'dropped', reason: 'broken' })
      options.onError(error, task)
    }
  }

  /** Epochs of tasks that are this node's: all else of a task that was just written is known. */
  const epochOf = createBatched(async (ids) => {
    const sql = 'select id, epoch from task where id = any($1::uuid[]) and node = $2'
    const rows = await store.database.lookUp<{ id: string; epoch: number }>(sql, [ids, node])
    return new Map(rows.map(({ id, epoch }) => [id, epoch]))
  })

  /** Begins a task that is durable, unless another node has taken it over meanwhile. */
  async function beginNew(operation: NewTask): Promise<void> {
    const epoch = await epochOf(operation.row.id)
    if (epoch !== undefined) begin(asWritten(operation, epoch))
  }

  async function open(task: string): Promise<TaskRow> {
    const [row] = await store.all<TaskRow>('task', { id: task })
    if (!row) throw notFound('task', task)
    return row
  }

  /** Gives open tasks of this node that match a higher epoch: former executions of them are over. Their ids. */
  async function raise(condition: string, values: unknown[]): Promise<string[]> {
    const raised = await store.database.query<{ id: string }>(
      `update task set epoch = nextval('epoch_seq') where node = $1 and finished_at is null and ${condition} returning id`,
      [node, ...values],
    )
    return raised.map(({ id }) => id)
  }

  const resume = createTakeUp({ store, node, begin, onQueued: options.onQueued })

  async function cancelHere(id: string): Promise<void> {
    const answer = await engine.cancel(id)
    if (!answer.accepted)
      throw conflict('NOT_CANCELLABLE', answer.reason, 'Wait until it ends, then undo it with another action.')
  }
  const cancelElsewhere = async ({ id, node: owner }: TaskRow): Promise<void> =>
    void (await cluster.call(owner, 'task.cancel', { task: id }))
  cluster.serve('task.cancel', ({ task }: { task: string }) => cancelHere(task))

  return {
    async accept(acceptance) {
      const { id, turn } = acceptance
      const saga: SagaDefinition<Deps> = registry.get(acceptance.saga.name, acceptance.saga.version)
      const claims = [...new Set(acceptance.claims)].filter((resource) => resource !== acceptance.resource)
      const begun = begunAs(acceptance, saga, claims)
      const fresh = turn ? null : newTask(acceptance, saga, node, { ...begun, ...observer.origin() })
      try {
        await store.commit([
          ...(turn ? [{ op: 'fence', task: id, epoch: turn.epoch } as const] : []),
          ...[acceptance.resource, ...claims]
            .sort()
            .map((resource): Operation => ({ op: 'claim', resource, task: id, under: acceptance.parent })),
          ...acceptance.operations,
          ...(fresh ? [fresh] : leaveLine(id, begun)),
        ])
        if (fresh) return await beginNew(fresh)
        // Work ahead of it had a higher epoch, perhaps: later work on a resource must have the highest.
        await raise('id = $2', [id])
        begin(await open(id))
      } catch (error) {
        if (isOutage(error)) suspects.add(id)
        throw error
      }
    },
    async wait(id, timeoutMs) {
      const deadline = Date.now() + timeoutMs
      // While the database is away there is nothing to know.
      const isOver = (): Promise<boolean> =>
        open(id).then(
          ({ finishedAt }) => finishedAt !== null,
          (error: unknown) => {
            if (isOutage(error)) return false
            throw error
          },
        )
      while (Date.now() < deadline) {
        const settled = waiting.get(id)
        if (!settled && (await isOver())) return
        const leftMs = deadline - Date.now()
        await (settled ? soonest(settled, leftMs) : watched.next(id, Math.min(ELSEWHERE_POLL_MS, leftMs)))
      }
    },
    cancel: (task) => (task.node === node ? cancelHere(task.id) : cancelElsewhere(task)),
    resume,
    resumeForgotten: async () =>
      resume(
        await raise(
          `id <> all($2::uuid[]) and state in ('running', 'undoing') and created_at < now() - interval '10 seconds'`,
          [[...runs.keys()]],
        ),
      ),
    resumeHanded: async () =>
      resume(
        await raise(`former_node is not null and state in ('running', 'undoing') and id <> all($2::uuid[])`, [
          [...runs.keys()],
        ]),
      ),
    letGo() {
      for (const { runId } of engine.running()) engine.drop(runId)
    },
    async drain(timeoutMs) {
      suspects.stop()
      await engine.drain(timeoutMs)
    },
    open: () => runs.size,
    crash() {
      suspects.stop()
      engine.crash()
    },
  }
}

/** Resolves with the work, or after `ms`. */
async function soonest(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, ms))
    }),
  ])
  clearTimeout(timer)
}
