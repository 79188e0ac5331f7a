import { expect, test } from 'vitest'
import { createBatched } from './batched.ts'

test('what comes together is asked for together, each key once', async () => {
  const asked: string[][] = []
  const find = createBatched(async (keys) => {
    asked.push(keys)
    return new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.toUpperCase()]))
  })
  expect(await Promise.all(['a', 'b', 'a', 'none'].map(find))).toEqual(['A', 'B', 'A', undefined])
  expect(asked).toEqual([['a', 'b', 'none']])
})

test('nobody is answered from a look-up that began before', async () => {
  let truth = 'old'
  const begun: (() => void)[] = []
  const find = createBatched(async (keys) => {
    const seen = truth
    await new Promise<void>((resolve) => begun.push(resolve))
    return new Map(keys.map((key) => [key, seen]))
  })
  const first = find('a')
  while (begun.length === 0) await new Promise((resolve) => setImmediate(resolve))
  truth = 'new'
  const second = find('a')
  while (begun.length === 1) await new Promise((resolve) => setImmediate(resolve))
  for (const end of begun) end()
  expect([await first, await second]).toEqual(['old', 'new'])
})

test('a failed look-up is told to those who asked, and to nobody else', async () => {
  let fails = true
  const find = createBatched(async (keys) => {
    if (fails) throw new Error('gone')
    return new Map(keys.map((key) => [key, key]))
  })
  await expect(Promise.all([find('a'), find('b')])).rejects.toThrow('gone')
  fails = false
  expect(await find('a')).toBe('a')
})

test('with many under way the rest wait, and all are answered', async () => {
  let underWay = 0
  let most = 0
  const find = createBatched(async (keys) => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
    return new Map(keys.map((key) => [key, key]))
  })
  const answers: Promise<string | undefined>[] = []
  for (let index = 0; index < 40; index++) {
    answers.push(find(String(index)))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 40 }, (_, index) => String(index)))
  expect(most).toBeLessThanOrEqual(5)
})

test('a look-up that takes long does not hold up those that come after', async () => {
  const stuck: (() => void)[] = []
  const find = createBatched(async (keys) => {
    if (keys.includes('stuck')) await new Promise<void>((resolve) => stuck.push(resolve))
    return new Map(keys.map((key) => [key, key]))
  })
  const held: Promise<string | undefined>[] = []
  for (let count = 1; count <= 3; count++) {
    held.push(find('stuck'))
    while (stuck.length < count) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await find('another')).toBe('another')
  for (const end of stuck) end()
  expect(await Promise.all(held)).toEqual(['stuck', 'stuck', 'stuck'])
})
