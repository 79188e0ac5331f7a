import { OvsdbError } from './errors.ts'
import { expectObject } from './json.ts'
import type { Link, Participant } from './link.ts'
import { createListeners, type Unsubscribe } from './listeners.ts'
import { waitUntil } from './wait-until.ts'

/** A named lock of the server (RFC 7047, sections 4.1.8 to 4.1.10): advisory, lost with the connection. */
export interface Lock {
  readonly name: string
  /** Whether this session holds it. Only an `assert` inside a transaction makes that certain. */
  isHeld(): boolean
  onChange(listener: (held: boolean) => void): Unsubscribe
  /** Resolves when held; rejects with `deadline exceeded` or `closed`. */
  held(options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void>
  /** Gives the lock, or the place in its queue, back. */
  release(): Promise<void>
}

/**
 * Queues for a lock, again after every reconnect.
 *
 * @param steal take it from its present holder, once; after a reconnect it queues
 */
export function createLock(link: Link, name: string, steal = false): Lock {
  const changes = createListeners<boolean>()
  const ended = createListeners<OvsdbError>()
  let isHeld = false
  let stealNext = steal
  let endError: OvsdbError | undefined

  function set(next: boolean): void {
    if (isHeld === next) return
    isHeld = next
    changes.emit(next)
  }

  function end(error: OvsdbError): void {
    endError = error
    link.leave(participant)
    set(false)
    ended.emit(error)
  }

  const participant: Participant = {
    async resume(connection) {
      const method = stealNext ? 'steal' : 'lock'
      const reply = expectObject(await connection.call(method, [name], link.callTimeoutMs), `the reply to ${method}`)
      stealNext = false
      if (reply.locked === true) set(true)
    },
    receive(method, params) {
      if ((method !== 'locked' && method !== 'stolen') || params[0] !== name) return false
      set(method === 'locked')
      return true
    },
    suspend: () => set(false),
    end,
  }

  link.join(participant)
  return {
    name,
    isHeld: () => isHeld,
    onChange: changes.add,
    async held(options) {
      await waitUntil(() => isHeld, {
        ...options,
        ended: () => endError,
        subscribe(recheck, fail) {
          const unsubscribes = [changes.add(recheck), ended.add(fail)]
          return () => {
            for (const unsubscribe of unsubscribes) unsubscribe()
          }
        },
      })
    },
    async release() {
      if (endError !== undefined) return
      end(new OvsdbError('closed', 'the lock was released'))
      // Without a connection there is nothing to give back.
      if (link.state().kind === 'ready') await link.call('unlock', [name])
    },
  }
}
