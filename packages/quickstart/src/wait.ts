import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Ask until the answer is neither null nor an error, at most `timeoutMs`; then throw, with the last error as cause. An
 * error with `final: true` is thrown at once: there is nothing left to wait for.
 */
export async function waitUntil<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | null>,
  pauseMs = 100,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== null) return answer
      last = undefined
    } catch (error) {
      if ((error as { final?: boolean }).final) throw error
      last = error
    }
    if (Date.now() > deadline)
      throw new Error(
        `Waited ${timeoutMs / 1000} s in vain until ${what}${last ? `: ${(last as Error).message}` : ''}`,
        { cause: last },
      )
    await sleep(pauseMs)
  }
}
