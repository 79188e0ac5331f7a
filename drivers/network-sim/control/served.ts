/**
 * A simulated network that several nodes share, as they would share the northbound database of an OVN: one process serves it on a socket of
 * this machine, each node dials it. A line of JSON is a call, another its answer.
 */
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import type { NetworkDriver } from '@basalt/contracts'
import { SimulatorError } from '@basalt/hypervisor-sim/faults'
import type { SimulatedNetwork, SimulatedNetworkCommand } from './driver.ts'

interface Call {
  id: number
  method: SimulatedNetworkCommand
  values: unknown[]
}

interface Answer {
  id: number
  value?: unknown
  error?: Pick<SimulatorError, 'code' | 'message' | 'remedy'>
}

function followLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  // Its end follows, and says all.
  socket.on('error', () => {})
}

/** Sets cross the socket as lists; the one that a driver takes says what to compare. */
const received = ({ method, values }: Call): unknown[] =>
  method === 'compare' ? [values[0], values[1] ? new Set(values[1] as string[]) : undefined] : values

async function perform(driver: NetworkDriver, call: Call): Promise<Answer> {
  const { id, method } = call
  try {
    const work = driver[method] as (...values: unknown[]) => Promise<unknown>
    return { id, value: await work(...received(call)) }
  } catch (error) {
    const { code, message, remedy } = error as SimulatorError
    return { id, error: { code, message, remedy } }
  }
}

export interface ServedNetwork {
  close(): Promise<void>
}

/** Serves the network on a UNIX socket at this path, as long as the process lives or until it is closed. */
export async function serveSimulatedNetwork(network: SimulatedNetwork, path: string): Promise<ServedNetwork> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const driver = network.connect()
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      void driver.close()
    })
    followLines(socket, async (line) => {
      const answer = await perform(driver, JSON.parse(line))
      if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`)
    })
  })
  await rm(path, { force: true })
  server.listen(path)
  await once(server, 'listening')
  return {
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

type Ask = <Value>(method: SimulatedNetworkCommand, ...values: unknown[]) => Promise<Value>

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** One connection, dialled when it is first needed, and anew after it was lost. */
function createCalls(path: string): { ask: Ask; close(): void } {
  const waiting = new Map<number, Waiting>()
  let socket: Socket | undefined
  let last = 0

  function answered({ id, value, error }: Answer): void {
    const call = waiting.get(id)
    waiting.delete(id)
    if (error) call?.reject(new SimulatorError(error.code, error.message, { remedy: error.remedy }))
    else call?.resolve(value)
  }
  function lost(): void {
    socket = undefined
    const message = `The simulated network at ${path} does not answer.`
    for (const { reject } of waiting.values()) reject(new SimulatorError('NETWORK_BACKEND_UNAVAILABLE', message))
    waiting.clear()
  }
  function dial(): Socket {
    const dialled = connect({ path })
    followLines(dialled, (line) => answered(JSON.parse(line)))
    dialled.once('close', lost)
    return dialled
  }
  return {
    ask: <Value>(method: SimulatedNetworkCommand, ...values: unknown[]) =>
      new Promise<Value>((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
        socket ??= dial()
        socket.write(`${JSON.stringify({ id, method, values })}\n`)
      }),
    close: () => void socket?.destroy(),
  }
}

async function unlessAborted<Value>(work: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (!signal) return work
  let end = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason)
    signal.addEventListener('abort', end, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** A node's connection to a network that is served elsewhere. @param northbound `unix:` and the path of its socket */
export function dialSimulatedNetwork(northbound: string): NetworkDriver {
  const { ask, close } = createCalls(northbound.replace(/^unix:/, ''))
  return {
    takeLease: (fence) => ask('takeLease', fence),
    ensureNetwork: (spec, fence) => ask('ensureNetwork', spec, fence),
    removeNetwork: (network, fence) => ask('removeNetwork', network, fence),
    ensurePort: (spec, fence) => ask('ensurePort', spec, fence),
    removePort: (port, fence) => ask('removePort', port, fence),
    async waitPortUp(port, timeoutMs, signal) {
      signal?.throwIfAborted()
      await unlessAborted(ask('waitPortUp', port, timeoutMs), signal)
    },
    compare: (wanted, only) => ask('compare', wanted, only && [...only]),
    list: () => ask('list'),
    health: () =>
      ask<{ ok: boolean; message: string }>('health').catch((error: Error) => ({ ok: false, message: error.message })),
    close: async () => close(),
  }
}
