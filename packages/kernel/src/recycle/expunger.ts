/** Empties the recycle bins: what has lain there for long enough is expunged, by the platform and in the usual way. */
import type { Resource } from '@basalt/resource'
import { tableName } from '@basalt/resource'
import type { Slice } from '../action.ts'
import { PLATFORM } from '../caller.ts'
import type { Performer } from '../perform/perform.ts'
import { Problem } from '../problem.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store.ts'

export interface ExpungerDeps {
  store: Store
  performer: Performer
  slices: readonly Slice[]
  settings: Settings
  onError(error: unknown): void
}

/** Begun in one round; the rest waits for the next. */
const AT_ONCE = 100

/** Due, oldest first; also those whose expunging failed before. */
async function dueOf(store: Store, resource: Resource, hours: number): Promise<string[]> {
  const states = resource.actions.expunge?.from ?? []
  const rows = await store.database.query<{ id: string }>(
    `select id from "${tableName(resource)}" where recycled_at <= now() - make_interval(hours => $1) and state = any($2::text[]) order by recycled_at limit ${AT_ONCE}`,
    [hours, states],
  )
  return rows.map(({ id }) => id)
}

/** One round. Returns how many expunges were accepted. */
export async function expungeDue({ store, performer, slices, settings, onError }: ExpungerDeps): Promise<number> {
  let begun = 0
  for (const slice of slices) {
    const { recycle, actions } = slice.resource
    const action = actions.expunge
    if (!recycle || !action) continue
    for (const id of await dueOf(store, slice.resource, settings.get(recycle.retention))) {
      try {
        await performer.perform({ slice, action, id, body: {}, caller: PLATFORM })
        begun++
      } catch (error) {
        // Another node or its user was quicker, or something still needs it: the next round sees.
        if (!(error instanceof Problem)) onError(error)
      }
    }
  }
  return begun
}
