import { randomUUID } from 'node:crypto'
import type { Command, Fence, Progress, Result, ToAgent } from '@basalt/contracts'
import { inSpan, secretsIn, traceparent, withoutSecrets } from '@basalt/observe'
import { TransportError, transportError } from './errors.ts'
import { encode } from './frames.ts'
import { LONGEST_TIMER_MS } from './timer.ts'

/** How a command is to be carried out. */
export interface CallOptions {
  /** Longest wait for the result, reconnections included. Default 60,000. */
  readonly deadlineMs?: number
  /** Needed by every command that changes something. */
  readonly fence?: Fence
  /** Gives up: the host is told to abort, and the call rejects with CANCELLED at once. */
  readonly signal?: AbortSignal
  readonly onProgress?: (percent: number, message?: string) => void
  /**
   * Id of the command, kept by the caller over restarts: the same id gives the same result without doing the work twice. With it the
   * caller also says when its result is safe ({@link AgentHub.acknowledge}); without it that happens by itself.
   */
  readonly id?: string
  /** Wait for a host that is not connected, up to the deadline, instead of failing at once with HOST_DISCONNECTED. */
  readonly waitForHost?: boolean
}

/** The calls of all hosts that have no result yet. */
export interface Calls {
  call(hostId: string, name: string, params: unknown, options: CallOptions): Promise<unknown>
  /** Sends everything that the host owes an answer for again; its ledger sees to it that nothing is done twice. */
  resend(hostId: string): void
  isBusy(hostId: string): boolean
  onProgress(hostId: string, progress: Progress): void
  onResult(hostId: string, result: Result): void
  /** Rejects every call with HOST_DISCONNECTED. */
  close(): void
}

interface Pending {
  readonly command: Command
  readonly deadlineAtMs: number
  readonly onProgress: CallOptions['onProgress']
  readonly acknowledgeAtOnce: boolean
  resolve(value: unknown): void
  reject(error: TransportError): void
}

const DEFAULT_DEADLINE_MS = 60_000

/** A call that is over. */
export interface CallEnd {
  command: string
  /** `ok`, or the code of the error. */
  outcome: string
  durationMs: number
}

/** The error without secrets of the command: what a host drives may repeat what it was told, and errors are kept and shown. */
function discreet(error: unknown, params: unknown): unknown {
  if (!(error instanceof TransportError)) return error
  const secrets = secretsIn(params)
  const { code, remedy, details } = error
  const message = withoutSecrets(error.message, secrets)
  const shown = remedy === undefined ? undefined : withoutSecrets(remedy, secrets)
  if (message === error.message && shown === remedy) return error
  return new TransportError({ code, message, remedy: shown, details })
}

export interface CallsDeps {
  /** Sends to the host if it is connected and says whether it is. */
  send(hostId: string, message: ToAgent): boolean
  /** Tells the host, in time, that a result is safe. */
  acknowledge(hostId: string, id: string): void
  /** Told of every call when it is over. */
  onEnd?(call: CallEnd): void
}

export function createCalls({ send, acknowledge, onEnd = () => undefined }: CallsDeps): Calls {
  const hosts = new Map<string, Map<string, Pending>>()

  function add(hostId: string, pending: Pending): void {
    const calls = hosts.get(hostId) ?? new Map<string, Pending>()
    hosts.set(hostId, calls)
    if (calls.has(pending.command.id)) throw new Error(`Command ${pending.command.id} is under way already.`)
    calls.set(pending.command.id, pending)
  }
  function take(hostId: string, id: string): Pending | undefined {
    const calls = hosts.get(hostId)
    const pending = calls?.get(id)
    calls?.delete(id)
    if (calls?.size === 0) hosts.delete(hostId)
    return pending
  }
  function transmit(hostId: string, { command, deadlineAtMs }: Pending): boolean {
    const deadlineMs = Math.max(1, Math.round(deadlineAtMs - performance.now()))
    return send(hostId, { ...command, deadlineMs })
  }
  /** Takes a call off and tells the host; `errorFor` learns whether the host is connected. */
  function giveUp(hostId: string, id: string, errorFor: (connected: boolean) => TransportError): void {
    const pending = take(hostId, id)
    if (pending === undefined) return
    const connected = send(hostId, { type: 'cancel', id })
    pending.reject(errorFor(connected))
  }
  /** The call with its span and its count. */
  async function call(hostId: string, name: string, params: unknown, options: CallOptions): Promise<unknown> {
    const startedAt = performance.now()
    let outcome = 'ok'
    try {
      const attributes = { 'basalt.host': hostId }
      return await inSpan(`agent ${name}`, { kind: 'client', attributes }, () =>
        ask(hostId, name, params, options).catch((error: unknown) => {
          throw discreet(error, params)
        }),
      )
    } catch (error) {
      outcome = error instanceof TransportError ? error.code : 'INTERNAL'
      throw error
    } finally {
      onEnd({ command: name, outcome, durationMs: performance.now() - startedAt })
    }
  }
  function ask(hostId: string, name: string, params: unknown, options: CallOptions): Promise<unknown> {
    const { deadlineMs = DEFAULT_DEADLINE_MS, fence, signal, onProgress, id = randomUUID() } = options
    const command: Command = { type: 'command', id, name, params, deadlineMs }
    if (fence !== undefined) command.fence = fence
    const trace = traceparent()
    if (trace !== undefined) command.trace = trace
    return new Promise((resolve, reject) => {
      // Too large a command shows before anything is remembered.
      encode(command)
      if (signal?.aborted) throw cancelled(command, signal)
      const finish = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
      const pending: Pending = {
        command,
        deadlineAtMs: performance.now() + deadlineMs,
        onProgress,
        acknowledgeAtOnce: options.id === undefined,
        resolve: (value) => {
          finish()
          resolve(value)
        },
        reject: (error) => {
          finish()
          reject(error)
        },
      }
      const expire = () => giveUp(hostId, id, (connected) => tooLate(hostId, command, connected))
      const timer = setTimeout(expire, Math.min(deadlineMs, LONGEST_TIMER_MS))
      const abort = () => giveUp(hostId, id, () => cancelled(command, signal))
      signal?.addEventListener('abort', abort, { once: true })
      try {
        add(hostId, pending)
      } catch (error) {
        finish()
        throw error
      }
      if (!transmit(hostId, pending) && options.waitForHost !== true)
        giveUp(hostId, id, () => disconnected(hostId, name))
    })
  }
  return {
    call,
    resend(hostId) {
      for (const pending of hosts.get(hostId)?.values() ?? []) transmit(hostId, pending)
    },
    isBusy: (hostId) => hosts.has(hostId),
    onProgress(hostId, { id, percent, message }) {
      hosts.get(hostId)?.get(id)?.onProgress?.(percent, message)
    },
    onResult(hostId, result) {
      const pending = take(hostId, result.id)
      if (pending === undefined) return
      if (pending.acknowledgeAtOnce) acknowledge(hostId, result.id)
      if (result.ok) pending.resolve(result.value)
      else pending.reject(new TransportError(result.error))
    },
    close() {
      for (const [hostId, calls] of [...hosts]) {
        for (const { command } of [...calls.values()]) {
          take(hostId, command.id)?.reject(disconnected(hostId, command.name))
        }
      }
    },
  }
}

function disconnected(hostId: string, name: string): TransportError {
  return transportError('HOST_DISCONNECTED', `The host is not connected, ${name} was not sent.`, {
    remedy: 'Check that its agent runs and reaches the control plane.',
    details: { host: hostId, command: name },
  })
}

function tooLate(host: string, { name, id }: Command, connected: boolean): TransportError {
  const details = { host, command: name, id }
  if (connected) {
    const remedy = 'It may still have taken effect: look at the host before trying again.'
    return transportError('HOST_TIMEOUT', `The host did not finish ${name} in time.`, { remedy, details })
  }
  const remedy = 'It may still have taken effect: bring the host back and look.'
  return transportError('HOST_DISCONNECTED', `The host was lost during ${name} and not back in time.`, {
    remedy,
    details,
  })
}

function cancelled({ name, id }: Command, signal: AbortSignal | undefined): TransportError {
  const details = { command: name, id }
  return transportError('CANCELLED', `${name} was cancelled.`, { details, cause: signal?.reason })
}
