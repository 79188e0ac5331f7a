/** Kinds as data: what `/v1/kinds` serves, from which the console and the CLI draw lists, forms and commands. */
import { type Action, permissionOf, type Resource } from './define.ts'
import { cascades } from './fate.ts'
import { type Audience, type FieldSpec, isFor } from './field.ts'
import { kebab, title } from './names.ts'
import { type Relation, relationsOf } from './relations.ts'

export interface KindField {
  name: string
  title: string
  type: FieldSpec['type']
  doc: string
  optional: boolean
  readonly: boolean
  /** Set by `create` only. */
  immutable?: boolean
  /** Whom it is there for, where that is not everybody. */
  audience?: Audience
  /** Not to be shown while it is typed, and never shown again. */
  secret: boolean
  unit?: string
  /** Kind that a reference points to. */
  kind?: string
  /** Field beside it that names the kind, where a reference may point to any. */
  kindFrom?: string
  /** Field of the resource that tells, as a field like this one, what a `json` value looks like. */
  shape?: string
  /** Member by which a list of objects is filtered, e.g. `tags=web`. */
  matchedBy?: string
  values?: readonly string[]
  default?: unknown
  minimum?: number
  maximum?: number
  maxLength?: number
  /** Most items of a list. */
  maxItems?: number
  rule?: string
  items?: KindField
  fields?: KindField[]
}

export interface KindAction {
  name: string
  title: string
  doc: string
  method: 'POST' | 'PATCH' | 'DELETE'
  /** Path with `{id}` where the action has a resource. */
  path: string
  input: KindField[]
  from?: readonly string[]
  via?: string
  to?: string
  /** States it may end in, where only the work finds out. */
  reaches?: readonly string[]
  long: boolean
  danger: boolean
  /** What one must be allowed to, e.g. `vm.start`. */
  permission: string
  /** How high that right must be held to count. */
  audience: Audience
  /** Can be asked for on many at once: a POST to `bulk` below the kind's path. */
  bulk: boolean
  /** Fields of the input that a command line takes as words, in this order; the others are options. */
  operands: readonly string[]
  /** What the answer shows this once, and nobody ever again; absent when nothing. */
  reveals?: KindField[]
}

/** Where a query can go from a kind. */
export type KindRelation = Omit<Relation, 'audience'>

export interface Kind {
  kind: string
  title: string
  plural: string
  /** Collection path, e.g. `/v1/storage-pools`. */
  path: string
  doc: string
  ownership: 'account' | 'platform'
  locality: 'zone' | 'global'
  /** Who may read it; what an account owns, its owner always may. */
  audience: Audience
  fields: KindField[]
  relations: KindRelation[]
  columns: readonly string[]
  failedStates: readonly string[]
  /** Field by which lists are shown; newest first when absent. */
  sortedBy?: string
  /** Can have tags. */
  taggable: boolean
  /** A delete keeps it for a while: lists take `recycled=true`, and it can be undeleted. */
  recycles: boolean
  /** Others go along when it is deleted with what it has: see `/v1/<kind>/{id}/deletion`. */
  cascades: boolean
  /** Many can be made from a CSV file: a POST to `import` below the path. */
  imports: boolean
  actions: KindAction[]
}

/** Collection path of a kind. */
export const pathOf = (resource: Resource): string => `/v1/${kebab(resource.plural)}`

/** Whether an action can be asked for on many resources at once: every one that is about a resource. */
export const isBulk = ({ name }: Pick<Action, 'name'>): boolean => name !== 'create'

/** HTTP method and path of an action. */
export function routeOf(resource: Resource, action: string): Pick<KindAction, 'method' | 'path'> {
  const base = pathOf(resource)
  if (action === 'create') return { method: 'POST', path: base }
  if (action === 'update') return { method: 'PATCH', path: `${base}/{id}` }
  if (action === 'delete') return { method: 'DELETE', path: `${base}/{id}` }
  return { method: 'POST', path: `${base}/{id}/${kebab(action)}` }
}

/** A field as data. */
export function kindField(name: string, spec: FieldSpec): KindField {
  return {
    name,
    title: title(name),
    type: spec.type,
    doc: spec.doc ?? '',
    optional: Boolean(spec.optional) || spec.default !== undefined,
    readonly: Boolean(spec.readonly),
    immutable: spec.immutable || undefined,
    audience: spec.audience === 'tenant' ? undefined : spec.audience,
    secret: Boolean(spec.secret),
    unit: spec.unit,
    kind: spec.kind,
    kindFrom: spec.kindFrom,
    shape: spec.shape,
    matchedBy: spec.matchedBy,
    values: spec.values,
    default: spec.default,
    minimum: spec.minimum,
    maximum: spec.maximum,
    maxLength: spec.maxLength,
    maxItems: spec.maxItems,
    rule: spec.rule,
    items: spec.items && kindField('item', spec.items),
    fields: spec.fields && Object.entries(spec.fields).map(([member, inner]) => kindField(member, inner)),
  }
}

function kindAction(resource: Resource, action: Action): KindAction {
  const partial = action.name === 'update'
  const reveals = Object.entries(action.reveals).map(([name, spec]) => kindField(name, spec))
  return {
    name: action.name,
    title: title(action.name),
    doc: action.doc,
    ...routeOf(resource, action.name),
    input: Object.entries(action.input).map(([name, spec]) => {
      const field = kindField(name, spec)
      return partial ? { ...field, optional: true, default: undefined } : field
    }),
    from: action.from,
    via: action.via,
    to: action.to,
    reaches: action.reaches,
    long: action.long,
    danger: action.danger,
    permission: permissionOf(resource.kind, action.name),
    audience: action.audience,
    bulk: isBulk(action),
    operands: action.operands,
    ...(reveals.length > 0 ? { reveals } : {}),
  }
}

/**
 * A kind as `audience` may see it: hidden fields, relations and actions are not there, secrets never are.
 * @param resources all kinds, for the relations
 */
export function kindOf(resource: Resource, audience: Audience, resources: readonly Resource[]): Kind {
  const derived = derivedKind(resource, audience, resources)
  return resource.overrides.kind?.(derived) ?? derived
}

function derivedKind(resource: Resource, audience: Audience, resources: readonly Resource[]): Kind {
  const fields = Object.entries(resource.fields).filter(([, spec]) => !spec.secret && isFor(spec.audience, audience))
  const names = new Set(fields.map(([name]) => name))
  const actions = Object.values(resource.actions)
    .filter((action) => isFor(action.audience, audience))
    .map((action) => kindAction(resource, action))
  return {
    kind: resource.kind,
    title: title(resource.kind),
    plural: resource.plural,
    path: pathOf(resource),
    doc: resource.doc,
    ownership: resource.ownership,
    locality: resource.locality,
    audience: resource.audience,
    fields: fields.map(([name, spec]) => kindField(name, spec)),
    relations: relationsOf(resource, resources)
      .filter((relation) => isFor(relation.audience, audience))
      .map(({ audience: _, ...relation }) => relation),
    columns: resource.columns.filter((name) => names.has(name)),
    failedStates: resource.failedStates,
    sortedBy: resource.sortedBy,
    taggable: resource.taggable,
    recycles: resource.recycle !== undefined,
    cascades: cascades(resource, resources),
    imports: actions.some(({ name }) => name === 'create'),
    actions,
  }
}
