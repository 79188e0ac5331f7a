/** What a bench is, and what it tells. */
import type { Parameter } from './parameters.ts'
import { type Spread, spreadOf } from './statistics.ts'

export type Better = 'more' | 'less'

/** One measured thing, beside its yardstick where there is one. */
export interface Measure {
  measure: string
  unit: string
  better: Better
  ours: Spread
  /** Absent where what was promised is a plain number. */
  yardstick?: Spread
  /** What the yardstick is. */
  beside?: string
  /** What was promised, in words; absent where the measure is for the record. */
  reach?: string
  reached?: boolean
  /** What one has to know to read it. */
  note?: string
}

/** Values of the rounds, and what is promised of their medians. */
export interface Rounds extends Omit<Measure, 'ours' | 'yardstick' | 'reached'> {
  ours: readonly number[]
  yardstick?: readonly number[]
  /** Whether the promise is kept, of the medians; undefined where it cannot be told, because less was asked for than was promised. */
  keeps?: (ours: number, yardstick: number) => boolean | undefined
}

export function measureOf({ ours, yardstick, keeps, ...facts }: Rounds): Measure {
  const mine = spreadOf(ours)
  const theirs = yardstick && spreadOf(yardstick)
  const reached = keeps?.(mine.median, theirs?.median ?? Number.NaN)
  return {
    ...facts,
    ours: mine,
    ...(theirs ? { yardstick: theirs } : {}),
    ...(reached === undefined ? {} : { reached }),
  }
}

/** A promise made for a larger scale than was measured: missing it is a miss, but keeping it says nothing. */
export const atScale =
  (isPromisedScale: boolean, holds: (ours: number) => boolean) =>
  (ours: number): boolean | undefined =>
    holds(ours) ? isPromisedScale || undefined : false

export interface Report {
  /** Shown and kept at once, so that nothing is lost when a later measure fails. */
  tell(rounds: Rounds): void
  /** Work that measures something: when it fails, that is told under this name, and the bench goes on. */
  attempt(what: string, work: () => Promise<void>): Promise<void>
}

export interface Bench {
  /** What it measures, in one line. */
  about: string
  parameters: Record<string, Parameter>
  /** It is ended when it takes longer. */
  limitMinutes: number
  /** Only when asked for by name. */
  onDemand?: boolean
  needsRoot?: boolean
  /** What it downloads stays in the machine's own temporary directory. */
  keepsDownloads?: boolean
  run(report: Report): Promise<void>
}
