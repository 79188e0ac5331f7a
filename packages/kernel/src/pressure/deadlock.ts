/** Two transactions that wait for each other: the database ends one, which has changed nothing and is simply done again. */
import { setTimeout as sleep } from 'node:timers/promises'

/** SQLSTATE deadlock_detected. */
const DEADLOCK = '40P01'
const ATTEMPTS = 5
const LONGEST_PAUSE_MS = 50

/** Does it again when it was chosen to give way. Statements have an order that makes it rare. */
export async function outlastDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work()
    } catch (error) {
      if ((error as { code?: unknown }).code !== DEADLOCK || attempt >= ATTEMPTS) throw error
      await sleep(Math.random() * LONGEST_PAUSE_MS)
    }
}
