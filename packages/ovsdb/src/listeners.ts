/** Ends a subscription. */
export type Unsubscribe = () => void

/** A set of listeners for one kind of event. */
export interface Listeners<Event> {
  add(listener: (event: Event) => void): Unsubscribe
  emit(event: Event): void
}

/**
 * Listeners that cannot harm the protocol: an exception in one of them is raised outside the current call as an
 * uncaught exception, because it is the owner's bug, neither the server's nor that of the other listeners.
 */
export function createListeners<Event>(): Listeners<Event> {
  const all = new Set<(event: Event) => void>()
  return {
    add(listener) {
      // Wrapped, so that the same function may be subscribed twice and each subscription ends on its own.
      const entry = (event: Event): void => listener(event)
      all.add(entry)
      return () => {
        all.delete(entry)
      }
    },
    emit(event) {
      for (const listener of [...all]) {
        try {
          listener(event)
        } catch (error) {
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
  }
}
