/** How slices implement actions. */
import type { InputOf, Resource, RowOf } from '@basalt/resource'
import type { Saga } from '@basalt/saga'
import type { Target } from './access/decide.ts'
import { transfer } from './access/transfer.ts'
import type { Caller } from './caller.ts'
import type { Row } from './database.ts'
import type { Route } from './module.ts'
import type { Operation } from './operations.ts'
import type { References } from './perform/references.ts'
import { type Recycling, withRecycling } from './recycle/recycling.ts'
import type { Store } from './store.ts'

/** What an action gets: everything checked, nothing changed yet. */
export interface ActionContext<Input, Subject> {
  /** The resource's id; chosen anew for `create`. */
  id: string
  input: Input
  /** The resource as it is; for `create`, as it will be inserted. */
  row: Subject
  caller: Caller
  store: Store
  /** References of the input, resolved. */
  refs: References
}

/** Where the new resource will be, for a `create` whose resource is not to be in the acting account, or in the zone it names. */
interface Placed<Input, Subject> {
  place?(context: ActionContext<Input, Subject>): Promise<Target>
}

/** What must hold besides what the definition says; throws a `Problem` that tells what does not. Changes nothing: previews ask, too. */
interface Checked<Input, Subject> {
  check?(context: ActionContext<Input, Subject>): Promise<void>
}

/** Done in the request. */
export interface Short<Input, Subject> extends Placed<Input, Subject>, Checked<Input, Subject> {
  /**
   * Further operations, and fields to set besides those of the input. `carriedOut`: what was asked for has happened elsewhere, so the
   * row is not touched. `reveal`: values of the secret fields that the action is defined to reveal.
   */
  short(
    context: ActionContext<Input, Subject>,
  ): Promise<{ set?: Row; operations?: Operation[]; carriedOut?: true; reveal?: Row } | undefined>
}

/** A task. */
export interface Long<Input, Subject> extends Placed<Input, Subject>, Checked<Input, Subject> {
  saga: { name: string; version: number }
  prepare(context: ActionContext<Input, Subject>): Promise<Prepared>
}

export interface Prepared {
  /** Input of the saga: JSON. */
  input: unknown
  /** Ids that the saga shall use instead of random ones. */
  ids?: Record<string, string>
  /** Fields to set with the acceptance, besides the state. */
  set?: Row
  operations?: Operation[]
  /** Resources that the task holds besides its subject. */
  claims?: string[]
}

export type Implementation<Input = never, Subject = never> = Short<Input, Subject> | Long<Input, Subject>

/** A kind with its behaviour. */
export interface Slice {
  resource: Resource
  actions: Record<string, Implementation>
  /** For kinds with a recycle bin. */
  recycling?: Recycling
  /** Its routes, where those that the kind derives are not good enough. */
  routes?: RoutesOverride
}

/**
 * Gets the routes that the kind derives and answers with those that count; in a file of its own, `<kind>.routes.ts`. What it changes for
 * callers it also says in the kind's override of OpenAPI.
 */
export type RoutesOverride = (derived: readonly Route[]) => readonly Route[]

type Implementations<Fs, As> = {
  [A in keyof As & string]?: Implementation<InputOf<Resource<string, Fs, As>, A>, RowOf<Resource<string, Fs, As>>>
}

/**
 * Bind behaviour to a kind. `create`, `update` and `delete` of short actions need none: the row is inserted, changed, removed.
 * @param behaviour the actions, with `delete` as what deletes for good; `recycling` for what happens on the way to the recycle bin;
 *   `routes` to override the derived ones
 */
export function implement<Fs, As>(
  resource: Resource<string, Fs, As>,
  behaviour: Implementations<Fs, As> & {
    recycling?: Recycling<RowOf<Resource<string, Fs, As>>>
    routes?: RoutesOverride
  } = {},
): Slice {
  const { recycling, routes, ...actions } = behaviour
  const derived: Record<string, Implementation> = resource.transfer ? { changeOwner: transfer(resource) } : {}
  const all = { ...derived, ...(actions as unknown as Slice['actions']) }
  const slice = { ...withRecycling({ resource, actions: all }, recycling), ...(routes ? { routes } : {}) }
  for (const action of Object.values(resource.actions)) {
    const given: Implementation | undefined = slice.actions[action.name]
    if (action.long && !given) throw new TypeError(`${resource.kind}.${action.name} is long but has no saga`)
    if (!action.long && given && 'saga' in given)
      throw new TypeError(`${resource.kind}.${action.name} has a saga but is not declared long`)
    if (!action.long && !given && !['create', 'update', 'delete', 'expunge'].includes(action.name))
      throw new TypeError(`${resource.kind}.${action.name} is not implemented`)
  }
  return slice
}

type SagaInput<S> = S extends Saga<infer I, infer _Ids, infer _Out, infer _Deps> ? I : never
type SagaIds<S> = S extends Saga<infer _I, infer Ids, infer _Out, infer _Deps> ? Ids : never

/** An action that a saga carries out; the types of its input and ids are checked against the saga. */
export function bySaga<S extends { name: string; version: number }, Input, Subject>(
  saga: S,
  prepare: (
    context: ActionContext<Input, Subject>,
  ) => Promise<Prepared & { input: SagaInput<S>; ids?: Partial<Record<SagaIds<S> & string, string>> }>,
): Long<Input, Subject> {
  return { saga: { name: saga.name, version: saga.version }, prepare: prepare as Long<Input, Subject>['prepare'] }
}
