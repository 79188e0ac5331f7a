import { noResult } from './calls.ts'
import type { Connection } from './connection.ts'
import { type DomainEventName, type DomainEvents, EVENT_KINDS } from './events.ts'
import type { Message } from './framing.ts'
import { XdrReader } from './xdr.ts'

/** Called with each event of a kind. What it throws is an uncaught exception: the connection does not care. */
export type DomainEventListener<K extends DomainEventName> = (event: DomainEvents[K]) => void

/** Who listens to which event, over all connections of a client. */
export interface EventHub {
  /** Adds a listener; the function returned takes it away. */
  add<K extends DomainEventName>(name: K, listener: DomainEventListener<K>): () => void
  /** Makes sure the daemon sends one kind of event on a connection. */
  register(connection: Connection, name: DomainEventName, timeoutMs?: number): Promise<void>
  /** Makes sure the daemon sends every kind somebody listens to. */
  registerAll(connection: Connection): Promise<void>
  /** Takes an event message and calls its listeners. Throws `LIBVIRT_PROTOCOL` when it cannot be read. */
  receive(message: Message): void
}

type AnyListener = (event: DomainEvents[DomainEventName]) => void

/** Creates an {@link EventHub} without listeners. */
export function createEventHub(): EventHub {
  const listeners = new Map<DomainEventName, Set<AnyListener>>()
  const registrations = new WeakMap<Connection, Map<DomainEventName, Promise<void>>>()

  const register: EventHub['register'] = (connection, name, timeoutMs) => {
    const known = registrations.get(connection) ?? new Map<DomainEventName, Promise<void>>()
    registrations.set(connection, known)
    const registration = known.get(name) ?? registerWithDaemon(connection, name, timeoutMs)
    known.set(name, registration)
    return registration.catch((error: unknown) => {
      known.delete(name)
      throw error
    })
  }

  return {
    add: (name, listener) => {
      const added: AnyListener = (event) => listener(event as DomainEvents[typeof name])
      const ofName = listeners.get(name) ?? new Set()
      listeners.set(name, ofName.add(added))
      return () => void ofName.delete(added)
    },

    register,

    registerAll: async (connection) => {
      const wanted = [...listeners].filter(([, ofName]) => ofName.size > 0)
      await Promise.all(wanted.map(([name]) => register(connection, name)))
    },

    receive: (message) => {
      for (const [name, ofName] of listeners) {
        const kind = EVENT_KINDS[name]
        if (kind.procedure !== message.procedure) continue
        const reader = new XdrReader(message.body)
        reader.int32() // callback number: there is one registration of each kind
        const event = kind.read(reader)
        reader.end()
        for (const listener of ofName) queueMicrotask(() => listener(event))
      }
    },
  }
}

function registerWithDaemon(connection: Connection, name: DomainEventName, timeoutMs?: number): Promise<void> {
  return connection
    .call(
      'connectDomainEventCallbackRegisterAny',
      (w) => w.int32(EVENT_KINDS[name].id).optional(undefined, noResult),
      (r) => r.int32(),
      { timeoutMs },
    )
    .then(noResult)
}
