/**
 * Reconcilers compare what the database says with what there is, one place after the other. Sagas carry out wishes; what differs all the
 * same is mended here when it is surely ours, and told to the operator when it is not. A reconciler never fights a saga: each difference
 * is looked at a second time, and only then mended, while the resources it concerns are held as a task would hold them.
 */
import type { StepContext } from '@basalt/saga'
import type { FencedWriter } from '../fenced.ts'

/** Where is looked, e.g. one host. */
export interface Place {
  /** Id of the resource, or null for the database itself. */
  id: string | null
  /** As people say it: `host host1`. */
  name: string
}

/** The place of reconcilers that compare the database with itself. */
export const DATABASE: Place = { id: null, name: 'database' }

export interface Difference {
  /** Sort of difference, e.g. `DOMAIN_LEFT_OVER`. */
  code: string
  /** What it is about; with code and place it tells one difference from all others. */
  subject: { kind: string; id: string }
  /** A sentence with names. */
  what: string
  /** `repair` what is surely ours, `report` what is not, or what only a human can decide. */
  verdict: 'repair' | 'report'
  /** A report: what the operator does about it. A repair: what the platform does. */
  remedy: string
  /** Resources to hold, the one whose id fences the effects first; with none, the repair's own conditions must do. */
  claims: readonly string[]
  /** What the reconciler itself knows it by, where that is no id. */
  key?: string
  /** What was done already, by the same statement that found it. */
  done?: string
}

/** What a repair works with: its claims are held, and what it does is fenced like a task's step. */
export interface Hold extends FencedWriter {
  context: StepContext
}

export interface Reconciler {
  /** Also the name of its resource, e.g. `hosts`. */
  name: string
  /** What it compares, as a sentence. */
  doc: string
  /** Every place there is, also those that cannot be looked at now; at least those of these ids, when they are given. */
  places(only?: ReadonlySet<string>): Promise<Place[]>
  /** The differences at a place; null when it cannot be looked at now. What is there is read before the rows about it. */
  scan(place: Place, signal: AbortSignal): Promise<Difference[] | null>
  /** The same difference as it is now, or null when it is over. Called with its claims held. */
  again(difference: Difference, place: Place): Promise<Difference | null>
  /** Mend it; returns a sentence about what was done. Called with its claims held. */
  repair(difference: Difference, place: Place, hold: Hold): Promise<string>
  /**
   * Have the rows say what is told, where that helps whoever meets them; returns a sentence about it. Called for what is only
   * reported, with its claims held, and again at every run: it must do nothing when all is said.
   */
  mark?(difference: Difference, place: Place, hold: Hold): Promise<string>
  /** Ask for a look at a place when something happened there; called once, at the start. */
  watch?(look: (place: string) => void): void
}

/** A reconciler whose counts are made anew by one statement that also finds what was wrong: quotas and other sums. */
export function recounting(
  own: Pick<Reconciler, 'name' | 'doc'> & {
    /** Put every count right; tells which were wrong. */
    recount(): Promise<readonly Omit<Difference, 'verdict' | 'claims' | 'done'>[]>
  },
): Reconciler {
  return {
    name: own.name,
    doc: own.doc,
    places: async () => [DATABASE],
    scan: async () =>
      (await own.recount()).map((wrong) => ({ ...wrong, verdict: 'repair', claims: [], done: 'It was counted anew.' })),
    again: async (difference) => difference,
    repair: async ({ done = '' }) => done,
  }
}
