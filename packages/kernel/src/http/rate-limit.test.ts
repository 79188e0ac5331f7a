import { expect, test } from 'vitest'
import { createBuckets, senderOf } from './rate-limit.ts'

test('[api.rest] a burst passes, then the steady rate', () => {
  let nowMs = 0
  const buckets = createBuckets(
    () => ({ perSecond: 2, burst: 4 }),
    () => nowMs,
  )
  expect([1, 2, 3, 4, 5].map(() => buckets.take('a'))).toEqual([0, 0, 0, 0, 1])
  expect(buckets.take('b')).toBe(0)
  nowMs = 500
  expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 1])
  nowMs = 60_000
  expect([1, 2, 3, 4, 5].map(() => buckets.take('a'))).toEqual([0, 0, 0, 0, 1])
})

test('asking takes nothing; what is given back can be taken again', () => {
  const buckets = createBuckets(
    () => ({ perSecond: 0.1, burst: 1 }),
    () => 0,
  )
  expect([buckets.wait('a'), buckets.wait('a'), buckets.take('a')]).toEqual([0, 0, 0])
  expect(buckets.wait('a')).toBe(10)
  buckets.give('a')
  expect(buckets.take('a')).toBe(0)
})

test('what was let in elsewhere is owed, a whole burst at most', () => {
  let nowMs = 0
  const buckets = createBuckets(
    () => ({ perSecond: 2, burst: 4 }),
    () => nowMs,
  )
  buckets.hear('a', 3)
  expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 1])
  buckets.hear('a', 1_000)
  expect(buckets.wait('a')).toBe(3)
  nowMs = 2_500
  expect(buckets.take('a')).toBe(0)
})

test('a change of the rate counts at once', () => {
  let burst = 1
  const buckets = createBuckets(
    () => ({ perSecond: 1, burst }),
    () => 0,
  )
  expect([buckets.take('a'), buckets.take('b'), buckets.take('b')]).toEqual([0, 0, 1])
  burst = 3
  expect([buckets.take('c'), buckets.take('c'), buckets.take('c'), buckets.take('c')]).toEqual([0, 0, 0, 1])
})

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s is counted as %s', (address, sender) => {
  expect(senderOf(address)).toBe(sender)
})

test('[core.bulk] what is taken beyond the bucket is owed, and nothing is to be had until it has come back', () => {
  let nowMs = 0
  const buckets = createBuckets(
    () => ({ perSecond: 10, burst: 20 }),
    () => nowMs,
  )
  expect(buckets.take('a')).toBe(0)
  buckets.owe('a', 99)
  expect([buckets.wait('a'), buckets.take('a')]).toEqual([9, 9])
  nowMs = 8_000
  expect(buckets.wait('a')).toBe(1)
  nowMs = 8_200
  expect([buckets.take('a'), buckets.take('b')]).toEqual([0, 0])
})
