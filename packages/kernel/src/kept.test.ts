import { expect, test } from 'vitest'
import { createKept } from './kept.ts'

function counted(keepMs: number) {
  let looks = 0
  const look = createKept(
    async (key: string) => (key === 'nothing' ? undefined : `${key} ${++looks}`),
    () => keepMs,
  )
  return look
}

test('a look is used again by those who come later, unless they insist on a fresh one', async () => {
  const look = counted(60_000)
  expect(await look('a')).toEqual({ value: 'a 1', isKept: false })
  expect(await look('a')).toEqual({ value: 'a 1', isKept: true })
  expect(await look('a', true)).toEqual({ value: 'a 2', isKept: false })
  expect(await look('a')).toEqual({ value: 'a 2', isKept: true })
})

test('what is small is looked at each time', async () => {
  const look = counted(0)
  expect(await look('a')).toEqual({ value: 'a 1', isKept: false })
  expect(await look('a')).toEqual({ value: 'a 2', isKept: false })
})

test('that there was nothing is not kept', async () => {
  const look = counted(60_000)
  expect(await look('nothing')).toEqual({ value: undefined, isKept: false })
  expect(await look('nothing')).toEqual({ value: undefined, isKept: false })
})

test('of several each is kept the longer, so that all of them are looked at no more often than one', async () => {
  let atMs = 0
  const looks: string[] = []
  const look = createKept(
    async (key: string) => {
      looks.push(key)
      return key
    },
    () => 100,
    () => atMs,
  )
  for (; atMs < 10_000; atMs += 10) for (const key of ['a', 'b', 'c', 'd', 'e']) await look(key)
  // Of the first ones it is not known yet how many there will be.
  expect(looks.length).toBeGreaterThan(80)
  expect(looks.length).toBeLessThanOrEqual(105)
  expect(new Set(looks).size).toBe(5)
})

test('one that has become old is given while the next look is under way; one that is too old, to nobody', async () => {
  let atMs = 0
  let looks = 0
  const look = createKept(
    async (key: string) => `${key} ${++looks}`,
    () => 100,
    () => atMs,
  )
  expect(await look('a')).toEqual({ value: 'a 1', isKept: false })
  atMs = 150
  expect(await Promise.all([look('a'), look('a')])).toEqual([
    { value: 'a 1', isKept: true },
    { value: 'a 1', isKept: true },
  ])
  expect(await look('a')).toEqual({ value: 'a 2', isKept: true })
  expect(looks).toBe(2)
  atMs = 400
  expect(await look('a')).toEqual({ value: 'a 3', isKept: false })
})
