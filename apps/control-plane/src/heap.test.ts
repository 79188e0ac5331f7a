import { expect, test } from 'vitest'
import { heapGrowth } from './heap.ts'

const MIB = 2 ** 20

test('a large heap grows by half, a small one as V8 likes, and between the two it stays as it is', () => {
  expect(heapGrowth(20 * MIB, 0)).toBe(0)
  expect(heapGrowth(80 * MIB, 0)).toBe(0)
  expect(heapGrowth(200 * MIB, 0)).toBe(50)
  expect(heapGrowth(80 * MIB, 50)).toBe(50)
  expect(heapGrowth(20 * MIB, 50)).toBe(0)
})
