/**
 * A changed tag on everything that has it. Where few have it, they change with it, in one unit. Where many do, that unit would keep
 * everybody waiting: they follow in short units, and a mark on the tag says so until all have, should this node not live to see it.
 */
import { listHoldsSql, tableName } from '@basalt/resource'
import { type Operation, Refused, type Unit } from '../operations.ts'
import type { Store } from '../store.ts'
import type { TagRow } from './tag.resource.ts'

/** Most resources that change in one unit. */
const FEW = 500

const taggable = ({ catalogue }: Store) => catalogue.resources.filter((resource) => resource.taggable)

/** Resources of a kind with the tag, at most `FEW`; with `look`, only those that show it otherwise. */
async function carriers({ database }: Store, table: string, id: string, look?: object): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `select id from "${table}" where (${listHoldsSql('tags', '$1::jsonb')} or ${listHoldsSql('operator_tags', '$1::jsonb')})
       and ($2::jsonb is null or not (tags || operator_tags) @> $2::jsonb) limit ${FEW}`,
    [JSON.stringify([{ id }]), look ? JSON.stringify([{ id, ...look }]) : null],
  )
  return rows.map((row) => row.id)
}

/** Whether more have it than should change in one unit. */
export async function hasMany(store: Store, id: string): Promise<boolean> {
  let total = 0
  for (const resource of taggable(store)) {
    total += (await carriers(store, tableName(resource), id)).length
    if (total >= FEW) return true
  }
  return false
}

/** Everything that has the tag shows it as it is after the unit, or loses it when the unit deletes it. */
export const everywhere = (store: Store, id: string): Operation[] =>
  taggable(store).map(({ kind }) => ({ op: 'retag', kind, tag: id }))

/** Take the tag off everything, in short units; who gets it meanwhile is left to the unit that deletes it. */
export async function detachAll(store: Store, id: string): Promise<void> {
  for (const resource of taggable(store))
    for (;;) {
      const found = await carriers(store, tableName(resource), id)
      if (found.length === 0) break
      await attempt(
        store,
        found.map((each) => ({ op: 'tag', kind: resource.kind, id: each, detach: [id] })),
      )
    }
}

/** One that is deleted meanwhile must not keep the others. */
async function attempt(store: Store, operations: Operation[]): Promise<void> {
  try {
    await store.commit(operations)
  } catch {
    const each = await Promise.allSettled(operations.map((operation) => store.commit([operation])))
    const failures = each.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    const broken = failures.find((error) => !(error instanceof Refused))
    if (broken) throw broken
  }
}

async function spread(store: Store, id: string): Promise<void> {
  for (const resource of taggable(store))
    for (;;) {
      const [tag] = await store.all<TagRow>('tag', { id })
      if (!tag) return
      const found = await carriers(store, tableName(resource), id, { name: tag.name, colour: tag.colour })
      if (found.length === 0) break
      await attempt(
        store,
        found.map((each) => ({ op: 'tag', kind: resource.kind, id: each })),
      )
    }
  await store.commit([{ op: 'update', kind: 'tag', id, set: { spreading: false } }])
}

const spreads = (operation: Operation): string[] =>
  operation.op === 'update' && operation.kind === 'tag' && operation.set.spreading === true ? [operation.id] : []

/** The same store, on which the change of a tag that many have resolves when they show it. */
export const spreading = (store: Store): Store => ({
  ...store,
  async commit(unit: Unit) {
    await store.commit(unit)
    for (const id of unit.flatMap(spreads)) await spread(store, id)
  },
})

/** Go on where a node ended that did not live to see it. */
export async function resumeSpreads(store: Store): Promise<void> {
  for (const { id } of await store.all<TagRow>('tag', { spreading: true })) await spread(store, id)
}
