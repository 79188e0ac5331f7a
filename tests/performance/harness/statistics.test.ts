import { expect, test } from 'vitest'
import { quantile, slopeOf, spreadOf } from './statistics.ts'

test('quantiles lie between neighbours in proportion, whatever the order of the values', () => {
  const values = [4, 1, 3, 2, 5]
  expect(quantile(values, 0.5)).toBe(3)
  expect(quantile(values, 0.125)).toBe(1.5)
  expect(quantile([1, 2], 0.5)).toBe(1.5)
  expect(quantile([], 0.5)).toBeNaN()
})

test('a spread tells least, quartiles, most and how many rounds there were', () => {
  expect(spreadOf([10, 50, 20, 40, 30])).toEqual({
    least: 10,
    lowerQuartile: 20,
    median: 30,
    upperQuartile: 40,
    most: 50,
    rounds: 5,
  })
})

test('the slope of a line is found again, and is 0 where there is but one point', () => {
  expect(slopeOf([1, 2, 3, 4].map((x) => ({ x, y: 7 - 2 * x })))).toBeCloseTo(-2)
  expect(slopeOf([{ x: 1, y: 1 }])).toBe(0)
})
