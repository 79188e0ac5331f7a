/** Puts the kernel's parts together: store, tasks, events, API server. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createSagaRegistry, type Faults, type SagaDefinition, type SagaRun, type StepContext } from '@basalt/saga'
import type { FastifyInstance } from 'fastify'
import { implement } from './action.ts'
import type { Caller } from './caller.ts'
import { createEvents, type Events } from './events.ts'
import { eventRoute } from './http/event-route.ts'
import { metaRoutes, openapiDocument } from './http/meta-routes.ts'
import { resourceRoutes } from './http/resource-routes.ts'
import { createServer, type ServerOptions } from './http/server.ts'
import { startJanitor } from './janitor.ts'
import type { Module, Route } from './module.ts'
import { createIdempotency } from './perform/idempotency.ts'
import { createPerformer, type Performer } from './perform/perform.ts'
import { finding, type ReconcilePace, reconciler } from './reconcile/index.ts'
import { createReconciliation } from './reconcile/reconciliation.ts'
import { unattendedReconciler } from './reconcile/unattended.ts'
import type { Store } from './store.ts'
import { task } from './task.resource.ts'
import { createTasks, type EngineTuning, type TaskRow, type Tasks } from './tasks.ts'

export interface Log {
  info(message: string, facts?: Record<string, unknown>): void
  error(message: string, facts?: Record<string, unknown>): void
}

export interface KernelOptions {
  store: Store
  modules: readonly Module[]
  /** Name of this control-plane node. */
  node: string
  tls?: { key: string; cert: string }
  authenticate(token: string, address: string): Promise<Caller | null>
  fallback?: ServerOptions['fallback']
  log: Log
  /** Torture only. */
  faults?: Faults
  engine?: EngineTuning
  reconcile?: Partial<ReconcilePace>
}

export interface Kernel {
  app: FastifyInstance
  store: Store
  tasks: Tasks
  events: Events
  performer: Performer
  /** Routes that no kind derives, for the OpenAPI document. */
  routes: readonly Route[]
  /** Every saga that a task may run, newest and former versions. */
  sagas: readonly SagaDefinition[]
  /** Start the modules; open tasks are taken over as soon as all of them are ready for that. */
  start(): Promise<void>
  stop(): Promise<void>
  /** As if the process had died. For tests. */
  crash(): Promise<void>
}

/** The kinds of these modules and of the kernel itself, for `createStore`. */
export const resourcesOf = (modules: readonly Pick<Module, 'slices'>[]) => [
  task,
  reconciler,
  finding,
  ...modules.flatMap((module) => module.slices.map((slice) => slice.resource)),
]

function bindAll(modules: readonly Module[]) {
  const owners = new Map(
    modules.flatMap((module) => (module.sagas ?? []).map((saga): [string, Module] => [saga.name, module])),
  )
  return (context: StepContext<SagaRun>): object => owners.get(context.saga)?.bind?.(context) ?? {}
}

const TAKE_OVER_RETRY_MS = 1_000

export function createKernel(options: KernelOptions): Kernel {
  const { store, modules, log } = options
  const registry = createSagaRegistry<object>()
  for (const saga of modules.flatMap((module) => module.sagas ?? [])) registry.register(saga as SagaDefinition<object>)
  const tasks = createTasks<object>({
    store,
    registry,
    node: options.node,
    bind: bindAll(modules),
    faults: options.faults,
    engine: options.engine,
    report(report) {
      if (report.kind === 'lateEffect') reconciliation.lookAround()
    },
    onError: (error, row) =>
      log.error('task cannot be carried out', { task: row.id, saga: row.saga, error: String(error) }),
  })
  const performer = createPerformer({ store, tasks, idempotency: createIdempotency(store) })
  const events = createEvents(store)
  const closing = new AbortController()
  let stopJanitor = (): void => {}
  const taskSlice = implement(task, {
    cancel: {
      async short({ row }) {
        await tasks.cancel(row as unknown as TaskRow)
        return { carriedOut: true }
      },
    },
  })
  const reconciliation = createReconciliation({
    store,
    node: options.node,
    reconcilers: [unattendedReconciler(store), ...modules.flatMap((module) => module.reconcilers ?? [])],
    pace: options.reconcile,
    onError: (error, about) => log.error('a reconciler failed', { ...about, error: String(error) }),
  })
  const slices = [taskSlice, ...reconciliation.slices, ...modules.flatMap((module) => module.slices)]
  const derived = slices.flatMap((slice) => resourceRoutes(slice, { store, performer, tasks }))
  const routes: Route[] = [
    eventRoute(events, store, closing.signal),
    ...metaRoutes(store, () => openapiDocument(store.catalogue.resources, routes)),
    ...modules.flatMap((module) => module.routes ?? []),
  ]
  const app = createServer([...derived, ...routes], {
    tls: options.tls,
    authenticate: options.authenticate,
    fallback: options.fallback,
    onError: (error, request) =>
      log.error('request failed', { ...request, error: String(error), stack: (error as Error).stack }),
  })

  async function takeOver(): Promise<void> {
    await Promise.all(modules.map((module) => module.ready?.()))
    while (!closing.signal.aborted) {
      try {
        const taken = await tasks.takeOver()
        if (taken > 0) log.info('took over open tasks', { tasks: taken })
        return
      } catch (error) {
        log.error('open tasks cannot be taken over yet', { error: String(error) })
        await sleep(TAKE_OVER_RETRY_MS, undefined, { signal: closing.signal }).catch(() => {})
      }
    }
  }

  return {
    app,
    store,
    tasks,
    events,
    performer,
    routes,
    sagas: registry.all() as SagaDefinition[],
    async start() {
      for (const module of modules) await module.start?.()
      void takeOver()
      await reconciliation.start()
      stopJanitor = startJanitor(store, (error) => log.error('the janitor failed', { error: String(error) }))
    },
    async stop() {
      stopJanitor()
      closing.abort()
      await Promise.all([app.close(), reconciliation.stop()])
      await tasks.drain(10_000)
      for (const module of [...modules].reverse()) await module.stop?.()
      await store.idle()
    },
    async crash() {
      stopJanitor()
      closing.abort()
      void reconciliation.stop()
      tasks.crash()
      await app.close()
    },
  }
}
