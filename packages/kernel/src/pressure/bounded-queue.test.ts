import { expect, test } from 'vitest'
import { createBoundedQueue } from './bounded-queue.ts'

test('[core.isolation] a few work, a few wait, and the rest is refused at once', async () => {
  const queue = createBoundedQueue('passwords to check', { concurrent: 2, waiting: 1 })
  const releases: (() => void)[] = []
  let running = 0
  const work = () =>
    queue.run(async () => {
      running++
      await new Promise<void>((resolve) => releases.push(resolve))
      running--
    })
  const taken = [work(), work(), work()]
  await expect(work()).rejects.toMatchObject({ status: 503, code: 'OVERLOADED', retryAfterSeconds: 1 })
  expect([running, queue.waiting()]).toEqual([2, 1])
  while (releases.length > 0) {
    releases.shift()?.()
    await new Promise(setImmediate)
  }
  await Promise.all(taken)
  await queue.run(async () => expect(queue.waiting()).toBe(0))
})
