/** Numbers that stand for many. */

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))

/** Three digits are all that a measure on a shared machine can bear. */
export function significant(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : value
}

/** The value below which this share of all values lies, between neighbours in proportion: `quantile(values, 0.99)`. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at - Math.floor(at))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** How far measures of one thing lie apart. */
export interface Spread {
  least: number
  lowerQuartile: number
  median: number
  upperQuartile: number
  most: number
  rounds: number
}

export function spreadOf(values: readonly number[]): Spread {
  const at = (share: number): number => significant(quantile(values, share))
  return {
    least: at(0),
    lowerQuartile: at(0.25),
    median: at(0.5),
    upperQuartile: at(0.75),
    most: at(1),
    rounds: values.length,
  }
}

/** How much `y` grows with each unit of `x`, by least squares. */
export function slopeOf(points: readonly { x: number; y: number }[]): number {
  const mean = (pick: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const above = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0)
  const below = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  return below === 0 ? 0 : above / below
}
