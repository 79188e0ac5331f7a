import { setMaxListeners } from 'node:events'
import { realClock, type SimulatedClock } from './clock.ts'
import { SimulatorError, type SimulatorErrorCode } from './errors.ts'

export { realClock, type SimulatedClock } from './clock.ts'
export { SimulatorError, type SimulatorErrorOptions } from './errors.ts'

/** The error that a command shall give; what is left out is chosen to fit the command. */
export interface FaultError {
  code?: SimulatorErrorCode
  message?: string
  remedy?: string
  details?: Record<string, unknown>
}

/** A command that was told to hang. */
export interface HungCommand {
  /** Resolves when a call arrived and hangs. */
  readonly reached: Promise<void>
  /** Let the call go on, or never hang when it has not arrived yet. */
  release(): void
}

/** Faults to come. Each strikes the next matching call and is then used up, but for `delay` and `hold`, which stay until `clear`. */
export interface Faults<Command extends string> {
  /** The next call is refused before it has any effect. */
  failNext(command: Command, error?: FaultError): void
  /** The next call waits, before it has any effect, until it is released or aborted. */
  hangNext(command: Command): HungCommand
  /** The next call has its effect, and then its caller gets no answer. */
  loseReplyAfter(command: Command): void
  /** Every call takes this much longer. */
  delay(command: Command, ms: number): void
  /** Every call waits, before it has any effect, until it is aborted or the function that this returns lets them all go on. */
  hold(command: Command): () => void
  /** Forget all faults; hung calls go on. */
  clear(): void
  /** Be told the name of every call (`storage.clone`) as it arrives. Returns a function that ends it. */
  onCall(listener: (name: string) => void): () => void
}

/** Where calls pass through the faults. */
export interface FaultGate<Command extends string> {
  readonly faults: Faults<Command>
  /** Run `work` as the call `name` (`hypervisor.start`); a fault for `start` or `hypervisor.start` strikes it. */
  run<T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>
}

/** What a {@link FaultGate} needs to know about the component it stands in front of. */
export interface FaultGateOptions {
  clock?: SimulatedClock
  /** Code of a failed call for which the test gave none. */
  codeFor(name: string): SimulatorErrorCode
  /** How long a call takes by itself; it answers at once unless told. */
  latencyMs?(name: string): number
  /**
   * A reply is about to be lost. Either make that true for the real caller (drop its connection) and return true,
   * or return false: the call then rejects with `REPLY_LOST`.
   */
  loseReply?(name: string): boolean
}

type Strike =
  | { kind: 'fail'; error: FaultError }
  | { kind: 'hang'; reached: () => void; released: Promise<void>; release: () => void }
  | { kind: 'loseReply' }

/** A gate without faults. */
export function createFaultGate<Command extends string>(options: FaultGateOptions): FaultGate<Command> {
  const clock = options.clock ?? realClock
  const queues = new Map<string, Strike[]>()
  const delays = new Map<string, number>()
  const holds = new Map<string, AbortController>()
  const hanging = new Set<() => void>()
  const listeners = new Set<(name: string) => void>()

  function add(command: Command, strike: Strike): void {
    queues.set(command, [...(queues.get(command) ?? []), strike])
  }

  function take(name: string): Strike | undefined {
    return queues.get(name)?.shift() ?? queues.get(methodOf(name))?.shift()
  }

  async function run<T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    for (const listener of listeners) listener(name)
    const strike = take(name)
    const ownMs = options.latencyMs?.(name) ?? 0
    await clock.sleep(ownMs + (delays.get(name) ?? delays.get(methodOf(name)) ?? 0), signal)
    if (strike?.kind === 'fail') throw refusal(name, strike.error)
    await letGo(holds.get(name) ?? holds.get(methodOf(name)), signal)
    if (strike?.kind === 'hang') {
      hanging.add(strike.release)
      await hang(strike, signal).finally(() => hanging.delete(strike.release))
    }
    const value = await work()
    if (strike?.kind === 'loseReply' && !options.loseReply?.(name)) {
      throw new SimulatorError('REPLY_LOST', `${name} was done, but its reply was lost.`)
    }
    return value
  }

  function refusal(name: string, error: FaultError): SimulatorError {
    const message = error.message ?? `${name} was told to fail.`
    return new SimulatorError(error.code ?? options.codeFor(name), message, error)
  }

  return {
    run,
    faults: {
      failNext: (command, error = {}) => add(command, { kind: 'fail', error }),
      hangNext(command) {
        const reached = deferred()
        const released = deferred()
        add(command, {
          kind: 'hang',
          reached: reached.resolve,
          released: released.promise,
          release: released.resolve,
        })
        return { reached: reached.promise, release: released.resolve }
      },
      loseReplyAfter: (command) => add(command, { kind: 'loseReply' }),
      delay: (command, ms) => void delays.set(command, ms),
      hold(command) {
        const held = new AbortController()
        // Every call that is held listens to it.
        setMaxListeners(0, held.signal)
        holds.set(command, held)
        return () => {
          if (holds.get(command) === held) holds.delete(command)
          held.abort()
        }
      },
      clear() {
        for (const strike of [...queues.values()].flat()) if (strike.kind === 'hang') strike.release()
        for (const release of hanging) release()
        for (const held of holds.values()) held.abort()
        holds.clear()
        queues.clear()
        delays.clear()
      },
      onCall(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  }
}

async function hang(strike: Strike & { kind: 'hang' }, signal: AbortSignal | undefined): Promise<void> {
  strike.reached()
  const aborted = deferred()
  signal?.addEventListener('abort', aborted.resolve)
  await Promise.race([strike.released, aborted.promise])
  signal?.removeEventListener('abort', aborted.resolve)
  signal?.throwIfAborted()
}

/** Resolves when what holds it is over; rejects with the signal's reason when that is aborted first. */
async function letGo(held: AbortController | undefined, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  if (!held || held.signal.aborted) return
  const released = deferred()
  held.signal.addEventListener('abort', released.resolve)
  signal?.addEventListener('abort', released.resolve)
  await released.promise
  held.signal.removeEventListener('abort', released.resolve)
  signal?.removeEventListener('abort', released.resolve)
  signal?.throwIfAborted()
}

function methodOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
