import { type BackoffOptions, backoffDelayMs, DEFAULT_BACKOFF } from './backoff.ts'
import { type Connection, createConnection } from './connection.ts'
import { type Endpoint, formatEndpoint, openSocket, parseEndpoint, type TlsMaterial } from './endpoint.ts'
import { OvsdbError } from './errors.ts'
import type { Json } from './json.ts'
import { createListeners, type Unsubscribe } from './listeners.ts'
import type { DatabaseSchema } from './schema.ts'
import { checkSchema, type SchemaNeeds } from './schema-check.ts'
import { createServerWatch } from './server-status.ts'

/** Where and how to connect. */
export interface LinkOptions<Tables> {
  readonly schema: DatabaseSchema<Tables>
  /** Tried in turn: `unix:PATH`, `tcp:HOST:PORT`, `ssl:HOST:PORT`. Name every member of a cluster. */
  readonly endpoints: readonly string[]
  /** Asked at every connection attempt, so that rotated keys are picked up. */
  readonly tls?: TlsMaterial | (() => TlsMaterial)
  /** Use only the leader of a cluster: its data are never behind. */
  readonly leaderOnly?: boolean
  /** What the server's schema must have; everything this client was generated for by default. */
  readonly needs?: SchemaNeeds<Tables>
  /** Deadline of calls that name none; 10 s by default. */
  readonly callTimeoutMs?: number
  /** Deadline of a connection attempt, and of each call that prepares a connection; 5 s by default. */
  readonly connectTimeoutMs?: number
  /** Silence after which the server is probed; 5 s by default, 0 for never. */
  readonly probeIntervalMs?: number
  readonly backoff?: BackoffOptions
  readonly maxMessageBytes?: number
}

/** Where the link stands; `error` is why the last connection or attempt ended. */
export type LinkState =
  | { readonly kind: 'connecting'; readonly error?: OvsdbError }
  | { readonly kind: 'ready'; readonly endpoint: string; readonly serverVersion: string }
  | { readonly kind: 'closed' }

/** Something that lives across connections: a replica, a lock. */
export interface Participant {
  /** Sets itself up on a new connection. A rejection ends that connection. */
  resume(connection: Connection): Promise<void>
  /** Takes a notification; true if it was meant for this participant. */
  receive(method: string, params: readonly Json[]): boolean
  /** The connection is gone. */
  suspend?(): void
  /** The link was closed and will not come back. */
  end?(error: OvsdbError): void
}

/** A connection that is always being restored. */
export interface Link {
  readonly callTimeoutMs: number
  state(): LinkState
  onState(listener: (state: LinkState) => void): Unsubscribe
  /** Resolves when connected; rejects with `deadline exceeded` (cause: the last failure) or `closed`. */
  ready(timeoutMs?: number): Promise<Connection>
  /** Waits for a connection, then calls. `timeoutMs` covers both. */
  call(method: string, params: readonly Json[], timeoutMs?: number): Promise<Json>
  /** Adds a participant; it is resumed at once when connected, else with the next connection. */
  join(participant: Participant): void
  leave(participant: Participant): void
  /** Drops the current connection, if any, and connects to the next endpoint. */
  reconnect(): void
  close(): Promise<void>
}

interface Waiter {
  resolve(connection: Connection): void
  reject(error: OvsdbError): void
}

const asOvsdbError = (error: unknown): OvsdbError =>
  error instanceof OvsdbError ? error : new OvsdbError('protocol error', String(error), { cause: error })

/** Starts connecting at once, and keeps at it until closed. */
export function createLink<Tables>(options: LinkOptions<Tables>): Link {
  const { schema, callTimeoutMs = 10_000, connectTimeoutMs = 5_000 } = options
  const endpoints = options.endpoints.map(parseEndpoint)
  if (endpoints.length === 0) throw new OvsdbError('invalid value', 'no endpoints')
  const backoff = options.backoff ?? DEFAULT_BACKOFF
  const participants = new Set<Participant>()
  const waiters = new Set<Waiter>()
  const stateListeners = createListeners<LinkState>()
  const stopping = new AbortController()
  let state: LinkState = { kind: 'connecting' }
  let current: Connection | undefined
  let readyConnection: Connection | undefined
  let closing = false

  function setState(next: LinkState): void {
    state = next
    stateListeners.emit(next)
  }

  function dispatch(method: string, params: readonly Json[]): void {
    for (const participant of participants) {
      if (participant.receive(method, params)) return
    }
  }

  /** Opens a connection and makes it fit for use: schema, cluster role, participants. */
  async function establish(endpoint: Endpoint): Promise<{ connection: Connection; serverVersion: string }> {
    const tls = typeof options.tls === 'function' ? options.tls() : options.tls
    const socket = await openSocket(endpoint, { timeoutMs: connectTimeoutMs, tls, signal: stopping.signal })
    const connection = createConnection(socket, {
      onNotification: (method, params) => watch.receive(method, params) || dispatch(method, params),
      probeIntervalMs: options.probeIntervalMs ?? 5_000,
      maxMessageBytes: options.maxMessageBytes,
    })
    const requirement = { database: schema.name, leaderOnly: options.leaderOnly ?? false }
    const watch = createServerWatch(connection, requirement)
    current = connection
    try {
      if (closing) throw new OvsdbError('closed', 'the client was closed')
      await watch.start(connectTimeoutMs)
      const reply = await connection.call('get_schema', [schema.name], connectTimeoutMs)
      const serverVersion = checkSchema(schema, reply, options.needs)
      for (const participant of participants) await participant.resume(connection)
      // Set here, without a pause after the loop: a participant that joins now must find it.
      readyConnection = connection
      return { connection, serverVersion }
    } catch (error) {
      connection.close(asOvsdbError(error))
      throw error
    }
  }

  /** One connection from its opening to its end; the reason it ended. */
  async function session(endpoint: Endpoint): Promise<OvsdbError> {
    const { connection, serverVersion } = await establish(endpoint)
    setState({ kind: 'ready', endpoint: formatEndpoint(endpoint), serverVersion })
    for (const waiter of waiters) waiter.resolve(connection)
    const reason = await connection.closed
    readyConnection = undefined
    return reason
  }

  async function run(): Promise<void> {
    let failures = 0
    for (let turn = 0; !closing; turn++) {
      const startedMs = performance.now()
      const error = await session(endpoints[turn % endpoints.length] as Endpoint).catch(asOvsdbError)
      current = undefined
      for (const participant of participants) participant.suspend?.()
      if (closing) return
      setState({ kind: 'connecting', error })
      // A session shorter than the longest delay is as good as a failure: a server that drops us is not hammered.
      failures = performance.now() - startedMs > backoff.maxMs + connectTimeoutMs ? 0 : failures + 1
      if (failures % endpoints.length !== 0) continue
      const delayMs = backoffDelayMs(failures / endpoints.length - 1, backoff, Math.random())
      await delay(delayMs, stopping.signal)
    }
  }

  function ready(timeoutMs = callTimeoutMs): Promise<Connection> {
    if (closing) return Promise.reject(new OvsdbError('closed', 'the client was closed'))
    if (readyConnection !== undefined) return Promise.resolve(readyConnection)
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        waiters.delete(waiter)
      }
      const waiter: Waiter = {
        resolve(connection) {
          settle()
          resolve(connection)
        },
        reject(error) {
          settle()
          reject(error)
        },
      }
      const timer = setTimeout(() => {
        const cause = state.kind === 'connecting' ? state.error : undefined
        const why = cause === undefined ? '' : `: ${cause.message}`
        waiter.reject(new OvsdbError('deadline exceeded', `not connected within ${timeoutMs} ms${why}`, { cause }))
      }, timeoutMs)
      waiters.add(waiter)
    })
  }

  async function call(method: string, params: readonly Json[], timeoutMs = callTimeoutMs): Promise<Json> {
    const deadlineMs = performance.now() + timeoutMs
    const connection = await ready(timeoutMs)
    return connection.call(method, params, Math.max(1, deadlineMs - performance.now()))
  }

  function join(participant: Participant): void {
    participants.add(participant)
    const connection = readyConnection
    if (connection === undefined) return
    participant.resume(connection).catch((error: unknown) => connection.close(asOvsdbError(error)))
  }

  async function close(): Promise<void> {
    if (!closing) {
      closing = true
      const error = new OvsdbError('closed', 'the client was closed')
      stopping.abort()
      for (const waiter of [...waiters]) waiter.reject(error)
      for (const participant of participants) participant.end?.(error)
      current?.close(error)
      setState({ kind: 'closed' })
    }
    await running
  }

  const running = run()
  return {
    callTimeoutMs,
    state: () => state,
    onState: stateListeners.add,
    ready,
    call,
    join,
    leave: (participant) => void participants.delete(participant),
    reconnect: () => current?.close(new OvsdbError('disconnected', 'a new connection was asked for')),
    close,
  }
}

/** Resolves after the delay, or at once when the signal aborts. */
function delay(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, delayMs)
    signal.addEventListener('abort', finish)
  })
}
