/** The node itself: its event loop, its memory, its queues, its connections to the database. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metrics } from '@basalt/observe'
import type { Admission } from '../pressure/admission.ts'
import type { Store } from '../store.ts'
import { LATENCY_BUCKETS } from './observer.ts'

/** Each look wakes a process that has nothing else to do. */
const RESOLUTION_MS = 50

const WINDOW_MS = 10_000

/** How long the event loop keeps work waiting. */
export interface LoopDelay {
  /** 99 of 100 waits of the last ten seconds or so were at most so long. */
  p99Ms(): number
  stop(): void
}

export function watchEventLoop(): LoopDelay {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  // What it counts begins with its own resolution.
  const read = (): number => (delays.count > 0 ? Math.max(0, delays.percentile(99) / 1e6 - RESOLUTION_MS) : 0)
  let before = 0
  const timer = setInterval(() => {
    before = read()
    delays.reset()
  }, WINDOW_MS)
  timer.unref()
  return {
    p99Ms: () => Math.max(before, read()),
    stop() {
      clearInterval(timer)
      delays.disable()
    },
  }
}

export function observeProcess(metrics: Metrics, loop: LoopDelay, build: { version: string; node: string }): void {
  const startedAtSeconds = Date.now() / 1000 - process.uptime()
  metrics.read('basalt_build_info', 'What runs here.', () => [[1, { ...build, nodejs: process.version }]])
  metrics.read('process_start_time_seconds', 'When the process started, since the epoch.', () => startedAtSeconds)
  metrics.read(
    'process_cpu_seconds_total',
    'Processor time of the process.',
    () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
    'counter',
  )
  metrics.read('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  metrics.read('nodejs_heap_used_bytes', 'Memory of JavaScript objects.', () => process.memoryUsage().heapUsed)
  metrics.read('nodejs_eventloop_delay_p99_seconds', 'Of the last ten seconds or so.', () => loop.p99Ms() / 1000)
}

/** @param admission what the node has taken on, and refuses */
export function observeStore(metrics: Metrics, store: Store, { load, refusedShare }: Admission): void {
  metrics.read(
    'basalt_requests_refused_ratio',
    'Part of the requests that is refused, for how long others wait.',
    refusedShare,
  )
  metrics.read('basalt_queue_depth', 'What is under way or waits, by queue.', () =>
    Object.entries(load()).map(([queue, depth]): [number, Record<string, string>] => [depth, { queue }]),
  )
  metrics.read('basalt_database_connections', 'Connections of this node, by state.', () => {
    const { open, idle, waiting, limit } = store.database.use()
    return [
      [open - idle, { state: 'used' }],
      [idle, { state: 'idle' }],
      [waiting, { state: 'waited_for' }],
      [limit, { state: 'limit' }],
    ]
  })
  const units = metrics.histogram('basalt_flush_units', 'Units of one flush.', {
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
  })
  const durations = metrics.histogram('basalt_flush_duration_seconds', 'One flush, to its commit.', {
    buckets: LATENCY_BUCKETS,
  })
  store.onFlush((flush) => {
    if (flush.where === 'elsewhere') return
    units.observe(flush.units)
    durations.observe(flush.durationMs / 1000)
  })
}
