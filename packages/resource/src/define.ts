/**
 * A resource kind, defined once. Table, routes, OpenAPI, SDK, CLI, permission names, audit, events and the console's screens derive
 * from it; see the derivers beside this file.
 */
import { type Audience, type Field, type FieldSpec, f, type InputRecord, type ValueOf } from './field.ts'
import { plural } from './names.ts'
import type { Overrides } from './overrides.ts'
import { type QuotaMetric, type QuotaOptions, resolveQuota } from './quota.ts'
import { RECYCLED, type RecycleBin, type RecycleOptions, withRecycleBin } from './recycle.ts'

type Fields = Record<string, Field<unknown>>
type StateOf<Fs> = Fs extends { state: Field<infer S> } ? S : never

/** What can be done with a resource of the kind. `create`, `update` and `delete` map on POST, PATCH and DELETE. */
export interface ActionDefinition<Fs = Fields> {
  doc: string
  /** Names of the kind's own fields, or fields of the action's own, or both. */
  input?: readonly (keyof Fs & string)[] | Fields
  /** Fields of the action's own besides the named ones. */
  with?: Fields
  /** States it may start from; every one when absent. */
  from?: readonly StateOf<Fs>[]
  /** State while the task runs. */
  via?: StateOf<Fs>
  /** State when it is done. */
  to?: StateOf<Fs>
  /** Where the work itself finds out how it ends: the states it may reach, and `deleted` where it may be gone. */
  reaches?: readonly (StateOf<Fs> | 'deleted')[]
  /** A task (long) or an answer at once (short). */
  long?: boolean
  /** Loses data or interrupts service: asked twice by console and CLI. */
  danger?: boolean
  /** How high a right must be bound to count: `tenant` in an account, `domain` at least in a domain, `operator` in a zone or the platform. */
  audience?: Audience
  /** Fields of the input that a command line takes as words after the resource, in this order: `basalt setting set NAME 8`. */
  operands?: readonly string[]
  /** Secret fields that the answer shows, this once. */
  reveals?: readonly (keyof Fs & string)[]
}

/** A permission that no action derives: a route of its own needs it. */
export interface Permit {
  doc: string
  audience?: Audience
}

export interface ResourceOptions<Fs extends Fields, As> {
  doc: string
  /** Irregular plural in camelCase, e.g. `cacheEntries`. */
  plural?: string
  /** `account`: belongs to exactly one account; `platform`: to nobody. */
  ownership: 'account' | 'platform'
  locality: 'zone' | 'global'
  /** Who may read it; for account-owned kinds always the owner and operators. */
  audience: Audience
  fields: Fs
  actions: As
  /** Boolean field that offers the resource to every account when true. */
  offeredBy?: keyof Fs & string
  /** Sets of fields that no two live resources share; nulls never collide. */
  unique?: readonly (readonly (keyof (Fs & Common) & string)[])[]
  /** Fields that lists filter on often. */
  indexed?: readonly (keyof Fs & string)[]
  /** Fields shown in a table before one chooses columns. */
  columns: readonly string[]
  /** States in which a resource is broken; the console shows them red. */
  failedStates?: readonly StateOf<Fs>[]
  /** States in which others may refer to it; every one when absent. */
  usableStates?: readonly StateOf<Fs>[]
  /** Its changes are no events: it is a record of events, and would tell of itself for ever. */
  quiet?: boolean
  /** Permissions beside reading and the actions, by name: `{ console: ... }` makes `vm.console`. */
  permits?: Record<string, Permit>
  /** What users may do with what is theirs, whatever their roles. `field` names the user: a reference, or `id` of the user itself. */
  personal?: { field: string; actions: readonly string[] }
  /** Roles can be bound at one of these. A domain has a field `path`. */
  scope?: 'zone' | 'domain'
  /** Its rows decide who may do what: with every change all nodes read rights anew. */
  authority?: boolean
  /** The owner may share it: other accounts see it and refer to it. */
  shareable?: boolean
  /**
   * It can be given to another account (`changeOwner`). `with`: kinds that go along, by their field that refers to it, e.g.
   * `{ volume: 'vm' }`.
   */
  transfer?: { with?: Record<string, string> }
  /** Field by which lists are shown, where "newest first" would tell nothing. */
  sortedBy?: keyof (Fs & Common) & string
  /** False for what passes by itself, or is part of something else: it cannot have tags. */
  taggable?: boolean
  /** What one takes of its account's quotas. */
  quota?: QuotaOptions<Fs>
  /** Deleting moves it to the recycle bin first: `recycledAt`, `undelete` and `expunge` follow from this. */
  recycle?: RecycleOptions<StateOf<Fs>>
  /** SQL of a view that its rows are read from, in place of a table: nobody writes them. */
  view?: string
  /**
   * Kinds whose own delete removes it, by its field that names theirs, e.g. `{ vm: 'vm' }` of a NIC, or `{ vm: 'id' }` where it has the
   * id of the other.
   */
  carriedBy?: Record<string, keyof (Fs & Common) & string>
  /** States in which it may be deleted with what it has; those of its delete when absent. */
  cascadeFrom?: readonly StateOf<Fs>[]
  /** What it is a matter of; decides whose part it is where duties are separated. Default `resources`. */
  concern?: Concern
  /** What the slice says itself in place of what is derived, each in a file of its own. */
  overrides?: Overrides
}

/**
 * Matters that duties are separated by: `resources` to run; `tenancy`, who there is; `rights`, what they may do and with what keys;
 * `audit`, what they did; `split`, the separation itself; `consent`, what any part may ask and another must grant; `settings`, each by
 * its own matter; `record`, what shows what was changed and changes nothing.
 */
export type Concern = 'resources' | 'tenancy' | 'rights' | 'audit' | 'split' | 'consent' | 'settings' | 'record'

/** Fields that every kind has. */
const common = {
  id: f.uuid({ readonly: true, doc: 'Random, never reused.' }),
  name: f.text({
    doc: 'For people; need not be unique.',
    maxLength: 63,
    pattern: /^[^\p{C}\p{Zl}\p{Zp}]+$/u,
    rule: '1 to 63 characters, no control characters',
  }),
  description: f.text({ doc: 'For people.', default: '', maxLength: 1024 }),
  createdAt: f.timestamp({ readonly: true, doc: 'When it was accepted (RFC 3339, UTC).' }),
  updatedAt: f.timestamp({ readonly: true, doc: 'When it last changed.' }),
  version: f.integer({ readonly: true, doc: 'Grows by one with each change; the ETag.' }),
  cause: f.object(
    { code: f.text(), message: f.text(), remedy: f.text({ optional: true }) },
    { readonly: true, optional: true, doc: 'Why it is in a failed state and what to do about it.' },
  ),
} as const

const owned = {
  account: f.ref('account', { immutable: true, readonly: true, follows: true, doc: 'Who owns it.' }),
} as const
const zoned = { zone: f.ref('zone', { immutable: true, follows: true, doc: 'Where it is.' }) } as const

const tagList = () =>
  f.list(
    f.object({
      id: f.uuid(),
      name: f.text(),
      colour: f.text(),
      type: f.choice(['admin', 'tenant'], { doc: 'Put there by operators, or by its owner.' }),
    }),
    { readonly: true, matchedBy: 'name', doc: 'Tags on it; see the actions attach and detach of tags.' },
  )

/** Fields of what can have tags. They are kept here, so that lists, filters and events have them like any other field. */
const tagged = {
  tags: tagList(),
  operatorTags: { ...tagList(), audience: 'operator', doc: 'Tags that only operators see.' },
} as const

type Common = typeof common & Partial<typeof owned> & Partial<typeof zoned>

/** Every field of a kind by name, common ones first. */
export type AllFields<Fs> = typeof common & Fs

/** A kind as the derivers see it. */
export interface Resource<Kind extends string = string, Fs = unknown, As = unknown> {
  kind: Kind
  /** camelCase plural. */
  plural: string
  doc: string
  ownership: 'account' | 'platform'
  locality: 'zone' | 'global'
  audience: Audience
  offeredBy?: string
  /** All fields: common, owner, zone, own. */
  fields: Record<string, FieldSpec>
  actions: Record<string, Action>
  unique: readonly (readonly string[])[]
  indexed: readonly string[]
  columns: readonly string[]
  failedStates: readonly string[]
  usableStates?: readonly string[]
  /** Its changes are no events. */
  quiet: boolean
  permits: Record<string, Required<Permit>>
  personal?: { field: string; actions: readonly string[] }
  scope?: 'zone' | 'domain'
  authority: boolean
  shareable: boolean
  transfer?: { with: Record<string, string> }
  sortedBy?: string
  taggable: boolean
  quota: readonly QuotaMetric[]
  recycle?: RecycleBin
  view?: string
  carriedBy: Readonly<Record<string, string>>
  cascadeFrom?: readonly string[]
  concern: Concern
  overrides: Overrides
  /** Type carrier; never set. */
  readonly types?: { fields: Fs; actions: As }
}

/** An action with its input resolved to fields. */
export interface Action {
  name: string
  doc: string
  input: Record<string, FieldSpec>
  from?: readonly string[]
  via?: string
  to?: string
  reaches?: readonly string[]
  long: boolean
  danger: boolean
  audience: Audience
  operands: readonly string[]
  /** Secret fields that the answer shows, this once. */
  reveals: Record<string, FieldSpec>
}

/** A resource as code holds it. */
export type RowOf<R> = R extends { types?: { fields: infer Fs } }
  ? { [K in keyof (typeof common & Fs)]: ValueOf<(typeof common & Fs)[K]> } & { account?: string; zone?: string }
  : never

type Named<Fs, Names> = Names extends readonly (infer K)[]
  ? Pick<Fs, K & keyof Fs>
  : Names extends Fields
    ? Names
    : unknown
type Own<A> = A extends { with: infer W } ? W : unknown

/** What a caller gives an action, validated. */
export type InputOf<R, A extends string> = R extends { types?: { fields: infer Fs; actions: infer As } }
  ? A extends keyof As
    ? As[A] extends { input?: infer N }
      ? InputRecord<Named<typeof common & typeof zoned & Fs, N> & Own<As[A]>>
      : Record<string, never>
    : never
  : never

/** Names of a kind's actions. */
export type ActionsOf<R> = R extends { types?: { actions: infer As } } ? keyof As & string : never

function resolveInput(all: Record<string, FieldSpec>, action: ActionDefinition<never>): Record<string, FieldSpec> {
  const named = Array.isArray(action.input)
    ? Object.fromEntries((action.input as readonly string[]).map((name) => [name, all[name] ?? missing(name)]))
    : ((action.input ?? {}) as Record<string, FieldSpec>)
  return { ...named, ...(action.with as Record<string, FieldSpec> | undefined) }
}

function missing(name: string): never {
  throw new TypeError(`an action names the field "${name}", which the kind does not have`)
}

/** What the definition does not say in full is filled in: defaults of permissions, and the action that `transfer` stands for. */
function authorityOf(options: ResourceOptions<never, unknown>) {
  const { permits = {}, personal, scope, authority = false, shareable = false, transfer } = options
  return {
    permits: Object.fromEntries(
      Object.entries(permits).map(([name, { doc, audience = options.audience }]) => [name, { doc, audience }]),
    ),
    personal,
    scope,
    authority,
    shareable,
    transfer: transfer && { with: transfer.with ?? {} },
  }
}

const changeOwner: ActionDefinition<never> = {
  doc: 'Give it to another account, with what belongs to it.',
  input: { to: f.ref('account', { doc: 'The new owner.' }) },
  audience: 'domain',
}

/** Define a kind. See `conventions.md` of the project for how a definition reads. */
export function defineResource<
  const Kind extends string,
  const Fs extends Fields,
  const As extends Record<string, ActionDefinition<Fs & Common>>,
>(kind: Kind, options: ResourceOptions<Fs, As>): Resource<Kind, Fs, As> {
  const taggable = options.taggable ?? !options.quiet
  const fields: Record<string, FieldSpec> = {
    ...common,
    ...(options.ownership === 'account' ? owned : {}),
    ...(options.locality === 'zone' ? zoned : {}),
    ...options.fields,
    ...(taggable ? tagged : {}),
  }
  const failedStates = (options.failedStates ?? []) as readonly string[]
  const given = { ...options.actions, ...(options.transfer ? { changeOwner } : {}) } as unknown as Record<
    string,
    ActionDefinition
  >
  const ownActions = Object.entries(given).map(([name, action]): [string, Action] => [
    name,
    {
      name,
      doc: action.doc,
      input: resolveInput(fields, action as unknown as ActionDefinition<never>),
      from: action.from as readonly string[] | undefined,
      via: action.via as string | undefined,
      to: action.to as string | undefined,
      reaches: action.reaches as readonly string[] | undefined,
      long: action.long ?? false,
      danger: action.danger ?? false,
      operands: action.operands ?? [],
      reveals: resolveInput(fields, { doc: '', input: action.reveals } as ActionDefinition<never>),
      // What belongs to the platform is changed by those who run it, also where everybody may read it.
      audience: action.audience ?? (options.ownership === 'platform' ? 'operator' : options.audience),
    },
  ])
  const binned = withRecycleBin(
    kind,
    { fields, actions: Object.fromEntries(ownActions) },
    options.recycle as RecycleOptions<string> | undefined,
    failedStates,
  )
  return {
    ...binned,
    kind,
    plural: options.plural ?? plural(kind),
    doc: options.doc,
    ownership: options.ownership,
    locality: options.locality,
    audience: options.audience,
    offeredBy: options.offeredBy,
    unique: options.unique ?? [],
    indexed: options.indexed ?? [],
    columns: options.columns,
    failedStates,
    usableStates: (options.usableStates as readonly string[] | undefined) ?? usableStatesOf(fields, options.recycle),
    quota: resolveQuota(kind, fields, options.quota as QuotaOptions<never> | undefined),
    view: options.view,
    concern: options.concern ?? 'resources',
    overrides: options.overrides ?? {},
    quiet: options.quiet ?? false,
    ...authorityOf(options as unknown as ResourceOptions<never, unknown>),
    sortedBy: options.sortedBy,
    taggable,
    carriedBy: (options.carriedBy ?? {}) as Record<string, string>,
    cascadeFrom: options.cascadeFrom as readonly string[] | undefined,
  }
}

/** Nobody can refer to what lies in the recycle bin. */
const usableStatesOf = (fields: Record<string, FieldSpec>, recycle: unknown): readonly string[] | undefined =>
  recycle ? fields.state?.values?.filter((state) => state !== RECYCLED) : undefined

/** Permission that an action needs, e.g. `vm.start`; reading needs `vm.read`. */
export const permissionOf = (kind: string, action: string): string => `${kind}.${action}`
