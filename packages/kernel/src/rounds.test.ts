import { expect, test } from 'vitest'
import { createRounds } from './rounds.ts'

/** Long enough that no round begins by itself while a test looks. */
const LONG_MS = 3_600_000

test('who comes alone acts at once', () => {
  const acts: string[] = []
  createRounds(LONG_MS)(() => acts.push('a'))
  expect(acts).toEqual(['a'])
})

test('those who come soon after act together, in their order, in the next round', async () => {
  const rounds = createRounds(20)
  const acts: string[] = []
  rounds(() => acts.push('first'))
  const seen = await new Promise<string[]>((resolve) => {
    rounds(() => acts.push('a'))
    rounds(() => acts.push('b'))
    // Comes while the round is under way: that is the next one's.
    rounds(() => rounds(() => acts.push('next')))
    rounds(() => resolve([...acts]))
    expect(acts).toEqual(['first'])
  })
  expect(seen).toEqual(['first', 'a', 'b'])
  await new Promise<void>((resolve) => rounds(resolve))
  expect(acts).toEqual(['first', 'a', 'b', 'next'])
})
