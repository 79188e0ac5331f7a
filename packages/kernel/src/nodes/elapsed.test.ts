import { expect, test } from 'vitest'
import { createElapsed } from './elapsed.ts'

test('[core.mn-ha] time passes by whichever clock went further: a suspended machine or a clock set back hides none', () => {
  let [monotonic, wall] = [1_000, 50_000]
  const elapsed = createElapsed(
    () => monotonic,
    () => wall,
  )
  monotonic += 10
  wall += 10
  expect(elapsed()).toBe(10)
  // The machine was suspended: the monotonic clock stood still.
  monotonic += 1
  wall += 60_000
  expect(elapsed()).toBe(60_010)
  // The wall clock was set back.
  monotonic += 5
  wall -= 1_000_000
  expect(elapsed()).toBe(60_015)
})
