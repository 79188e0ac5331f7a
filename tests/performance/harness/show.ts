/** Results in words, for a terminal. */
import type { Measure } from './bench.ts'
import type { Change } from './compare.ts'
import type { Failure, Result } from './result-file.ts'
import { rounded, type Spread } from './statistics.ts'

const number = (value: number): string => value.toLocaleString('en-GB', { maximumSignificantDigits: 3 })

const spread = ({ median, lowerQuartile, upperQuartile, rounds }: Spread): string =>
  rounds === 1 ? number(median) : `${number(median)} (${number(lowerQuartile)} to ${number(upperQuartile)})`

/** `ok`, `MISS`, or nothing where nothing was promised. */
export const markOf = ({ reached }: Pick<Measure, 'reached'>): string =>
  reached === undefined ? '' : reached ? 'ok' : 'MISS'

export const ratioOf = ({ ours, yardstick }: Measure): number | undefined =>
  yardstick && rounded(ours.median / yardstick.median, 2)

export function measureLine(measure: Measure): string {
  const { unit, ours, yardstick, beside, reach, note } = measure
  const parts = [
    `${measure.measure}: ${spread(ours)} ${unit}`,
    ...(yardstick ? [`${beside}: ${spread(yardstick)}; ratio ${ratioOf(measure)}`] : []),
    ...(reach ? [`reach: ${reach}`] : []),
    ...(note ? [note] : []),
  ]
  return `${markOf(measure).padEnd(4)} ${parts.join('; ')}`
}

export const failureLine = ({ measure, why }: Failure): string => `FAIL ${measure}: ${why}`

export function quietLine({ quiet, neighbours, machine, load }: Result): string {
  const facts = `others used ${neighbours.median} of ${machine.cores} cores, ${neighbours.most} at most; load ${load.before} before, ${load.after} after`
  return quiet ? `     the machine was quiet: ${facts}` : `NOT QUIET: the measures above are worth less: ${facts}`
}

const MARKS = { better: 'BETTER', worse: 'WORSE', 'within the spread': '' } as const

export const changeLine = ({ measure, before, after, change, verdict }: Change): string =>
  `${MARKS[verdict].padEnd(6)} ${measure}: ${before} before, ${after} now, ${change} times`
