/**
 * Watches the event loop from a thread of its own. A loop that stands still renews no lease, so other nodes take over by themselves; this
 * tells about it while it lasts, and ends a process that will not come back, so that whoever supervises it starts it anew.
 */
import { Worker } from 'node:worker_threads'
import type { Log } from '@basalt/kernel'

export interface WatchdogTiming {
  /** Told when the loop has stood still for so long. */
  warnMs: number
  /** The process is killed when it has stood still for so long. */
  killMs: number
}

const BEAT_MS = 250

/** Runs in the thread. Its log lines look like those of the program, which cannot write any. */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const { beats, warnMs, killMs } = workerData
const counter = new Int32Array(beats)
let last = Atomics.load(counter, 0)
let since = Date.now()
let lookedAt = since
let warned = false
const tell = (message, stalledMs) =>
  writeSync(2, JSON.stringify({ at: new Date().toISOString(), level: 'error', message, stalledMs }) + '\\n')
setInterval(() => {
  const now = Date.now()
  // This thread stood still as well: the machine, or the process, was suspended.
  const suspended = now - lookedAt > warnMs
  lookedAt = now
  const beat = Atomics.load(counter, 0)
  if (beat !== last || suspended) {
    last = beat
    since = now
    warned = false
    return
  }
  const stalledMs = now - since
  if (stalledMs >= killMs) {
    tell('the event loop stands still; the process ends', stalledMs)
    process.kill(process.pid, 'SIGKILL')
  } else if (stalledMs >= warnMs && !warned) {
    warned = true
    tell('the event loop stands still', stalledMs)
  }
}, ${BEAT_MS})
`

/** Returns the way to end it. */
export function startWatchdog(log: Log, { warnMs, killMs }: WatchdogTiming): () => Promise<void> {
  const beats = new SharedArrayBuffer(4)
  const counter = new Int32Array(beats)
  const timer = setInterval(() => Atomics.add(counter, 0, 1), BEAT_MS)
  timer.unref()
  const worker = new Worker(SOURCE, { eval: true, workerData: { beats, warnMs, killMs } })
  worker.on('error', (error) => log.error('the watchdog of the event loop has ended', { error: String(error) }))
  worker.unref()
  return async () => {
    clearInterval(timer)
    await worker.terminate()
  }
}
