/** The record of differences: one row each, however often it is seen. */
import type { Row } from '../database.ts'
import { derivedId } from '../derived-id.ts'
import type { Operation } from '../operations.ts'
import type { Store } from '../store.ts'
import type { FindingRow } from './finding.resource.ts'
import type { Difference, Place } from './reconciler.ts'

/** What ended is remembered this long. */
const KEEP_MS = 14 * 86_400_000

/** What became of a difference. */
export type Fate = { state: 'open'; outcome: string } | { state: 'repaired'; outcome: string } | { state: 'over' }

export interface Findings {
  /** Keep what became of a difference. */
  record(difference: Difference, place: Place, fate: Fate): Promise<void>
  /** Where there are open ones. */
  places(): Promise<ReadonlySet<string | null>>
  /** End the open ones at a place that were not seen there any more. */
  endUnseen(seen: ReadonlySet<string>, place: Place): Promise<void>
  /** End the open ones of places that are no more. */
  endElsewhere(places: readonly Place[]): Promise<void>
  idOf(difference: Difference, place: Place): string
}

export function createFindings(store: Store, reconciler: string): Findings {
  const idOf = ({ code, subject }: Difference, place: Place): string =>
    derivedId('finding', reconciler, code, place.id ?? '', subject.kind, subject.id)

  async function ending(): Promise<Row> {
    const now = await store.now()
    return { endedAt: new Date(now).toISOString(), expiresAt: new Date(now + KEEP_MS).toISOString() }
  }

  async function rowOf(difference: Difference, place: Place, fate: Fate): Promise<Row & { id: string }> {
    const { code, subject, what, remedy } = difference
    return {
      id: idOf(difference, place),
      name: code,
      description: '',
      reconciler,
      code,
      what: what.slice(0, 4096),
      place: place.name,
      placeId: place.id,
      resourceKind: subject.kind,
      resource: subject.id,
      since: new Date(await store.now()).toISOString(),
      remedy,
      times: 1,
      state: fate.state,
      outcome: 'outcome' in fate ? fate.outcome.slice(0, 4096) : '',
      ...(fate.state === 'open' ? { endedAt: null, expiresAt: null } : await ending()),
    }
  }

  const allOpen = (): Promise<FindingRow[]> => store.all<FindingRow>('finding', { reconciler, state: 'open' })

  async function end(isOver: (row: FindingRow) => boolean): Promise<void> {
    const over = (await allOpen()).filter(isOver)
    if (over.length === 0) return
    const set = { state: 'over', ...(await ending()) }
    await store.commit(over.map(({ id }): Operation => ({ op: 'update', kind: 'finding', id, set })))
  }

  return {
    idOf,
    places: async () => new Set((await allOpen()).map(({ placeId }) => placeId)),
    async record(difference, place, fate) {
      const row = await rowOf(difference, place, fate)
      const [known] = await store.all<FindingRow>('finding', { id: row.id })
      if (!known) {
        // What was over before anybody could be told of it is no finding.
        if (fate.state !== 'over') await store.commit([{ op: 'insert', kind: 'finding', row }])
        return
      }
      const { id, since, times, ...rest } = row
      const again = known.state !== 'open' && fate.state !== 'over'
      const same = known.state === row.state && known.what === row.what && known.outcome === row.outcome
      if ((same && !again) || (fate.state === 'over' && known.state !== 'open')) return
      const set = { ...rest, ...(again ? { since, times: known.times + 1 } : {}) }
      await store.commit([{ op: 'update', kind: 'finding', id, set }])
    },
    endUnseen: (seen, place) => end(({ id, placeId }) => placeId === place.id && !seen.has(id)),
    endElsewhere: (places) => end(({ placeId }) => !places.some(({ id }) => id === placeId)),
  }
}
