/** Tags: who may put which on what. That no tag of another account gets on a resource, the statements see to (`statements.ts`). */
import type { Resource } from '@basalt/resource'
import { authorizeAt } from '../access/authorize.ts'
import { targetOf } from '../access/target.ts'
import { implement } from '../action.ts'
import { type Caller, PLATFORM } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import type { References } from '../perform/references.ts'
import { conflict, invalidField, spelled } from '../problem.ts'
import type { Store } from '../store.ts'
import { detachAll, everywhere, hasMany } from './spread.ts'
import { MOST_TAGS } from './statements.ts'
import { type TagRow, tag } from './tag.resource.ts'

interface Tagged extends Row {
  id: string
  name: string
  account?: string
  tags: { id: string }[]
  operatorTags: { id: string }[]
}

interface Binding {
  action: 'attach' | 'detach'
  tag: TagRow
  input: { kind: string; resources: string[] }
  caller: Caller
  store: Store
  refs: References
}

const carries = ({ tags, operatorTags }: Tagged, id: string): boolean =>
  [...tags, ...operatorTags].some((each) => each.id === id)

function taggable({ input, store }: Binding): Resource {
  const resource = store.catalogue.resources.find(({ kind }) => kind === input.kind)
  if (resource?.taggable) return resource
  const kinds = store.catalogue.resources.filter((each) => each.taggable).map(({ kind }) => kind)
  throw invalidField('kind', 'cannot have tags', `Give one of ${kinds.join(', ')}.`)
}

/** Whoever may change the tag needs the same right where the resource is: so operators also take tags of tenants off. */
const checkRight = (row: Tagged, resource: Resource, { action, caller, store }: Binding): Promise<void> =>
  authorizeAt(store.database, caller, tag, action, { ...targetOf(resource, row), id: undefined })

function checkFit(row: Tagged, at: string, resource: Resource, { tag: subject }: Binding): void {
  if (subject.type === 'tenant' && row.account !== subject.account)
    throw invalidField(at, 'does not belong to the account of the tag', 'Choose one of the same account.')
  if (row.tags.length + row.operatorTags.length >= MOST_TAGS)
    throw conflict(
      'TOO_MANY_TAGS',
      `The ${spelled(resource.kind)} "${row.name}" has ${MOST_TAGS} tags already.`,
      'Take another one off first.',
    )
}

/** Operations that put the tag on the resources that lack it, or take it off those that have it. */
async function bind(binding: Binding): Promise<Operation[]> {
  const { action, tag: subject, input, refs } = binding
  const resource = taggable(binding)
  const rows = [...new Set(input.resources)].map((id) => refs.get<Tagged>(id))
  await Promise.all(rows.map((row) => checkRight(row, resource, binding)))
  return rows.flatMap((row): Operation[] => {
    const { id } = row
    if (carries(row, subject.id) === (action === 'attach')) return []
    if (action === 'attach') checkFit(row, `resources.${input.resources.indexOf(id)}`, resource, binding)
    return [{ op: 'tag', kind: resource.kind, id, [action]: [subject.id] }]
  })
}

export const tagSlice = implement(tag, {
  create: {
    async short({ input, caller }) {
      // Whoever acts in the platform's own account makes its tags.
      const isAdmin = caller.account === PLATFORM.account
      if (input.operatorOnly && !isAdmin)
        throw invalidField('operatorOnly', 'is for tags of the platform', 'Leave it out.')
      return {
        set: { type: isAdmin ? 'admin' : 'tenant', public: isAdmin && !input.operatorOnly, spreading: false },
      }
    },
  },
  update: {
    async short({ id, input, store }) {
      if (input.name === undefined && input.colour === undefined) return undefined
      return (await hasMany(store, id)) ? { set: { spreading: true } } : { operations: everywhere(store, id) }
    },
  },
  delete: {
    async short({ id, store }) {
      await detachAll(store, id)
      return { operations: everywhere(store, id) }
    },
  },
  attach: {
    short: async ({ row, ...context }) => ({
      operations: await bind({ ...context, action: 'attach', tag: row as TagRow }),
    }),
  },
  detach: {
    short: async ({ row, ...context }) => ({
      operations: await bind({ ...context, action: 'detach', tag: row as TagRow }),
    }),
  },
})
