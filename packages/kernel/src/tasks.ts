/** Tasks: accepted durably with their claims, carried out by the saga engine, taken over after a crash. */
import type {
  JournalEntry,
  JsonValue,
  RunEnd,
  SagaDefinition,
  SagaEngineOptions,
  SagaRegistry,
  SagaRun,
  StepContext,
} from '@basalt/saga'
import { chooseIds, createSagaEngine, type Faults, type Report } from '@basalt/saga'
import type { Caller } from './caller.ts'
import { createJournal, type RunInfo } from './journal.ts'
import type { TaskObserver } from './observe/tasks.ts'
import type { Operation } from './operations.ts'
import { isOutage } from './pressure/outage.ts'
import { createSuspects } from './pressure/suspects.ts'
import { conflict, notFound } from './problem.ts'
import type { Store } from './store.ts'

export interface TaskRow {
  id: string
  name: string
  account: string
  action: string
  resourceKind: string
  resource: string
  state: 'running' | 'undoing' | 'succeeded' | 'failed' | 'cancelled'
  previousState: string | null
  percent: number
  saga: string
  sagaVersion: number
  epoch: number
  node: string
  /** The request that asked for it, and its trace context. */
  request: string | null
  trace: string | null
  finishedAt: string | null
  cause: { code: string; message: string; remedy: string | null } | null
  payload: { input: JsonValue; ids: Record<string, string>; claims: string[]; end?: 'recycled' }
}

export interface Acceptance {
  /** The task's id. */
  id: string
  caller: Caller
  /** `<kind>.<action>` */
  action: string
  resourceKind: string
  resource: string
  /** Account that the task belongs to. */
  account: string
  /** For people, e.g. `vm.create web-1`. */
  title: string
  saga: { name: string; version: number }
  input: unknown
  ids?: Record<string, string>
  previousState: string | null
  /** Resources to hold besides the subject. */
  claims: readonly string[]
  /** A delete that ends in the recycle bin. */
  end?: 'recycled'
  /** What must hold or happen with the acceptance. */
  operations: Operation[]
}

export interface Tasks {
  /** Resolves when the task is durable; its work has begun. Throws `Refused` when an operation did not hold. */
  accept(acceptance: Acceptance): Promise<void>
  /** Resolves when the task ends, or after `timeoutMs`. */
  wait(id: string, timeoutMs: number): Promise<void>
  cancel(task: TaskRow): Promise<void>
  /** Take over every open task, as after a crash. Returns how many. */
  takeOver(): Promise<number>
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
  bind(context: StepContext<SagaRun>): Deps
  faults?: Faults
  engine?: EngineTuning
  report?(report: Report): void
  observer: TaskObserver
  /** A run that cannot be carried out on this node, e.g. because its saga is not registered. */
  onError(error: unknown, task: TaskRow): void
}

export function createTasks<Deps extends object>(options: TasksOptions<Deps>): Tasks {
  const { store, registry, node, observer } = options
  const runs = new Map<string, RunInfo>()
  const waiting = new Map<string, Promise<unknown>>()
  const engine = createSagaEngine<Deps>({
    registry,
    journal: createJournal(
      store,
      runs,
      ({ saga, sagaVersion }, index) => registry.get(saga, sagaVersion).steps[index + 1]?.name,
    ),
    bind: options.bind,
    faults: options.faults,
    ...options.engine,
    report: options.report,
    isOutage,
    around: observer.around,
  })
  const suspects = createSuspects({ adopt: (ids) => adopt('id = any($2) and node = $1', [ids]) })

  function follow(task: TaskRow, work: Promise<RunEnd>): void {
    const settled = work.then((end) => {
      if (waiting.get(task.id) !== settled) return
      waiting.delete(task.id)
      runs.delete(task.id)
      observer.ended(task, end)
    })
    waiting.set(task.id, settled)
  }

  function begin(task: TaskRow, entries?: readonly JournalEntry[]): void {
    const claims = [task.resource, ...task.payload.claims]
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
      follow(task, entries ? engine.resume(run, entries) : engine.start(run))
    } catch (error) {
      runs.delete(task.id)
      observer.ended(task, { outcome: 'dropped', reason: 'broken' })
      options.onError(error, task)
    }
  }

  async function open(task: string): Promise<TaskRow> {
    const [row] = await store.all<TaskRow>('task', { id: task })
    if (!row) throw notFound('task', task)
    return row
  }

  /** Take over the open tasks that match, each where its journal stands. */
  async function adopt(condition: string, values: unknown[]): Promise<string[]> {
    const taken = await store.database.query<{ id: string }>(
      `update task set epoch = nextval('epoch_seq'), node = $1 where finished_at is null and ${condition} returning id`,
      [node, ...values],
    )
    for (const { id } of taken) {
      const entries = await store.database.query<Record<string, unknown> & JournalEntry>(
        'select index, event, step, output, error from journal where task = $1 order by index',
        [id],
      )
      begin(await open(id), entries)
    }
    return taken.map(({ id }) => id)
  }

  return {
    async accept(acceptance) {
      const { id } = acceptance
      const saga: SagaDefinition<Deps> = registry.get(acceptance.saga.name, acceptance.saga.version)
      const claims = [...new Set(acceptance.claims)].filter((resource) => resource !== acceptance.resource)
      const row = {
        id,
        name: acceptance.title,
        description: '',
        account: acceptance.account,
        action: acceptance.action,
        resourceKind: acceptance.resourceKind,
        resource: acceptance.resource,
        user: acceptance.caller.user,
        state: 'running',
        previousState: acceptance.previousState,
        percent: 0,
        message: '',
        step: saga.steps[0]?.name ?? '',
        saga: saga.name,
        sagaVersion: saga.version,
        node,
        ...observer.origin(),
        payload: {
          input: acceptance.input,
          ids: { ...chooseIds(saga), ...acceptance.ids },
          claims,
          end: acceptance.end,
        },
      }
      try {
        await store.commit([
          ...[acceptance.resource, ...claims]
            .sort()
            .map((resource): Operation => ({ op: 'claim', resource, task: id })),
          ...acceptance.operations,
          { op: 'insert', kind: 'task', row },
        ])
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
        const { promise, stop } = pause(settled ? deadline - Date.now() : Math.min(250, deadline - Date.now()))
        await Promise.race([promise, ...(settled ? [settled] : [])])
        stop()
      }
    },
    async cancel(task) {
      const answer = await engine.cancel(task.id)
      if (!answer.accepted)
        throw conflict('NOT_CANCELLABLE', answer.reason, 'Wait until it ends, then undo it with another action.')
    },
    takeOver: async () => (await adopt('true', [])).length,
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

function pause(ms: number): { promise: Promise<void>; stop: () => void } {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms))
  })
  return { promise, stop: () => clearTimeout(timer) }
}
