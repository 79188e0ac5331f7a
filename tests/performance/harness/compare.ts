/** Two results of one bench beside each other. */
import type { Measure } from './bench.ts'
import type { Result } from './result-file.ts'
import { rounded, type Spread } from './statistics.ts'

export interface Change {
  measure: string
  /** Ours to yardstick where there is one, else ours alone. */
  before: number
  after: number
  /** `after` to `before`. */
  change: number
  /** Whether the middle halves of all rounds lie apart, and to which side. */
  verdict: 'better' | 'worse' | 'within the spread'
}

/** The middle half of what ours to yardstick may be. */
function middleOf({ ours, yardstick }: Measure): { low: number; middle: number; high: number } {
  const by: Pick<Spread, 'lowerQuartile' | 'median' | 'upperQuartile'> = yardstick ?? {
    lowerQuartile: 1,
    median: 1,
    upperQuartile: 1,
  }
  return {
    low: ours.lowerQuartile / by.upperQuartile,
    middle: ours.median / by.median,
    high: ours.upperQuartile / by.lowerQuartile,
  }
}

function changeOf(former: Measure, latter: Measure): Change {
  const [before, after] = [middleOf(former), middleOf(latter)]
  const rose = after.low > before.high
  const fell = after.high < before.low
  const improved = latter.better === 'more' ? rose : fell
  return {
    measure: latter.measure,
    before: rounded(before.middle, 4),
    after: rounded(after.middle, 4),
    change: rounded(after.middle / before.middle, 2),
    verdict: rose || fell ? (improved ? 'better' : 'worse') : 'within the spread',
  }
}

/** Of what both have measured under the same name. */
export function changesOf(former: Pick<Result, 'measures'>, latter: Pick<Result, 'measures'>): Change[] {
  const before = new Map(former.measures.map((measure) => [measure.measure, measure]))
  return latter.measures.flatMap((measure) => {
    const old = before.get(measure.measure)
    return old ? [changeOf(old, measure)] : []
  })
}
