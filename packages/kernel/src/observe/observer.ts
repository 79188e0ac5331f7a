/** What the kernel tells of itself with: a log, metrics, and a tracer when traces are wanted. */
import type { Metrics, Tracer } from '@basalt/observe'
import type { Log } from '../kernel.ts'

export interface Observer {
  log: Log
  metrics: Metrics
  /** Absent unless traces are collected: then nothing of them costs anything. */
  tracer?: Tracer
}

/** Seconds, from a millisecond to half a minute. */
export const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30] as const

/** Seconds, from what a simulated host takes to a long copy. */
export const WORK_BUCKETS = [0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 300, 1800] as const
