import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks again and again until the probe gives something other than undefined, or the time is over (then undefined).
 * The pause grows from 5 to 100 ms.
 */
export async function waitFor<T>(probe: () => Promise<T | undefined>, timeoutMs: number): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    const value = await probe()
    if (value !== undefined || performance.now() > deadline) return value
    await delay(pauseMs)
  }
}
