import { setTimeout as delay } from 'node:timers/promises'
import type { Command, HostCall, HostInterface, Result, WireError } from '@basalt/contracts'
import { MAX_CONTROL_MESSAGE_BYTES } from '@basalt/contracts'
import { toWireError, transportError } from './errors.ts'
import type { Ledger } from './ledger.ts'
import { LONGEST_TIMER_MS } from './timer.ts'

/** What a host can do: the methods of each interface by its name, as commands name them (`<interface>.<method>`). */
export type HostInterfaces = Readonly<Record<string, HostInterface>>

export type ProgressListener = (percent: number, message?: string) => void

/** Runs commands of the control plane; knows nothing of connections. */
export interface Executor {
  /** Runs a command, joins it when it runs already, or answers from the ledger. Never rejects. */
  execute(command: Command, onProgress: ProgressListener): Promise<Result>
  /** Aborts a command if it still waits or runs. */
  cancel(id: string): void
  /** Whether the command waits or runs. */
  isRunning(id: string): boolean
  /** Aborts everything and waits for its end, but not for ever: a driver may not listen. */
  close(graceMs: number): Promise<void>
}

export interface ExecutorOptions {
  readonly interfaces: HostInterfaces
  readonly ledger: Ledger
  /** Told when a result could not be put on disk: it is answered all the same, since the work is done. */
  readonly onProblem?: (error: unknown) => void
}

interface Running {
  readonly resource: string | undefined
  /** Rises when a new owner of the task asks for the same command. */
  epoch: number
  readonly controller: AbortController
  readonly result: Promise<Result>
}

/** Room for the envelope around a result's value. */
const MAX_VALUE_BYTES = MAX_CONTROL_MESSAGE_BYTES - 4096

/**
 * Fenced commands (they change something) of one resource run one after another, since a caller that gave up may already have sent
 * the undo while its first command is still ending. A higher epoch aborts what runs under a lower one.
 */
export function createExecutor({ interfaces, ledger, onProblem }: ExecutorOptions): Executor {
  const running = new Map<string, Running>()
  const lastOfResource = new Map<string, Promise<unknown>>()
  let closing = false

  async function runFenced(resource: string, run: () => Promise<Result>): Promise<Result> {
    const previous = lastOfResource.get(resource)
    const turn = (previous ?? Promise.resolve()).then(run)
    lastOfResource.set(resource, turn)
    try {
      return await turn
    } finally {
      if (lastOfResource.get(resource) === turn) lastOfResource.delete(resource)
    }
  }
  function abortLowerEpochs(resource: string, epoch: number): void {
    for (const other of running.values()) {
      if (other.resource === resource && other.epoch < epoch) {
        other.controller.abort(staleEpoch(resource, other.epoch, epoch))
      }
    }
  }
  async function admit(command: Command, call: HostCall): Promise<Result> {
    const { fence, id } = command
    if (fence === undefined) return runMethod(interfaces, command, call)
    const highest = ledger.highestEpoch(fence.resource)
    if (fence.epoch < highest) return failure(id, staleEpoch(fence.resource, fence.epoch, highest))
    abortLowerEpochs(fence.resource, fence.epoch)
    await ledger.raiseEpoch(fence.resource, fence.epoch)
    return runFenced(fence.resource, async () => {
      const known = ledger.resultOf(id)
      if (known !== undefined) return known
      // A higher epoch, a cancel or the deadline may have come while this waited.
      if (call.signal.aborted) return failure(id, call.signal.reason)
      const result = await runMethod(interfaces, command, call)
      // What was only aborted because the agent stops is asked for again after its restart.
      if (result.ok || !closing) await ledger.record(result).catch((error) => onProblem?.(error))
      return result
    })
  }
  async function join(existing: Running, { id, fence }: Command): Promise<Result> {
    if (fence === undefined) return existing.result
    const highest = ledger.highestEpoch(fence.resource)
    if (fence.epoch < highest) return failure(id, staleEpoch(fence.resource, fence.epoch, highest))
    existing.epoch = fence.epoch
    try {
      await ledger.raiseEpoch(fence.resource, fence.epoch)
    } catch (error) {
      return failure(id, error)
    }
    return existing.result
  }
  function start(command: Command, onProgress: ProgressListener): Running {
    const controller = new AbortController()
    const timer = setTimeout(
      () => controller.abort(transportError('DEADLINE_EXCEEDED', `${command.name} took too long.`)),
      Math.min(Math.max(command.deadlineMs, 0), LONGEST_TIMER_MS),
    )
    const call: HostCall = {
      signal: controller.signal,
      fence: command.fence,
      trace: command.trace,
      progress: (percent, message) => {
        if (running.has(command.id)) onProgress(Math.min(Math.max(percent, 0), 100), message)
      },
    }
    const result = admit(command, call)
      .catch((error) => failure(command.id, error))
      .finally(() => {
        clearTimeout(timer)
        running.delete(command.id)
      })
    return { resource: command.fence?.resource, epoch: command.fence?.epoch ?? 0, controller, result }
  }
  return {
    execute(command, onProgress) {
      const existing = running.get(command.id)
      if (existing !== undefined) return join(existing, command)
      const started = start(command, onProgress)
      running.set(command.id, started)
      return started.result
    },
    cancel: (id) => running.get(id)?.controller.abort(transportError('CANCELLED', 'The command was cancelled.')),
    isRunning: (id) => running.has(id),
    async close(graceMs) {
      closing = true
      for (const { controller } of running.values()) {
        controller.abort(transportError('CANCELLED', 'The agent is stopping.'))
      }
      const grace = new AbortController()
      const allEnded = Promise.all([...running.values()].map(({ result }) => result))
      const graceOver = delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)
      await Promise.race([allEnded, graceOver])
      grace.abort()
    },
  }
}

async function runMethod(interfaces: HostInterfaces, command: Command, call: HostCall): Promise<Result> {
  const { id, name } = command
  try {
    const method = findMethod(interfaces, name)
    // The contract of the interface says what a method takes; its driver checks it.
    const value = await method(command.params as never, call)
    return checkValue(id, name, value)
  } catch (error) {
    const isAbort = error instanceof Error && error.name === 'AbortError'
    return failure(id, call.signal.aborted && isAbort ? call.signal.reason : error)
  }
}

function findMethod(interfaces: HostInterfaces, name: string): HostInterface[string] {
  const [interfaceName = '', methodName = '', ...more] = name.split('.')
  const methods = Object.hasOwn(interfaces, interfaceName) ? interfaces[interfaceName] : undefined
  const method = methods !== undefined && Object.hasOwn(methods, methodName) ? methods[methodName] : undefined
  if (more.length === 0 && method !== undefined) return method
  throw transportError('COMMAND_UNKNOWN', `This host has no command ${JSON.stringify(name.slice(0, 100))}.`, {
    remedy: 'Upgrade the agent, or enable its driver.',
  })
}

function checkValue(id: string, name: string, value: unknown): Result {
  let json: string | undefined
  try {
    json = JSON.stringify(value)
  } catch (cause) {
    throw transportError('RESULT_INVALID', `The result of ${name} cannot be written as JSON.`, { cause })
  }
  const sizeBytes = Buffer.byteLength(json ?? '')
  if (sizeBytes > MAX_VALUE_BYTES) {
    throw transportError('RESULT_INVALID', `The result of ${name} is too long: ${sizeBytes} bytes.`)
  }
  return { type: 'result', id, ok: true, value: value ?? null }
}

function failure(id: string, error: unknown): Result {
  const wireError: WireError = toWireError(error)
  return { type: 'result', id, ok: false, error: wireError }
}

function staleEpoch(resource: string, epoch: number, highestEpoch: number): Error {
  return transportError('STALE_EPOCH', `Epoch ${epoch} of ${resource} was taken over by ${highestEpoch}.`, {
    remedy: 'Leave the task to the node that took it over.',
    details: { resource, epoch, highestEpoch },
  })
}
