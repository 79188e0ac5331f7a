/**
 * Field types. One field says everything that is derived from it: column, JSON schema, validation, CLI option, console column.
 * `readonly` fields are set by the platform only; `immutable` ones by `create` only.
 */

export type FieldType =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'bytes'
  | 'uuid'
  | 'ref'
  | 'state'
  | 'choice'
  | 'ipv4'
  | 'cidr'
  | 'mac'
  | 'url'
  | 'path'
  | 'timestamp'
  | 'list'
  | 'object'
  | 'json'

/**
 * Who may see a field or a kind, and at what height a right to an action counts: `domain` is for those who administer a domain of
 * accounts, `operator` for those who run the platform or a zone of it. Each sees what the ones before see; for others it does not exist.
 */
export type Audience = 'tenant' | 'domain' | 'operator'

const AUDIENCES: readonly Audience[] = ['tenant', 'domain', 'operator']

/** Whether what is for `audience` is also for `viewer`. */
export const isFor = (audience: Audience | undefined, viewer: Audience): boolean =>
  AUDIENCES.indexOf(audience ?? 'tenant') <= AUDIENCES.indexOf(viewer)

export interface FieldOptions {
  doc?: string
  readonly?: boolean
  immutable?: boolean
  /** Never leaves the server. */
  secret?: boolean
  /** A secret that the platform has to read again: encrypted at rest with the master key. */
  sealed?: boolean
  optional?: boolean
  audience?: Audience
  /** A reference that does not keep its target from being deleted. */
  weak?: boolean
  /** The row vanishes with the target of this reference, in the same statement, rather than keeping it. */
  cascade?: boolean
  /** It keeps the target of this reference, until that is deleted with what it has: then it is deleted before, by its own delete. */
  follows?: boolean
  /** Used when `create` does not give the field. */
  default?: unknown
  /** Shown with the number, e.g. `ms`, `bit/s`. */
  unit?: string
  minimum?: number
  maximum?: number
  /** Longest text, in characters. */
  maxLength?: number
  pattern?: RegExp
  /** What `pattern` means, in words, for the error and the help. */
  rule?: string
  /** Member by which a list of objects is filtered and sorted: `tags=web` with `matchedBy: 'name'`. */
  matchedBy?: string
  /** Field beside a `json` one whose value tells its type, as a `KindField`; clients read and draw it as that. */
  shape?: string
}

export interface FieldSpec extends FieldOptions {
  type: FieldType
  /** Kind that a `ref` points to. */
  kind?: string
  /** Field beside it whose value names the kind, where a `ref` may point to any. */
  kindFrom?: string
  /** Allowed values of a `state` or `choice`. */
  values?: readonly string[]
  /** Type of a list's items. */
  items?: FieldSpec
  /** Members of an object. */
  fields?: Record<string, FieldSpec>
  /** Most items of a list. */
  maxItems?: number
}

declare const type: unique symbol
/** A field whose values are `T` in code and in JSON. */
export type Field<T> = FieldSpec & { readonly [type]?: T }

type Optionality<O, T> = O extends { optional: true } ? T | null : T
type Settled<O, T> = Field<Optionality<O, T>> & O

function field<T>(spec: FieldSpec): Field<T> {
  return spec
}

function plain<T>(defaults: FieldSpec) {
  return <const O extends FieldOptions>(options: O = {} as O): Settled<O, T> =>
    field({ ...defaults, ...options }) as Settled<O, T>
}

/** The vocabulary of fields. */
export const f = {
  text: plain<string>({ type: 'text', maxLength: 4096 }),
  boolean: plain<boolean>({ type: 'boolean' }),
  integer: plain<number>({ type: 'integer' }),
  /** A size in bytes; JSON number, at most 2^53 - 1. */
  bytes: plain<number>({ type: 'bytes', minimum: 0, unit: 'B' }),
  uuid: plain<string>({ type: 'uuid' }),
  ipv4: plain<string>({ type: 'ipv4' }),
  /** An IPv4 prefix in canonical form, e.g. `10.0.0.0/24`. */
  cidr: plain<string>({ type: 'cidr' }),
  mac: plain<string>({ type: 'mac' }),
  url: plain<string>({ type: 'url', maxLength: 2048 }),
  /** An absolute path on a host. */
  path: plain<string>({ type: 'path', maxLength: 1024 }),
  timestamp: plain<string>({ type: 'timestamp' }),
  /** The id of a resource of `kind`; inputs are resolved with the caller's visibility. */
  ref: <const O extends FieldOptions>(kind: string, options: O = {} as O): Settled<O, string> =>
    field({ type: 'ref', kind, ...options }) as Settled<O, string>,
  /** The id of a resource whose kind the field `kindFrom` beside it names. Of the kinds that the caller can see, any will do. */
  refTo: <const O extends FieldOptions>(kindFrom: string, options: O = {} as O): Settled<O, string> =>
    field({ type: 'ref', kindFrom, ...options }) as Settled<O, string>,
  /** Any JSON value. */
  json: plain<unknown>({ type: 'json' }),
  state: <const S extends readonly string[]>(
    values: S,
    options: FieldOptions = {},
  ): Field<S[number]> & { values: S; readonly: true } =>
    ({ type: 'state', readonly: true, values, ...options }) as Field<S[number]> & { values: S; readonly: true },
  choice: <const S extends readonly string[], const O extends FieldOptions>(
    values: S,
    options: O = {} as O,
  ): Settled<O, S[number]> => field({ type: 'choice', values, ...options }) as Settled<O, S[number]>,
  list: <T, const O extends FieldOptions & { maxItems?: number }>(
    items: Field<T>,
    options: O = {} as O,
  ): Settled<O, T[]> => field({ type: 'list', items, maxItems: 100, ...options }) as Settled<O, T[]>,
  object: <Fs extends Record<string, Field<unknown>>, const O extends FieldOptions>(
    fields: Fs,
    options: O = {} as O,
  ): Settled<O, InputRecord<Fs>> =>
    field({ type: 'object', fields: fields as Record<string, FieldSpec>, ...options }) as Settled<O, InputRecord<Fs>>,
}

/** The value type of a field. */
export type ValueOf<F> = F extends Field<infer T> ? T : never

/** A field that an input may leave out. */
type Omittable<F> = F extends { optional: true } ? true : F extends { default: unknown } ? true : false

type OmittableKeys<Fs> = { [K in keyof Fs]: Omittable<Fs[K]> extends true ? K : never }[keyof Fs]

/** Fields as a caller may give them: optional and defaulted ones can be left out. */
export type InputRecord<Fs> = { [K in Exclude<keyof Fs, OmittableKeys<Fs>>]: ValueOf<Fs[K]> } & {
  [K in OmittableKeys<Fs>]?: ValueOf<Fs[K]>
}
