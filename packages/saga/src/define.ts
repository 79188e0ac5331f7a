import { eachStep, flattenSub } from './compose.ts'
import { SagaError } from './errors.ts'
import type { StepOutput } from './json.ts'

/** A step that has nothing to take back, with the reason. */
export interface NoUndo {
  readonly noUndo: string
}

/** Declares that a step needs no undo. The reason is for the reader and for the torture report. */
export function noUndo(reason: string): NoUndo {
  if (reason.trim() === '') throw new SagaError('SAGA_DEFINITION_INVALID', 'noUndo needs a reason')
  return Object.freeze({ noUndo: reason })
}

/** Whether users may cancel; if not, the reason they are told. */
export type Cancellable = { cancellable?: true; reason?: never } | { cancellable: false; reason: string }

export interface RetryOptions {
  /** Attempts in all, the first included. */
  attempts: number
  /** Pause before the next attempt. */
  delayMs: number
  /** Whether this error is worth another attempt; every error by default. */
  when?(error: unknown): boolean
}

export type StepOptions = Cancellable & {
  /** For one attempt of the step or of its undo. Default: the engine's `stepTimeoutMs`. */
  timeoutMs?: number
  retry?: RetryOptions
  /** Share of the run's percent, compared with the other steps. Default 1. */
  weight?: number
  /**
   * The record that it is done waits for the next step's, and is written with it. For a step that can be done again, in its turn, when
   * the steps after it, up to the first without this, have been begun: after a crash all of them are.
   */
  record?: 'withNext'
}

export type SagaOptions<Ids extends string> = Cancellable & {
  /** Names of the UUIDs that are chosen before the first step. */
  ids: readonly Ids[]
  /** Grows whenever the step list changes; the former list stays registered for a release. Default 1. */
  version?: number
}

/** What a step gets besides its dependencies. */
export interface StepCall<Input, Ids extends string, Done> {
  readonly input: Input
  readonly ids: { readonly [Id in Ids]: string }
  /** Outputs of the former steps by name. */
  readonly done: Readonly<Done>
  /** Percent of this step, 0..100. */
  progress(percent: number, message?: string): void
  /**
   * Aborted on cancel, timeout and loss of the run. A step must hand it to whatever it waits for, and must not begin
   * another effect once it is aborted.
   */
  readonly signal: AbortSignal
}

export type RunStep<Input, Ids extends string, Done, Deps, R> = (
  call: Deps & StepCall<Input, Ids, Done>,
) => R | Promise<R>

/** `mine` is the step's own output; undefined when it was never journalled: the effect may have happened all the same. */
export type UndoStep<Input, Ids extends string, Done, Deps, R> = (
  call: Deps & StepCall<Input, Ids, Done> & { readonly mine?: R },
) => unknown

type Unused<Name extends string, Taken> = Name extends Taken ? { 'this step name is taken': never } : unknown

type With<Done, Name extends string, R> = Done & { readonly [N in Name]: R }

/** A step call without its types, as the engine makes it. */
export interface ErasedCall extends StepCall<unknown, string, Record<string, unknown>> {
  readonly mine?: unknown
}

/** A step as the engine sees it. Steps of a sub-saga carry the sub-saga's step name in front: `root.clone`. */
export interface StepDefinition {
  readonly name: string
  readonly path: readonly string[]
  readonly run: (call: ErasedCall) => unknown
  readonly undo: ((call: ErasedCall) => unknown) | NoUndo
  readonly options: StepOptions
}

/** A saga as the engine sees it. `needs` only exists in types: it ties the saga to the dependencies it is run with. */
export interface SagaDefinition<Deps = never> {
  readonly name: string
  readonly version: number
  readonly ids: readonly string[]
  readonly steps: readonly StepDefinition[]
  readonly cancellable: Cancellable
  readonly needs?: (deps: Deps) => void
}

/** A typed saga: a frozen list of steps; every method returns a longer one. */
export interface Saga<Input, Ids extends string, Done, Deps> extends SagaDefinition<Deps> {
  readonly ids: readonly Ids[]
  /** Only in types. */
  readonly takes?: (input: Input) => void
  readonly gives?: Done

  /** Appends a step. Its output must be JSON (or nothing); the undo must stand being called when the step never ran. */
  step<const Name extends string, R>(
    name: Name & Unused<Name, keyof Done> & StepOutput<R>,
    run: RunStep<Input, Ids, Done, Deps, R>,
    undo: UndoStep<Input, Ids, Done, Deps, NoInfer<R>> | NoUndo,
    options?: StepOptions,
  ): Saga<Input, Ids, With<Done, Name, R>, Deps>

  /**
   * Appends one step that works on many items at a time, at most `concurrency` (default 8) at once; its output is the list
   * of outputs. `items` must give the same list every time: derive it from input, ids and done alone.
   */
  each<const Name extends string, Item, R>(
    name: Name & Unused<Name, keyof Done> & StepOutput<R>,
    items: (call: StepCall<Input, Ids, Done>) => readonly Item[],
    run: RunStep<Input, Ids, Done, Deps & { readonly item: Item }, R>,
    undo: UndoStep<Input, Ids, Done, Deps & { readonly item: Item }, NoInfer<R>> | NoUndo,
    options?: StepOptions & { concurrency?: number },
  ): Saga<Input, Ids, With<Done, Name, R[]>, Deps>

  /**
   * Appends all steps of another saga; `done[name]` then holds its outputs. `map` gives the sub-saga its input and ids and
   * must give the same every time. A change of the sub-saga's steps is a change of this saga's version.
   */
  sub<const Name extends string, SubInput, SubIds extends string, SubDone, SubDeps>(
    name: Name & Unused<Name, keyof Done>,
    saga: Saga<SubInput, SubIds, SubDone, SubDeps> &
      (Deps extends SubDeps ? unknown : { 'dependencies are missing': never }),
    map: (call: StepCall<Input, Ids, Done>) => { input: SubInput; ids: { readonly [Id in SubIds]: string } },
  ): Saga<Input, Ids, With<Done, Name, SubDone>, Deps>
}

/** The input of a saga. */
export type InputOf<S> = S extends Saga<infer Input, infer _Ids, infer _Done, infer _Deps> ? Input : never
/** The outputs of a saga by step. */
export type OutputsOf<S> = S extends Saga<infer _Input, infer _Ids, infer Done, infer _Deps> ? Done : never
/** The names of a saga's ids. */
export type IdsOf<S> = S extends Saga<infer _Input, infer Ids, infer _Done, infer _Deps> ? Ids : never

/**
 * Begins a saga: `defineSaga<Input, Deps>()('vm.create', { ids: ['vm'] }).step(...)`. Twice called because TypeScript infers
 * either all type parameters or none.
 * @throws SagaError SAGA_DEFINITION_INVALID on a bad name, a duplicate step or id, a bad option
 */
export function defineSaga<Input, Deps>() {
  return <const Ids extends string>(
    name: string,
    options: SagaOptions<Ids>,
  ): Saga<Input, Ids, Record<never, never>, Deps> => {
    const { ids, version = 1 } = options
    if (!/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/.test(name)) throw invalid(`'${name}' is not a name for a saga`)
    if (!Number.isSafeInteger(version) || version < 1) throw invalid(`${name}: version must be a whole number from 1`)
    if (new Set(ids).size !== ids.length) throw invalid(`${name}: an id is declared twice`)
    checkCancellable(options, name)
    const cancellable: Cancellable =
      options.cancellable === false ? { cancellable: false, reason: options.reason } : { cancellable: true }
    return build({ name, version, ids: [...ids], steps: [], cancellable })
  }
}

/** The builder: types live in the interface, here everything is erased. */
function build<S>(definition: SagaDefinition): S {
  const append = (taken: string, steps: readonly StepDefinition[]) => {
    checkName(definition, taken)
    for (const step of steps) checkOptions(step, definition)
    return build({ ...definition, steps: [...definition.steps, ...steps] })
  }
  const saga = {
    ...definition,
    steps: Object.freeze(definition.steps),
    step: (name: string, run: StepDefinition['run'], undo: StepDefinition['undo'], options: StepOptions = {}) =>
      append(name, [Object.freeze({ name, path: [name], run, undo, options })]),
    each: (...[name, ...rest]: Parameters<typeof eachStep>) => append(name, [eachStep(name, ...rest)]),
    sub: (...[name, ...rest]: Parameters<typeof flattenSub>) => append(name, flattenSub(name, ...rest)),
  }
  return Object.freeze(saga) as S
}

function checkName(saga: SagaDefinition, name: string): void {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) throw invalid(`${saga.name}: '${name}' is not a name for a step`)
  if (saga.steps.some((step) => step.path[0] === name)) throw invalid(`${saga.name}: step ${name} is there twice`)
}

function checkOptions({ name, options }: StepDefinition, saga: SagaDefinition): void {
  const { timeoutMs, retry, weight } = options
  const where = `${saga.name}, step ${name}`
  checkCancellable(options, where)
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw invalid(`${where}: timeoutMs must be above 0`)
  if (weight !== undefined && !(weight >= 0)) throw invalid(`${where}: weight must not be negative`)
  if (retry && !(Number.isSafeInteger(retry.attempts) && retry.attempts >= 1 && retry.delayMs >= 0)) {
    throw invalid(`${where}: retry needs at least one attempt and a delay that is not negative`)
  }
}

function checkCancellable(options: Cancellable, where: string): void {
  if (options.cancellable === false && !options.reason?.trim())
    throw invalid(`${where}: cancellable: false needs a reason`)
}

function invalid(message: string): SagaError {
  return new SagaError('SAGA_DEFINITION_INVALID', message)
}
