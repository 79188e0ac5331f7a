/** Guests that may boot at the same time; more of them would all miss their deadlines. */
export interface BootSlots {
  /**
   * Resolves with the way to give the slot back (more than once does no harm) when one is free, first come first served.
   * `onWaiting` hears how many are ahead, whenever that changes. Rejects with the signal's reason when aborted.
   */
  acquire(signal: AbortSignal, onWaiting: (ahead: number) => void): Promise<() => void>
}

interface Waiter {
  admit(): void
  tell(ahead: number): void
}

/** @param count at least 1 */
export function createBootSlots(count: number): BootSlots {
  const waiting: Waiter[] = []
  let free = count

  const tellAll = (): void => {
    for (const [ahead, waiter] of waiting.entries()) waiter.tell(ahead)
  }
  const occupy = (): (() => void) => {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next.admit()
      tellAll()
    }
  }

  return {
    acquire: (signal, onWaiting) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (free > 0) {
          free -= 1
          return resolve(occupy())
        }
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(waiter), 1)
          tellAll()
          reject(signal.reason)
        }
        const waiter: Waiter = {
          admit: () => {
            signal.removeEventListener('abort', giveUp)
            resolve(occupy())
          },
          tell: onWaiting,
        }
        signal.addEventListener('abort', giveUp, { once: true })
        waiting.push(waiter)
        onWaiting(waiting.length - 1)
      }),
  }
}
