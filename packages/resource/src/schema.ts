/** Fields → zod schemas. Every message says the rule; the remedy is the rule in the imperative. */
import { isIPv4 } from 'node:net'
import { z } from 'zod'
import type { FieldSpec } from './field.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
/** What a prefix looks like; `isCidr` says which of these are one. */
const CIDR = `^(?:${OCTET}\\.){3}${OCTET}\\/(?:[89]|[12]\\d|30)$`
const SAFE_PATH = /^\/(?:[A-Za-z0-9._@+-]+\/)*[A-Za-z0-9._@+-]+$/

/** Whether text is a canonical UUID (any RFC 9562 version), lower case. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** Whether text is an IPv4 prefix in canonical form: no host bits set, /8 to /30. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/')
  const prefix = Number(bits)
  if (rest.length > 0 || !isIPv4(address) || !/^\d{1,2}$/.test(bits) || prefix < 8 || prefix > 30) return false
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  return number % 2 ** (32 - prefix) === 0
}

const isPath = (text: string): boolean =>
  SAFE_PATH.test(text) && !text.split('/').some((part) => part === '..' || part === '.')

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
const isStorable = (value: string): boolean => !/\p{Cs}|\0/u.test(value)

function text(spec: FieldSpec): z.ZodType {
  const max = spec.maxLength ?? 4096
  let schema = z.string(`must be text`).max(max, `must be at most ${max} characters`)
  schema = schema.refine(isStorable, 'must be well-formed Unicode without NUL characters')
  if (spec.pattern) schema = schema.regex(spec.pattern, `must be ${spec.rule ?? `like ${spec.pattern.source}`}`)
  return spec.secret ? schema.meta({ format: 'password' }) : schema
}

function integer(spec: FieldSpec): z.ZodType {
  const minimum = spec.minimum ?? Number.MIN_SAFE_INTEGER
  const maximum = spec.maximum ?? Number.MAX_SAFE_INTEGER
  const unit = spec.unit ? ` ${spec.unit}` : ''
  return z
    .int(`must be a whole number`)
    .min(minimum, `must be at least ${minimum}${unit}`)
    .max(maximum, `must be at most ${maximum}${unit}`)
    .meta({ format: 'int64' })
}

/** Fields are shown, logged and sent on as events: a password has no place in one. */
function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

/** The depth is bounded where the body is parsed. */
function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value !== 'object' || value === null) return value !== undefined
  return Object.entries(value).every(([name, member]) => isStorable(name) && isStorableJson(member))
}

const json = (): z.ZodType =>
  z.unknown().refine(isStorableJson, 'must be a JSON value, of well-formed Unicode without NUL characters')

const byType: Record<FieldSpec['type'], (spec: FieldSpec) => z.ZodType> = {
  text,
  boolean: () => z.boolean('must be true or false'),
  integer,
  bytes: integer,
  uuid: () => z.string('must be a UUID').regex(UUID, 'must be a UUID in lower case').meta({ format: 'uuid' }),
  ref: ({ kind = 'resource' }) =>
    z.string(`must be the id of a ${kind}`).regex(UUID, `must be the id (UUID) of a ${kind}`).meta({ format: 'uuid' }),
  state: (spec) => z.enum(spec.values as [string, ...string[]]),
  choice: (spec) => z.enum(spec.values as [string, ...string[]], `must be one of ${spec.values?.join(', ')}`),
  ipv4: () =>
    z
      .string('must be an IPv4 address')
      .refine(isIPv4, 'must be an IPv4 address such as 10.0.0.5')
      .meta({ format: 'ipv4' }),
  cidr: () =>
    z
      .string('must be an IPv4 prefix')
      .refine(isCidr, 'must be an IPv4 prefix without host bits, /8 to /30, such as 10.0.0.0/24')
      .meta({ pattern: CIDR }),
  mac: () =>
    z.string('must be a MAC address').regex(MAC, 'must be a MAC address in lower case, such as 52:54:00:00:00:01'),
  url: (spec) =>
    z
      .string('must be a URL')
      .max(spec.maxLength ?? 2048)
      .refine(
        (value) => isHttpUrl(value) && isStorable(value),
        'must be an http or https URL without user name and password',
      )
      .meta({ format: 'uri' }),
  path: (spec) =>
    z
      .string('must be a path')
      .max(spec.maxLength ?? 1024)
      .refine(isPath, 'must be an absolute path of plain names, without . or .. parts')
      .meta({ pattern: SAFE_PATH.source }),
  timestamp: () => z.iso.datetime('must be an RFC 3339 time in UTC'),
  list: (spec) =>
    z
      .array(schemaOf(spec.items as FieldSpec), 'must be a list')
      .max(spec.maxItems ?? 100, `must have at most ${spec.maxItems ?? 100} items`),
  object: (spec) =>
    Object.keys(spec.fields ?? {}).length > 0
      ? objectSchema(spec.fields ?? {}, 'create')
      : z.record(z.string(), json(), 'must be an object'),
  json,
}

/** Times are told by their format, and that they are in UTC; the expression that zod checks them with tells nobody more. */
function tidy({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  if (jsonSchema.format === 'date-time') jsonSchema.pattern = 'Z$'
}

/** A schema as JSON Schema says it, for OpenAPI. */
export function plainSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    io: 'input',
    override: tidy,
  }) as Record<string, unknown>
  return rest
}

/** Schema of one field's value. */
export function schemaOf(spec: FieldSpec): z.ZodType {
  const schema = byType[spec.type](spec)
  const described = spec.doc ? schema.describe(spec.doc) : schema
  return spec.optional ? described.nullable() : described
}

/**
 * Schema of an input object: unknown members are refused. With `create`, optional fields may be missing and defaults are filled in;
 * with `update`, every field may be missing and nothing is filled in.
 */
export function objectSchema(fields: Record<string, FieldSpec>, mode: 'create' | 'update'): z.ZodObject {
  const shape = Object.fromEntries(
    Object.entries(fields).map(([name, spec]) => {
      const schema = schemaOf(spec)
      if (mode === 'update') return [name, schema.optional()]
      if (spec.default !== undefined) return [name, schema.default(spec.default as never)]
      return [name, spec.optional ? schema.optional() : schema]
    }),
  )
  return z.strictObject(shape, 'must be an object')
}

export interface FieldProblem {
  /** Path in the body, e.g. `nics.0.network`; empty for the body itself. */
  field: string
  message: string
  remedy: string
}

/** A rule in the imperative. */
const remedyOf = (rule: string): string =>
  `Give a value that ${rule
    .replace(/^must be/, 'is')
    .replace(/^must have/, 'has')
    .replace(/^must not contain/, 'does not contain')}.`

/** A failed parse as problems of single fields. */
export function problemsOf(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap((issue): FieldProblem[] => {
    const at = issue.path.join('.')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        field: at ? `${at}.${key}` : key,
        message: 'is not a field of this request',
        remedy: `Leave "${key}" out, or correct its spelling.`,
      }))
    const missing = issue.code === 'invalid_type' && issue.input === undefined
    const message = missing && !issue.message.includes('object') ? `is missing; it ${issue.message}` : issue.message
    return [{ field: at, message, remedy: remedyOf(issue.message) }]
  })
}
