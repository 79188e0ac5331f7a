/** Puts the kernel's parts together: store, tasks, events, API server. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createMetrics, type Metrics, type Log as ObserveLog, type Tracer } from '@basalt/observe'
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
import type { Observer } from './observe/observer.ts'
import { observeTasks } from './observe/tasks.ts'
import { type WatchOptions, watchNode } from './observe/watch-node.ts'
import { createIdempotency } from './perform/idempotency.ts'
import { createPerformer, type Performer } from './perform/perform.ts'
import type { Store } from './store.ts'
import { task } from './task.resource.ts'
import { createTasks, type EngineTuning, type TaskRow, type Tasks } from './tasks.ts'

/** What the kernel and the modules need of a log. */
export type Log = Pick<ObserveLog, 'info' | 'error'>

export interface KernelOptions extends WatchOptions {
  store: Store
  tls?: { key: string; cert: string }
  authenticate(token: string, address: string): Promise<Caller | null>
  fallback?: ServerOptions['fallback']
  log: Log
  /** Where this node's metrics are kept; its own unless given. */
  metrics?: Metrics
  /** Collects traces. */
  tracer?: Tracer
  /** Torture only. */
  faults?: Faults
  engine?: EngineTuning
}

export interface Kernel {
  app: FastifyInstance
  store: Store
  tasks: Tasks
  events: Events
  performer: Performer
  metrics: Metrics
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
  const observer: Observer = { log, metrics: options.metrics ?? createMetrics(), tracer: options.tracer }
  const { metrics } = observer
  const registry = createSagaRegistry<object>()
  for (const saga of modules.flatMap((module) => module.sagas ?? [])) registry.register(saga as SagaDefinition<object>)
  const tasks = createTasks<object>({
    store,
    registry,
    node: options.node,
    bind: bindAll(modules),
    faults: options.faults,
    engine: options.engine,
    observer: observeTasks(observer),
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
  const requestFailed: ServerOptions['onError'] = (error, request) =>
    log.error('request failed', { ...request, error: String(error), stack: (error as Error).stack })
  const slices = [taskSlice, ...modules.flatMap((module) => module.slices)]
  const derived = slices.flatMap((slice) => resourceRoutes(slice, { store, performer, tasks }))
  const openTasks = (): number => tasks.open()
  const watch = watchNode(options, { store, observer, openTasks, closing: closing.signal })
  const routes: Route[] = [
    eventRoute({ events, store, closing: closing.signal, onDelivered: watch.onDelivered, onError: requestFailed }),
    ...watch.routes,
    ...metaRoutes(store, () => openapiDocument(store.catalogue.resources, routes)),
    ...modules.flatMap((module) => module.routes ?? []),
  ]
  const app = createServer([...derived, ...routes], {
    tls: options.tls,
    authenticate: options.authenticate,
    fallback: options.fallback,
    observer,
    admission: watch.admission,
    onError: requestFailed,
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
    metrics,
    routes,
    sagas: registry.all() as SagaDefinition[],
    async start() {
      for (const module of modules) await module.start?.()
      void takeOver()
      stopJanitor = startJanitor(store, (error) => log.error('the janitor failed', { error: String(error) }))
    },
    async stop() {
      stopJanitor()
      closing.abort()
      await app.close()
      await tasks.drain(10_000)
      for (const module of [...modules].reverse()) await module.stop?.()
      await store.idle()
      watch.stop()
    },
    async crash() {
      stopJanitor()
      closing.abort()
      tasks.crash()
      watch.stop()
      await app.close()
    },
  }
}
