import { setTimeout as sleep } from 'node:timers/promises'

/** What an answer is as long as there is none. */
type NotYet = null | undefined | false

/** Ask until there is an answer: anything but null, undefined and false. Fails with `what` after `timeoutMs`; what `ask` throws goes through. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | NotYet> | T | NotYet,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`)
    await sleep(20)
  }
}
