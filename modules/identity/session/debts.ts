/** What keys owe, as far as this node has been told: in memory, for a bounded number of keys. */

export interface Debts {
  set(key: string, seconds: number): void
  /** Seconds after which one that costs so much can be had again; 0 now. */
  wait(key: string, seconds: number): number
  /** Owes so much more. */
  owe(key: string, seconds: number): void
  /** Owes so much less. */
  pay(key: string, seconds: number): void
}

const MAX_KEYS = 50_000

/** @param mostSeconds that may be owed @param now in seconds */
export function createDebts(mostSeconds: number, now: () => number = () => performance.now() / 1000): Debts {
  /** When each will have paid. */
  const due = new Map<string, number>()
  const owed = (key: string): number => Math.max(0, (due.get(key) ?? 0) - now())

  function set(key: string, seconds: number): void {
    // The map keeps the order of use: who was not seen for longest is forgotten first.
    due.delete(key)
    if (seconds <= 0) return
    if (due.size >= MAX_KEYS) due.delete(due.keys().next().value as string)
    due.set(key, now() + seconds)
  }

  return {
    set,
    wait: (key, seconds) => Math.max(0, owed(key) + seconds - mostSeconds),
    owe: (key, seconds) => set(key, owed(key) + seconds),
    pay: (key, seconds) => set(key, owed(key) - seconds),
  }
}
