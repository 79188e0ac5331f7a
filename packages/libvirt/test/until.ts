import { setTimeout as delay } from 'node:timers/promises'

/** Waits for a condition; fails with its name when it has not come true within `timeoutMs`. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 10_000) {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what} in vain`)
    await delay(20)
  }
}
