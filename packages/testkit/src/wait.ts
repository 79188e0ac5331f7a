import { setTimeout as sleep } from 'node:timers/promises'

/** Ask until the answer is not null, at most `timeoutMs` long. */
export async function until<T>(what: string, ask: () => Promise<T | null> | T | null, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`)
    await sleep(20)
  }
}
