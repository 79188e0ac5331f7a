import { expect, test } from 'vitest'
import { atScale, type Better, measureOf } from './bench.ts'
import { changesOf } from './compare.ts'

const result = (better: Better, ours: number[], yardstick?: number[]) => ({
  measures: [measureOf({ measure: 'speed', unit: 'a second', better, ours, yardstick })],
})

test('a change outside the spread is told, to the side that is better for the measure', () => {
  const [slow, fast] = [
    [10, 11, 12, 11, 10],
    [20, 21, 22, 21, 20],
  ]
  expect(changesOf(result('more', slow), result('more', fast))).toMatchObject([{ change: 1.91, verdict: 'better' }])
  expect(changesOf(result('less', slow), result('less', fast))).toMatchObject([{ verdict: 'worse' }])
})

test('what lies within the spread is no change', () => {
  const [one, other] = [
    [8, 10, 12, 14, 16],
    [9, 11, 13, 15, 17],
  ]
  expect(changesOf(result('more', one), result('more', other))).toMatchObject([{ verdict: 'within the spread' }])
})

test('a machine that became slower as a whole is no change: the yardstick became slower, too', () => {
  const half = (values: number[]): number[] => values.map((value) => value / 2)
  const [ours, yardstick] = [
    [50, 51, 52, 51, 50],
    [100, 101, 102, 101, 100],
  ]
  const changes = changesOf(result('more', ours, yardstick), result('more', half(ours), half(yardstick)))
  expect(changes).toMatchObject([{ change: 1, verdict: 'within the spread' }])
})

test('measures that only one side has are left out', () => {
  expect(changesOf({ measures: [] }, result('more', [1]))).toEqual([])
})

test('a promise for a larger scale than was measured can be missed, but not kept', () => {
  const measured = (isPromisedScale: boolean, ours: number) =>
    measureOf({
      measure: 'memory',
      unit: 'MiB',
      better: 'less',
      ours: [ours],
      keeps: atScale(isPromisedScale, (mine) => mine < 100),
    }).reached
  expect([measured(true, 50), measured(true, 150)]).toEqual([true, false])
  expect([measured(false, 50), measured(false, 150)]).toEqual([undefined, false])
})
