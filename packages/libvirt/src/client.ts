import { EventEmitter } from 'node:events'
import { blockJobCalls } from './block-jobs.ts'
import { type Call, callTimeout, DEFAULT_CALL_TIMEOUT_MS } from './calls.ts'
import type { Connection } from './connection.ts'
import { type ConsoleOptions, openConsole } from './console.ts'
import { deviceCalls } from './devices.ts'
import type { DomainRef } from './domain-ref.ts'
import { domainCalls } from './domains.ts'
import type { LibvirtError } from './errors.ts'
import { createEventHub, type DomainEventListener, type EventHub } from './event-hub.ts'
import type { DomainEventName } from './events.ts'
import { guestCalls } from './guest.ts'
import { hostCalls } from './host.ts'
import { metadataCalls } from './metadata.ts'
import { migrationCalls } from './migration.ts'
import type { ProcedureName } from './procedures.ts'
import { openSession, type SessionOptions } from './session.ts'
import { statsCalls } from './stats.ts'
import type { LibvirtStream } from './stream.ts'
import { createSupervisor, type ReconnectDelays, type Supervisor } from './supervisor.ts'

/** Settings of a client. Everything has a default; `keepalive` is 5 s and 5 pings, and off when set to undefined. */
export interface LibvirtClientOptions extends SessionOptions {
  /** Default 100 and 5 000. */
  reconnect?: ReconnectDelays
}

/** What a client tells of its connection. */
export interface ConnectionEvents {
  /** The connection ended; the client is trying to get another one. */
  disconnected: [reason: LibvirtError]
  /** There is a new connection, and the events subscribed to flow again. Those of the meantime are lost: look again. */
  reconnected: []
  /** An attempt to reconnect failed; another one follows. */
  reconnectFailed: [error: LibvirtError]
}

/**
 * A client of one libvirt daemon. It reconnects by itself: calls under way when the connection ends are rejected with
 * `LIBVIRT_DISCONNECTED` (they may or may not have happened), calls made meanwhile wait up to their deadline.
 */
export interface LibvirtClient {
  readonly host: ReturnType<typeof hostCalls>
  readonly domains: ReturnType<typeof domainCalls>
  readonly devices: ReturnType<typeof deviceCalls>
  readonly stats: ReturnType<typeof statsCalls>
  readonly guest: ReturnType<typeof guestCalls>
  readonly metadata: ReturnType<typeof metadataCalls>
  readonly blockJobs: ReturnType<typeof blockJobCalls>
  readonly migration: ReturnType<typeof migrationCalls>
  /** Events of the connection itself. */
  readonly connection: EventEmitter<ConnectionEvents>
  /** Any other procedure of the table. */
  readonly call: Call
  /** Listens to an event of all domains. Resolves, with the way to stop, once the daemon will send it. */
  subscribe<K extends DomainEventName>(name: K, listener: DomainEventListener<K>): Promise<() => void>
  /**
   * Opens a domain's text console, on a connection of its own: a reader that does not keep up makes the guest wait,
   * not the other calls. `end()` or `destroy()` the stream when done.
   */
  openConsole(domain: DomainRef, options?: ConsoleOptions): Promise<LibvirtStream>
  /** Ends the connection and all consoles; calls under way are rejected with `LIBVIRT_CLOSED`. */
  close(): void
}

const DEFAULT_KEEPALIVE = { intervalMs: 5_000, maxUnanswered: 5 }
const DEFAULT_RECONNECT: ReconnectDelays = { initialDelayMs: 100, maxDelayMs: 5_000 }

/**
 * Connects to libvirt and keeps connected until closed.
 * @throws LibvirtError `LIBVIRT_CONNECT_FAILED`, `LIBVIRT_AUTH_UNSUPPORTED`, `LIBVIRT_TOO_OLD`, or what libvirt says,
 * when the first connection cannot be had.
 */
export async function connectLibvirt(options: LibvirtClientOptions = {}): Promise<LibvirtClient> {
  const session: SessionOptions = { keepalive: DEFAULT_KEEPALIVE, ...options }
  const connectionEvents = new EventEmitter<ConnectionEvents>()
  const hub = createEventHub()
  const supervisor = createSupervisor({
    open: (onEnd) => openWithEvents(session, hub, onEnd),
    delays: options.reconnect ?? DEFAULT_RECONNECT,
    onDisconnected: (reason) => connectionEvents.emit('disconnected', reason),
    onReconnected: () => connectionEvents.emit('reconnected'),
    onReconnectFailed: (error) => connectionEvents.emit('reconnectFailed', error),
  })
  await supervisor.start()
  return createClient({ session, supervisor, hub, connectionEvents })
}

interface ClientParts {
  readonly session: SessionOptions
  readonly supervisor: Supervisor
  readonly hub: EventHub
  readonly connectionEvents: EventEmitter<ConnectionEvents>
}

function createClient({ session, supervisor, hub, connectionEvents }: ClientParts): LibvirtClient {
  const defaultTimeoutMs = session.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS
  const consoles = new Set<LibvirtStream>()

  const connectionFor = async (procedure: ProcedureName, timeoutMs: number): Promise<Connection> => {
    const connection = await supervisor.connection(timeoutMs)
    if (!connection) throw callTimeout(procedure, timeoutMs, supervisor.lastError())
    return connection
  }

  const call: Call = async (procedure, encode, decode, { timeoutMs = defaultTimeoutMs } = {}) => {
    const startedAt = performance.now()
    const connection = await connectionFor(procedure, timeoutMs)
    const remainingMs = Math.max(1, Math.round(timeoutMs - (performance.now() - startedAt)))
    return connection.call(procedure, encode, decode, { timeoutMs: remainingMs })
  }

  return {
    host: hostCalls(call),
    domains: domainCalls(call),
    devices: deviceCalls(call),
    stats: statsCalls(call),
    guest: guestCalls(call),
    metadata: metadataCalls(call),
    blockJobs: blockJobCalls(call),
    migration: migrationCalls(call),
    connection: connectionEvents,
    call,
    subscribe: async (name, listener) => {
      const stop = hub.add(name, listener)
      try {
        await hub.register(await connectionFor('connectDomainEventCallbackRegisterAny', defaultTimeoutMs), name)
        return stop
      } catch (error) {
        stop()
        throw error
      }
    },
    openConsole: async (domain, options = {}) => {
      const stream = await openConsole(session, domain, options)
      consoles.add(stream)
      return stream.once('close', () => consoles.delete(stream))
    },
    close: () => {
      supervisor.close()
      for (const stream of consoles) stream.destroy()
    },
  }
}

async function openWithEvents(
  session: SessionOptions,
  hub: EventHub,
  onEnd: (reason: LibvirtError) => void,
): Promise<Connection> {
  const connection = await openSession(session, { onEvent: hub.receive, onEnd })
  try {
    await hub.registerAll(connection)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}
