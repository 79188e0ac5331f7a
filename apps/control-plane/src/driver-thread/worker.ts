/** One thread with a driver in it, from its start to its end. */
import { Worker } from 'node:worker_threads'
import { type DriverSource, type FromThread, type PlainError, SIGNAL, type ToThread } from './messages.ts'

export interface DriverWorker {
  /** Settles with the driver's own answer, or with `lost` when the thread ends first. */
  call(method: string, args: readonly unknown[], signal: AbortSignal): Promise<unknown>
  /** Ends it at once. What waits for it gets `reason`. */
  kill(reason: Error): void
  /** False once it has ended. */
  readonly alive: boolean
}

export interface DriverWorkerOptions {
  source: DriverSource
  pingEveryMs: number
  /** Pings in a row that may stay unanswered. */
  missedPings: number
  /** The error of calls whose thread ended. */
  lost(why: string, cause?: unknown): Error
  /** Told when it ended by itself or had to be ended. */
  onEnd(why: string): void
}

/** A thread that loads its code answers nothing; a busy machine makes that slow. */
const START_PINGS = 30

/** A driver that takes more must not take the node's. */
const MEMORY = { maxOldGenerationSizeMb: 512 }

/** Beside the bundle when built; otherwise the source, which a thread can only read once tsx is there. */
function startThread(source: DriverSource): Worker {
  const options = { workerData: source, resourceLimits: MEMORY }
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./driver-thread.js', import.meta.url), options)
  const entry = JSON.stringify(new URL('./thread.ts', import.meta.url).href)
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${entry}) })`
  return new Worker(code, { ...options, eval: true })
}

/** What the driver threw, as an error of this side. */
function revived({ name, message, stack, ...facts }: PlainError): Error {
  return Object.assign(new Error(message), { name, stack }, facts)
}

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

export function startDriverWorker(options: DriverWorkerOptions): DriverWorker {
  const { source, lost } = options
  const worker = startThread(source)
  worker.unref()
  const pending = new Map<number, Pending>()
  let lastId = 0
  let alive = true
  let missed = 0
  let ready = false
  let pinging: NodeJS.Timeout | undefined

  function end(why: string, error: Error): void {
    if (!alive) return
    alive = false
    clearInterval(pinging)
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
    void worker.terminate()
    options.onEnd(why)
  }

  const post = (message: ToThread): void => worker.postMessage(message)

  /** Counts by its own beats, so that a node that stood still itself does not blame the driver. */
  function beat(): void {
    missed++
    const why = ready ? 'its thread does not answer' : 'it did not start in time'
    if (pending.size === 0) watch()
    else if (missed > (ready ? options.missedPings : START_PINGS)) end(why, lost(why))
    else post({ type: 'ping' })
  }

  function watch(): void {
    if (pending.size > 0 && !pinging) {
      missed = 0
      pinging = setInterval(beat, options.pingEveryMs)
    } else if (pending.size === 0) {
      clearInterval(pinging)
      pinging = undefined
    }
  }

  function settle(id: number, how: (waiting: Pending) => void): void {
    const waiting = pending.get(id)
    pending.delete(id)
    if (waiting) how(waiting)
  }

  worker.on('message', (message: FromThread) => {
    missed = 0
    if (message.type === 'ready') ready = true
    else if (message.type === 'value') settle(message.id, ({ resolve }) => resolve(message.value))
    else if (message.type === 'error') settle(message.id, ({ reject }) => reject(revived(message.error)))
  })
  worker.on('error', (error) => end(`it failed: ${error.message}`, lost(`it failed: ${error.message}`, error)))
  worker.on('exit', (code) => end(`its thread ended (${code})`, lost('its thread ended')))

  return {
    get alive() {
      return alive
    },
    call: (method, args, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const id = ++lastId
        const giveUp = (): void => {
          settle(id, () => reject(signal.reason))
          if (alive) post({ type: 'cancel', id })
        }
        const finish = (): void => signal.removeEventListener('abort', giveUp)
        signal.addEventListener('abort', giveUp, { once: true })
        pending.set(id, {
          resolve(value) {
            finish()
            resolve(value)
          },
          reject(error) {
            finish()
            reject(error)
          },
        })
        watch()
        post({ type: 'call', id, method, args: args.map((arg) => (arg instanceof AbortSignal ? SIGNAL : arg)) })
      }),
    kill: (reason) => end(reason.message, reason),
  }
}
