import type { Socket } from 'node:net'
import { OvsdbError } from './errors.ts'
import { createJsonFramer } from './framing.ts'
import { expectArray, isArray, isObject, type Json, type JsonObject } from './json.ts'

/** A notification or request from the server, `echo` excepted. */
export type NotificationHandler = (method: string, params: readonly Json[]) => void

/** One JSON-RPC session (RFC 7047, section 4) on one socket. It never reconnects. */
export interface Connection {
  /**
   * Sends a request and resolves with its result. A `transact` without an answer in time is also cancelled.
   *
   * @throws {OvsdbError} the server's error; `deadline exceeded` or `disconnected`, for `transact` `outcome unknown`
   */
  call(method: string, params: readonly Json[], timeoutMs: number): Promise<Json>
  /** Ends the session; calls in flight fail with `reason` as their cause. */
  close(reason: OvsdbError): void
  /** Resolves with the reason when the session has ended; never rejects. */
  readonly closed: Promise<OvsdbError>
}

/** Settings of {@link createConnection}. */
export interface ConnectionOptions {
  readonly onNotification: NotificationHandler
  /** After this silence an echo is sent; after as much again the peer is taken for dead. 0 turns the probe off. */
  readonly probeIntervalMs: number
  readonly maxMessageBytes?: number
}

interface PendingCall {
  readonly method: string
  readonly resolve: (result: Json) => void
  readonly reject: (error: OvsdbError) => void
  readonly timer: NodeJS.Timeout
}

/** Runs a session on a connected socket and takes ownership of the socket. */
export function createConnection(socket: Socket, options: ConnectionOptions): Connection {
  const framer = createJsonFramer(options)
  const pending = new Map<number, PendingCall>()
  const probe = startProbe(options.probeIntervalMs, { sendEcho, onDead: close })
  let nextId = 1
  let endReason: OvsdbError | undefined
  let reportClosed: (reason: OvsdbError) => void
  const closed = new Promise<OvsdbError>((resolve) => {
    reportClosed = resolve
  })

  function send(message: JsonObject): void {
    socket.write(JSON.stringify(message))
  }

  function sendEcho(): void {
    send({ id: 'probe', method: 'echo', params: [] })
  }

  function close(reason: OvsdbError): void {
    if (endReason !== undefined) return
    endReason = reason
    probe.stop()
    socket.destroy()
    for (const call of pending.values()) {
      clearTimeout(call.timer)
      call.reject(lostReply(call.method, reason))
    }
    pending.clear()
    reportClosed(reason)
  }

  function call(method: string, params: readonly Json[], timeoutMs: number): Promise<Json> {
    if (endReason !== undefined) return Promise.reject(new OvsdbError('disconnected', endReason.message))
    const id = nextId++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        pending.delete(id)
        // The server may still be waiting inside a `wait` operation: let it stop (RFC 7047, section 4.1.4).
        if (method === 'transact') send({ id: null, method: 'cancel', params: [id] })
        reject(lostReply(method, new OvsdbError('deadline exceeded', `${method} had no reply in ${timeoutMs} ms`)))
      }, timeoutMs)
      pending.set(id, { method, resolve, reject, timer })
      send({ id, method, params })
    })
  }

  function receive(message: JsonObject): void {
    if (typeof message.method === 'string') {
      const params = expectArray(message.params, `parameters of ${message.method}`)
      if (message.method === 'echo') send({ id: message.id ?? null, result: params, error: null })
      else options.onNotification(message.method, params)
      return
    }
    const call = typeof message.id === 'number' ? pending.get(message.id) : undefined
    // Unknown ids answer our probes and calls whose deadline has passed.
    if (call === undefined) return
    pending.delete(message.id as number)
    clearTimeout(call.timer)
    if (message.error === null || message.error === undefined) call.resolve(message.result ?? null)
    else call.reject(serverError(message.error, call.method))
  }

  function receiveChunk(chunk: Uint8Array): void {
    probe.noteTraffic()
    try {
      for (const message of framer.push(chunk)) {
        if (endReason === undefined) receive(message)
      }
    } catch (error) {
      // Whatever the peer's bytes provoked, the stream cannot be trusted any further.
      close(error instanceof OvsdbError ? error : new OvsdbError('protocol error', String(error), { cause: error }))
    }
  }

  socket.on('data', receiveChunk)
  socket.on('error', (cause) => close(new OvsdbError('disconnected', cause.message, { cause })))
  socket.on('close', () => close(new OvsdbError('disconnected', 'the server closed the connection')))
  return { call, close, closed }
}

/** The error of a sent call whose reply will not come: nobody knows whether a transaction was carried out. */
function lostReply(method: string, reason: OvsdbError): OvsdbError {
  if (method === 'transact') return new OvsdbError('outcome unknown', reason.message, { cause: reason })
  const code = reason.code === 'deadline exceeded' || reason.code === 'closed' ? reason.code : 'disconnected'
  return new OvsdbError(code, reason.details, { cause: reason })
}

/** Turns an error member of the server (RFC 7047, `<error>`, or the bare string of some replies) into an error. */
export function serverError(wire: Json, operation?: string, operationIndex: number | null = null): OvsdbError {
  if (typeof wire === 'string') return new OvsdbError(wire, '', { operation, operationIndex })
  // A syntax error in the parameters of a request comes as a whole array of details.
  const error = isObject(wire) ? wire : isArray(wire) && isObject(wire[0]) ? wire[0] : {}
  const code = typeof error.error === 'string' ? error.error : 'protocol error'
  const details = typeof error.details === 'string' ? error.details : JSON.stringify(wire)
  return new OvsdbError(code, details, { operation, operationIndex })
}

interface ProbeActions {
  sendEcho(): void
  onDead(reason: OvsdbError): void
}

/** Watches for silence: one interval without traffic sends an echo, a second one ends the session. */
function startProbe(intervalMs: number, actions: ProbeActions) {
  let silentIntervals = 0
  const timer = intervalMs === 0 ? undefined : setInterval(tick, intervalMs)

  function tick(): void {
    silentIntervals += 1
    if (silentIntervals === 1) actions.sendEcho()
    else actions.onDead(new OvsdbError('disconnected', `no traffic for ${2 * intervalMs} ms`))
  }

  return {
    noteTraffic(): void {
      silentIntervals = 0
      timer?.refresh()
    },
    stop(): void {
      clearInterval(timer)
    },
  }
}
