import { expect, test } from 'vitest'
import { inTurn } from './in-turn.ts'

test('[core.bulk] parts are begun in order, so many at a time, and answered in order', async () => {
  const begun: number[] = []
  let underWay = 0
  let most = 0
  const results = await inTurn(
    20,
    async (index) => {
      begun.push(index)
      most = Math.max(most, ++underWay)
      for (let turn = 0; turn < (index % 3) + 1; turn++) await Promise.resolve()
      underWay--
      return index * 2
    },
    { atOnce: 4 },
  )
  expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index))
  expect(results).toEqual(begun.map((index) => index * 2))
  expect(most).toBe(4)
  expect(await inTurn(0, async () => 1, { atOnce: 4 })).toEqual([])
})

test('[core.bulk] what finds no room is done again, with fewer at a time, until all is done', async () => {
  const room = 3
  let underWay = 0
  const crowded: number[] = []
  const results = await inTurn(
    50,
    async (index) => {
      if (underWay >= room) {
        crowded.push(index)
        return 'crowded'
      }
      underWay++
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      return `done ${index}`
    },
    { atOnce: 20, isCrowded: (result) => result === 'crowded', pauseMs: 1 },
  )
  expect(results).toEqual(Array.from({ length: 50 }, (_, index) => `done ${index}`))
  expect(crowded.length).toBeGreaterThan(0)
  expect(crowded.length).toBeLessThanOrEqual(20 - room)
})

test('[core.bulk] what never finds room is left at that', async () => {
  let tries = 0
  const never = { atOnce: 2, isCrowded: () => true, pauseMs: 1, mostPauses: 3 }
  expect(await inTurn(2, async () => ++tries, never)).toHaveLength(2)
  expect(tries).toBeLessThanOrEqual(8)
})
