/** The body of a bulk request: checked as its fields are defined, then for what goes together. */
import { type Action, bulkInput, objectSchema, type Resource } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import { checked, schemasOf } from '../checked.ts'
import type { Row } from '../database.ts'
import { invalidField, Problem } from '../problem.ts'
import type { Store } from '../store.ts'

export interface BulkRequest {
  action: Action
  ids?: string[]
  q?: string
  recycled: boolean
  input?: Row
  versions: Record<string, number>
  dryRun: boolean
}

type Given = Omit<BulkRequest, 'action' | 'versions'> & { action: string; versions?: Record<string, unknown> }

const schemaOf = schemasOf<Resource>((resource) => objectSchema(bulkInput(resource), 'create'))

function versionsOf({ ids = [], versions = {} }: Given): Record<string, number> {
  const asked = new Set(ids)
  for (const [id, version] of Object.entries(versions)) {
    if (!asked.has(id)) throw invalidField('versions', 'names an id that is not in "ids"', 'Leave it out.')
    if (!Number.isSafeInteger(version))
      throw invalidField(`versions.${id}`, 'must be a whole number', 'Give the version that you saw.')
  }
  return versions as Record<string, number>
}

function checkIds(ids: readonly string[]): void {
  if (ids.length === 0) throw invalidField('ids', 'is empty', 'Give the ids of those that it is about.')
  const seen = new Set<string>()
  for (const [index, id] of ids.entries()) {
    if (seen.has(id)) throw invalidField(`ids.${index}`, 'is there twice', 'Give each id once.')
    seen.add(id)
  }
}

/** @throws Problem naming the field at fault */
export function bulkRequestOf(resource: Resource, body: unknown): BulkRequest {
  const given = Object.fromEntries(
    Object.entries(checked(schemaOf(resource), body)).filter(([, value]) => value !== null),
  ) as unknown as Given
  const { ids, q } = given
  if ((ids === undefined) === (q === undefined))
    throw invalidField('ids', 'or "q" must be given, not both', 'Name the resources by "ids", or select them by "q".')
  if (ids) checkIds(ids)
  if (ids && given.recycled) throw invalidField('recycled', 'is for "q"', 'Leave it out: ids say which ones.')
  const action = resource.actions[given.action] as Action
  return { ...given, action, recycled: given.recycled ?? false, versions: versionsOf(given) }
}

/** More than one request may be about. */
export const tooManyItems = (count: number, most: number): Problem =>
  new Problem({
    status: 422,
    code: 'TOO_MANY_ITEMS',
    detail: `This is about ${count}; one request may be about ${most}. Nothing was changed.`,
    remedy: 'Send several requests with some each, or narrow the filter; operators: the setting bulk.items.',
    facts: { count, most },
  })

/** Ids of what a request is about: those that it names, or those that its filter selects for the caller, the oldest first. */
export async function selected(
  store: Store,
  resource: Resource,
  { ids, q, recycled }: BulkRequest,
  caller: Caller,
  most: number,
): Promise<readonly string[]> {
  if (ids) {
    if (ids.length > most) throw tooManyItems(ids.length, most)
    return ids
  }
  const request = { q, recycled, fields: 'id', sort: 'createdAt', limit: most, count: true }
  const { items, count = 0 } = await store.list<{ id: string }>(resource.kind, caller, request)
  if (count > most) throw tooManyItems(count, most)
  return items.map(({ id }) => id)
}
