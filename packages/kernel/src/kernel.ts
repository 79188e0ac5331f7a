/** Puts the kernel's parts together: store, tasks, events, API server. */
import { createMetrics, type Metrics, type Log as ObserveLog, type Tracer } from '@basalt/observe'
import type { Setting } from '@basalt/resource'
import { createSagaRegistry, type Faults, type SagaDefinition, type SagaRun, type StepContext } from '@basalt/saga'
import type { FastifyInstance } from 'fastify'
import { actingIn } from './access/acting.ts'
import { accessRoutes } from './access/routes.ts'
import { implement, type Slice } from './action.ts'
import { type Audit, createAudit } from './audit/audit.ts'
import { createBatches } from './bulk/batch.ts'
import { createCarryOut } from './bulk/carry-out.ts'
import { type Caller, PLATFORM } from './caller.ts'
import { cascadeDelete } from './cascade/cascade.saga.ts'
import { type Cascade, createCascade } from './cascade/cascade.ts'
import { createEvents, type Events } from './events.ts'
import type { Authenticate } from './http/credentials.ts'
import { eventRoute } from './http/event-route.ts'
import type { RequestRates } from './http/gate.ts'
import { metaRoutes, openapiDocument } from './http/meta-routes.ts'
import { resourceRoutes } from './http/resource-routes.ts'
import { createServer, type ServerOptions } from './http/server.ts'
import { startJanitor, tidy } from './janitor.ts'
import { createKeyring, KEY_BYTES, type Keyring } from './keys/keyring.ts'
import type { Module, Route } from './module.ts'
import { type Cluster, noCluster } from './nodes/cluster.ts'
import { createHandOver } from './nodes/hand-over.ts'
import { type NodeLease, unlimitedLease } from './nodes/lease.ts'
import { node } from './nodes/node.resource.ts'
import { createNodeWork } from './nodes/node-work.ts'
import { shareFlushes } from './nodes/share-flushes.ts'
import type { Observer } from './observe/observer.ts'
import { observeTasks } from './observe/tasks.ts'
import { type WatchOptions, watchNode } from './observe/watch-node.ts'
import { createIdempotency } from './perform/idempotency.ts'
import { createPerformer, type Performer } from './perform/perform.ts'
import { createLine } from './queue/line.ts'
import { finding, type ReconcilePace, reconciler } from './reconcile/index.ts'
import { paceOf } from './reconcile/reconcile.settings.ts'
import { createReconciliation } from './reconcile/reconciliation.ts'
import { unattendedReconciler } from './reconcile/unattended.ts'
import { binSettings } from './recycle/bin.ts'
import { expungeDue } from './recycle/expunger.ts'
import { auditDays, kernelSettings } from './settings/kernel.settings.ts'
import { createLiveSettings, type LiveSettings } from './settings/live.ts'
import { settingSlices } from './settings/setting.actions.ts'
import { setting } from './settings/setting.resource.ts'
import { settingChange } from './settings/setting-change.resource.ts'
import { settingOverride } from './settings/setting-override.resource.ts'
import { settingTemplate } from './settings/setting-template.resource.ts'
import { previewRoute, templateSlice } from './settings/templates.ts'
import type { Store } from './store.ts'
import { resumeSpreads, spreading } from './tags/spread.ts'
import { tag } from './tags/tag.resource.ts'
import { tagSlice } from './tags/tags.ts'
import type { TaskRow } from './tasks/row.ts'
import { task } from './tasks/task.resource.ts'
import { createTasks, type EngineTuning, type Tasks } from './tasks/tasks.ts'

/** What the kernel and the modules need of a log. */
export type Log = Pick<ObserveLog, 'info' | 'error'>

export interface KernelOptions extends WatchOptions {
  store: Store
  /** The node's lease, when others may share its database. */
  lease?: NodeLease
  /** The way to the other nodes. */
  cluster?: Cluster
  tls?: { key: string; cert: string }
  authenticate: Authenticate
  /** Somebody who asked for what was queued, with the rights that they have now; those that they had when absent. */
  callerNow?(caller: Caller): Promise<Caller | null>
  /** How many requests a second are let in; as many as come without. */
  rates?: RequestRates
  fallback?: ServerOptions['fallback']
  /** Sign the audit's checkpoints; one of zeros in tests only. */
  masterKeys?: Keyring
  /** Where this node keeps heads of the audit besides the database. */
  auditAnchorsFile?: string
  log: Log
  /** Where this node's metrics are kept; its own unless given. */
  metrics?: Metrics
  /** Collects traces. */
  tracer?: Tracer
  /** Torture only. */
  faults?: Faults
  engine?: EngineTuning
  /** Where the modules read their settings; started and stopped with the kernel. */
  settings?: LiveSettings
  reconcile?: Partial<ReconcilePace>
}

export interface Kernel {
  app: FastifyInstance
  store: Store
  tasks: Tasks
  events: Events
  audit: Audit
  performer: Performer
  settings: LiveSettings
  /** Every setting of the kernel and of the modules. */
  settingDefinitions: readonly Setting[]
  metrics: Metrics
  /** Routes that kinds derive. */
  derived: readonly Route[]
  /** Routes that no kind derives, for the OpenAPI document. */
  routes: readonly Route[]
  /** Every saga that a task may run, newest and former versions. */
  sagas: readonly SagaDefinition[]
  /** Start the modules; open tasks are taken over as soon as all of them are ready for that. */
  start(): Promise<void>
  stop(): Promise<void>
  /** One round of what time brings: forget what is too old, expunge what has lain in the recycle bin for long enough. */
  tidy(): Promise<void>
  /** As if the process had died. For tests. */
  crash(): Promise<void>
}

/** The kinds of the kernel itself. */
export const kernelResources = [
  task,
  node,
  tag,
  reconciler,
  finding,
  setting,
  settingOverride,
  settingChange,
  settingTemplate,
]

/** The kinds of these modules and of the kernel itself, for `createStore`. */
export const resourcesOf = (modules: readonly Pick<Module, 'slices'>[]) => [
  ...kernelResources,
  ...modules.flatMap((module) => module.slices.map((slice) => slice.resource)),
]

function bindAll(modules: readonly Pick<Module, 'sagas' | 'bind'>[]) {
  const owners = new Map(modules.flatMap((module) => (module.sagas ?? []).map((saga) => [saga.name, module] as const)))
  return (context: StepContext<SagaRun>): object => owners.get(context.saga)?.bind?.(context) ?? {}
}

/** How long tasks have to end when the program stops; shorter when another node goes on with them. */
const DRAIN_MS = 10_000
const HAND_OVER_MS = 500

export function createKernel(options: KernelOptions): Kernel {
  const { store, modules, log, lease = unlimitedLease(options.node), cluster = noCluster } = options
  const observer: Observer = { log, metrics: options.metrics ?? createMetrics(), tracer: options.tracer }
  const { metrics } = observer
  const registry = createSagaRegistry<object>()
  const working: Pick<Module, 'sagas' | 'bind'>[] = [
    ...modules,
    { sagas: [cascadeDelete as SagaDefinition<never>], bind: (context) => cascade.bind(context) },
  ]
  for (const saga of working.flatMap((module) => module.sagas ?? [])) registry.register(saga as SagaDefinition<object>)
  const tasks = createTasks<object>({
    store,
    registry,
    node: options.node,
    cluster,
    bind: bindAll(working),
    faults: options.faults,
    engine: options.engine,
    observer: observeTasks(observer),
    handOver: createHandOver({ database: store.database, node: options.node, log }),
    report(report) {
      if (report.kind === 'lateEffect') reconciliation.lookAround()
    },
    onQueued: (rows) => line.adopt(rows),
    onReleased: () => line.look(),
    onError: (error, row) =>
      log.error('task cannot be carried out', { task: row.id, saga: row.saga, error: String(error) }),
  })
  const callerNow = async (caller: Caller): Promise<Caller | null> =>
    caller.user === PLATFORM.user || !options.callerNow ? caller : options.callerNow(caller)
  const line = createLine({
    store,
    node: options.node,
    cluster,
    slices: () => slices,
    takeTurn: (request) => performer.takeTurn(request),
    callerNow,
    log,
  })
  cluster.onBell(({ released }) => released && line.look())
  lease.onLost(line.letGo)
  const onSettingsError = (error: unknown): void => log.error('settings cannot be read', { error: String(error) })
  const settings = options.settings ?? createLiveSettings({ store, onError: onSettingsError })
  const idempotency = createIdempotency(store)
  const performer = createPerformer({
    store: spreading(settings.watching(store)),
    tasks,
    idempotency,
    line,
    settings,
  })
  const sliceOf = (kind: string): Slice => {
    const found = slices.find(({ resource }) => resource.kind === kind)
    if (!found) throw new TypeError(`no module has the kind "${kind}"`)
    return found
  }
  const cascade: Cascade = createCascade({ store, sliceOf, performer, tasks, idempotency, callerNow })
  const events = createEvents(store)
  const audit = createAudit({
    store,
    masterKeys: options.masterKeys ?? createKeyring(Buffer.alloc(KEY_BYTES)),
    anchorsFile: options.auditAnchorsFile,
    log,
  })
  const closing = new AbortController()
  let stopJanitor = (): void => {}
  const taskSlice = implement(task, {
    cancel: {
      async short({ row }) {
        const wanted = row as unknown as TaskRow
        if (wanted.state !== 'queued' || !(await line.cancel(wanted))) await tasks.cancel(wanted)
        return { carriedOut: true }
      },
    },
  })
  const work = createNodeWork({ store, modules, tasks, lease, cluster, log })
  shareFlushes(store, cluster)
  const requestFailed: ServerOptions['onError'] = (error, request) =>
    log.error('request failed', { ...request, error: String(error), stack: (error as Error).stack })
  const settingDefinitions = [
    ...kernelSettings,
    ...modules.flatMap((module) => module.settings ?? []),
    ...binSettings(store.catalogue.resources),
  ]
  const { definitions } = settings
  const own = [taskSlice, implement(node), tagSlice, ...settingSlices(definitions), templateSlice(definitions)]
  const reconciliation = createReconciliation({
    store,
    node: options.node,
    reconcilers: [unattendedReconciler(store), ...modules.flatMap((module) => module.reconcilers ?? [])],
    pace: paceOf(settings, options.reconcile),
    onError: (error, about) => log.error('a reconciler failed', { ...about, error: String(error) }),
  })
  const slices = [...own, ...reconciliation.slices, ...modules.flatMap((module) => module.slices)]
  const bulk = {
    store,
    settings,
    batches: createBatches(store, idempotency),
    carryOut: createCarryOut({
      store,
      performer,
      tasks,
      idempotency,
      onError: (error) => log.error('a part of a bulk request failed', { error: String(error) }),
    }),
  }
  const derived = slices.flatMap((slice) => resourceRoutes(slice, { store, performer, tasks, cascade, bulk }))
  const openTasks = (): number => tasks.open()
  const watch = watchNode(options, { store, observer, openTasks, closing: closing.signal })
  const routes: Route[] = [
    eventRoute({ events, store, closing: closing.signal, onDelivered: watch.onDelivered, onError: requestFailed }),
    ...watch.routes,
    ...audit.routes,
    ...accessRoutes(store),
    previewRoute(store),
    ...metaRoutes(store, () => openapiDocument(store.catalogue.resources, routes)),
    ...modules.flatMap((module) => module.routes ?? []),
  ]
  const app = createServer([...derived, ...routes], {
    tls: options.tls,
    authenticate: options.authenticate,
    rates: options.rates,
    cluster,
    audit: audit.recorder,
    actIn: (caller, account) => actingIn(store.database, caller, account),
    fallback: options.fallback,
    observer,
    admission: watch.admission,
    onError: requestFailed,
  })

  async function emptyBins(): Promise<void> {
    const onError = (error: unknown): void => log.error('a resource could not be expunged', { error: String(error) })
    await expungeDue({ store, performer, slices, settings, onError })
  }

  /** What time brings besides what the janitor itself forgets. */
  const others = [
    emptyBins,
    () => audit.retire(settings.get(auditDays)),
    ...modules.map((module) => async () => module.tidy?.()),
  ]

  return {
    app,
    store,
    tasks,
    events,
    audit,
    performer,
    settings,
    settingDefinitions,
    metrics,
    derived,
    routes,
    sagas: registry.all() as SagaDefinition[],
    async start() {
      await settings.start(settingDefinitions)
      for (const module of modules) await module.start?.()
      audit.start()
      work.start()
      resumeSpreads(store).catch((error) => log.error('tags cannot be spread', { error: String(error) }))
      await reconciliation.start()
      stopJanitor = startJanitor(store, settings, others, (error) =>
        log.error('the janitor failed', { error: String(error) }),
      )
    },
    async stop() {
      stopJanitor()
      work.stop()
      closing.abort()
      await Promise.all([app.close(), reconciliation.stop()])
      line.letGo()
      await tasks.drain(work.othersLive() ? HAND_OVER_MS : DRAIN_MS)
      for (const module of [...modules].reverse()) await module.stop?.()
      await audit.stop()
      settings.stop()
      await store.idle()
      await lease.release()
      // What was not done in time is for the others now.
      cluster.ring({ flushed: true })
      watch.stop()
    },
    async tidy() {
      for (const work of [() => tidy(store, settings), ...others]) await work()
    },
    async crash() {
      stopJanitor()
      work.stop()
      lease.crash()
      line.letGo()
      settings.stop()
      closing.abort()
      void reconciliation.stop()
      tasks.crash()
      watch.stop()
      await app.close()
    },
  }
}
