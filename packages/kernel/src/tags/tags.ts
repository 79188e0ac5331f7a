/** Tags: who may put which on what. That no tag of another account gets on a resource, the statements see to (`statements.ts`). */
import { permissionOf, type Resource } from '@basalt/resource'
import { implement } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import type { References } from '../perform/references.ts'
import { conflict, forbidden, invalidField, spelled } from '../problem.ts'
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

/** A tenant changes what is its own; an operator may also take a tenant's tag off, or put it back where it belongs. */
function checkOwner(row: Tagged, { ownership }: Resource, { action, caller }: Binding): void {
  const own = ownership === 'account' && row.account === caller.account
  if (!own && !caller.operator) throw forbidden(permissionOf('tag', action))
}

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
function bind(binding: Binding): Operation[] {
  const { action, tag: subject, input, refs } = binding
  const resource = taggable(binding)
  return [...new Set(input.resources)].flatMap((id, index): Operation[] => {
    const row = refs.get<Tagged>(id)
    checkOwner(row, resource, binding)
    if (carries(row, subject.id) === (action === 'attach')) return []
    if (action === 'attach') checkFit(row, `resources.${index}`, resource, binding)
    return [{ op: 'tag', kind: resource.kind, id, [action]: [subject.id] }]
  })
}

/**
 * For the unit that gives a resource to another account: tags of the former owner go, those of operators stay. After the operation
 * that sets `account`.
 */
export const dropForeignTags = (kind: string, id: string): Operation => ({ op: 'tag', kind, id })

export const tagSlice = implement(tag, {
  create: {
    async short({ input, caller }) {
      if (input.operatorOnly && !caller.operator)
        throw invalidField('operatorOnly', 'is for tags of operators', 'Leave it out.')
      return {
        set: {
          type: caller.operator ? 'admin' : 'tenant',
          public: caller.operator && !input.operatorOnly,
          spreading: false,
        },
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
    short: async ({ row, ...context }) => ({ operations: bind({ ...context, action: 'attach', tag: row as TagRow }) }),
  },
  detach: {
    short: async ({ row, ...context }) => ({ operations: bind({ ...context, action: 'detach', tag: row as TagRow }) }),
  },
})
