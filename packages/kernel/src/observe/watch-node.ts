/** Everything by which a node is watched from outside, put together: limits, metrics, health, diagnosis. */

import { diagnosisRoute } from '../http/diagnosis-route.ts'
import { healthRoutes } from '../http/health-routes.ts'
import { metricsRoute } from '../http/metrics-route.ts'
import type { Module, Route } from '../module.ts'
import { type Admission, createAdmission, DEFAULT_LIMITS, type Limits } from '../pressure/admission.ts'
import type { Store } from '../store.ts'
import { diagnose, type Examiner } from './diagnosis.ts'
import { kernelExaminers } from './examine-kernel.ts'
import { type Check, createReadiness } from './health.ts'
import { LATENCY_BUCKETS, type Observer } from './observer.ts'
import { type LoopDelay, observeProcess, observeStore, watchEventLoop } from './process.ts'

export interface WatchOptions {
  /** Name of this control-plane node. */
  node: string
  /** Of this build. */
  version?: string
  modules: readonly Module[]
  /** How much this node takes on; what is left out is as {@link DEFAULT_LIMITS} has it. */
  limits?: Partial<Limits>
  /** What this node needs besides its database to be ready. */
  checks?: readonly Check[]
  /** Looks at parts of the cloud that no module knows. */
  examiners?: readonly Examiner[]
}

export interface NodeWatch {
  admission: Admission
  routes: Route[]
  /** Told how long after a change its event went out. */
  onDelivered(delayMs: number): void
  stop(): void
}

/** Beyond this, a node that answers at all answers too late to be sent anybody. */
const UNREADY_DELAY_MS = 1_000

const checksOf = (store: Store, loop: LoopDelay, closing: AbortSignal): Check[] => [
  {
    name: 'node',
    async run() {
      if (closing.aborted) throw new Error('it is stopping')
      return 'it serves'
    },
  },
  {
    name: 'database',
    async run() {
      const skewMs = Math.round(Date.now() - (await store.now()))
      return `it answers; its clock is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'ahead of' : 'behind'} ours`
    },
  },
  {
    name: 'event loop',
    async run() {
      const delayMs = Math.round(loop.p99Ms())
      if (delayMs > UNREADY_DELAY_MS) throw new Error(`work waits up to ${delayMs} ms for its turn`)
      return `work waits up to ${delayMs} ms for its turn`
    },
  },
]

export function watchNode(
  options: WatchOptions,
  deps: { store: Store; observer: Observer; openTasks(): number; closing: AbortSignal },
): NodeWatch {
  const { store, observer, openTasks, closing } = deps
  const { metrics, log } = observer
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const admission = createAdmission(limits, () => ({ commits: store.waiting(), tasks: openTasks() }))
  const loop = watchEventLoop()
  observeProcess(metrics, loop, { version: options.version ?? 'unknown', node: options.node })
  observeStore(metrics, store, admission)
  const delivered = metrics.histogram('basalt_event_delay_seconds', 'From a change to its event on a stream.', {
    buckets: LATENCY_BUCKETS,
  })
  const readiness = createReadiness([...checksOf(store, loop, closing), ...(options.checks ?? [])])
  const examiners = [
    ...kernelExaminers({ store, load: admission.load, limits, loop }),
    ...options.modules.flatMap((module) => module.examiners ?? []),
    ...(options.examiners ?? []),
  ]
  return {
    admission,
    routes: [
      metricsRoute(metrics, store.database),
      ...healthRoutes(readiness, store.database),
      diagnosisRoute(() => diagnose(options.node, examiners, log), store.database),
    ],
    onDelivered: (delayMs) => delivered.observe(Math.max(0, delayMs) / 1000),
    stop: loop.stop,
  }
}
