/** Requests made from an operation of the document: such as it says they should be, and others. */
import fc from 'fast-check'
import type { Operation, Parameter, Schema } from './document.ts'
import {
  HEADERS,
  MALFORMED_IDS,
  NAMES,
  ODD,
  OTHER_METHODS,
  QUERY_NAMES,
  QUERY_VALUES,
  RAW_BODIES,
  TYPES,
} from './oddities.ts'
import { fitting, idOf, type Known } from './values.ts'

export interface Request {
  method: string
  /** Path and query as they are sent. */
  target: string
  headers: Record<string, string | string[]>
  body?: Buffer
}

/** What a request is made of, before anything is written as text. */
interface Parts {
  method: string
  id: string
  query: [string, string][]
  headers: Record<string, string>
  type: string
  body: unknown
}

const JSON_TYPE = 'application/json'

export const encoded = (value: string): string => encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'))

function written({ path }: Operation, { method, id, query, headers, type, body }: Parts): Request {
  const search = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
  const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  return {
    method,
    target: path.replace('{id}', id) + (search && `?${search}`),
    headers: { ...headers, ...(bytes ? { 'content-type': type, 'content-length': String(bytes.length) } : {}) },
    body: bytes,
  }
}

/** Each of them given or left out. */
function someOf(parameters: Parameter[], known: Known, mayLeaveOut = true): fc.Arbitrary<Record<string, string>> {
  const values = parameters.map(({ name, schema, example }): [string, fc.Arbitrary<string>] => {
    const value = fitting(schema, name, known).map(String)
    return [name, typeof example === 'string' ? fc.oneof(fc.constant(example), value) : value]
  })
  const requiredKeys = parameters.filter(({ required }) => required || !mayLeaveOut).map(({ name }) => name)
  return fc.record(Object.fromEntries(values), { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<
    Record<string, string>
  >
}

/** A few of many: a list takes a parameter for each of its fields, and most of them together find nothing. */
function few(parameters: Parameter[], known: Known): fc.Arbitrary<Record<string, string>> {
  const required = parameters.filter((parameter) => parameter.required)
  const others = parameters.filter((parameter) => !parameter.required)
  return fc
    .subarray(others, { maxLength: Math.min(3, others.length) })
    .chain((chosen) => someOf([...required, ...chosen], known, false))
}

/** Only what can stand in a header: visible characters. */
const asHeaders = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, '~').trim()]))

function bodyOf({ body }: Operation, known: Known): { type: string; value: fc.Arbitrary<unknown> } {
  const [type, content] = Object.entries(body?.content ?? {})[0] ?? [JSON_TYPE, undefined]
  if (!body) return { type, value: fc.constant(undefined) }
  if (type !== JSON_TYPE) return { type, value: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)) }
  const value = fitting(content?.schema ?? {}, '', known)
  return { type, value: body.required ? value : fc.option(value, { nil: undefined, freq: 4 }) }
}

/** Values of `Prefer` that come back soon. */
const PREFER: Schema = { type: 'string', enum: ['wait=0', 'respond-async, wait=0', 'return=minimal'] }

function partsOf(operation: Operation, known: Known): fc.Arbitrary<Parts> {
  const { parameters, method } = operation
  const { type, value } = bodyOf(operation, known)
  const headers = parameters
    .filter((parameter) => parameter.in === 'header')
    .map((parameter) => (parameter.name === 'Prefer' ? { ...parameter, schema: PREFER } : parameter))
  return fc.record({
    method: fc.constant(method),
    id: idOf(known.ids('id')),
    query: few(
      parameters.filter((parameter) => parameter.in === 'query'),
      known,
    ).map((values) => Object.entries(values)),
    headers: fc.option(someOf(headers, known).map(asHeaders), { nil: {}, freq: 1 }),
    type: fc.constant(type),
    body: value,
  })
}

/** Requests as the document describes them. */
export const fittingRequests = (operation: Operation, known: Known): fc.Arbitrary<Request> =>
  partsOf(operation, known).map((parts) => written(operation, parts))

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)

/** With a member set, also where the name is one that assignment would not set. */
const withMember = (value: Record<string, unknown>, name: string, member: unknown): Record<string, unknown> =>
  Object.fromEntries([...Object.entries(value), [name, member]])

type Breaking = (parts: Parts) => fc.Arbitrary<Parts>

/** Right but for one thing, so that it comes far. */
const BREAKINGS: { weight: number; arbitrary: Breaking }[] = [
  {
    weight: 6,
    arbitrary: (parts) => {
      if (!isObject(parts.body)) return ODD.map((body) => ({ ...parts, body }))
      const { body } = parts
      const name = fc.constantFrom(...Object.keys(body), ...NAMES)
      return fc.oneof(
        fc.tuple(name, ODD).map(([member, value]) => ({ ...parts, body: withMember(body, member, value) })),
        name.map((member) => ({ ...parts, body: withMember(body, member, undefined) })),
      )
    },
  },
  { weight: 2, arbitrary: (parts) => fc.constantFrom(...RAW_BODIES).map(([, body]) => ({ ...parts, body })) },
  {
    weight: 1,
    arbitrary: (parts) => fc.constantFrom(...TYPES).map((type) => ({ ...parts, type, body: parts.body ?? {} })),
  },
  { weight: 2, arbitrary: (parts) => fc.constantFrom(...MALFORMED_IDS).map((id) => ({ ...parts, id })) },
  {
    weight: 2,
    arbitrary: (parts) =>
      fc.constantFrom(...HEADERS).map((headers) => ({ ...parts, headers: { ...parts.headers, ...headers } })),
  },
  { weight: 1, arbitrary: (parts) => fc.constantFrom(...OTHER_METHODS).map((method) => ({ ...parts, method })) },
  {
    weight: 4,
    arbitrary: (parts) => {
      const name = fc.constantFrom(...parts.query.map(([known]) => known), ...QUERY_NAMES)
      return fc
        .array(fc.tuple(name, QUERY_VALUES), { minLength: 1, maxLength: 3 })
        .map((query) => ({ ...parts, query: [...parts.query, ...query] }))
    },
  },
]

const chosen = fc.oneof(...BREAKINGS.map(({ weight, arbitrary }) => ({ weight, arbitrary: fc.constant(arbitrary) })))

/** Requests with one thing, or a few, that the document does not allow for. */
export const brokenRequests = (operation: Operation, known: Known): fc.Arbitrary<Request> =>
  fc
    .tuple(partsOf(operation, known), fc.array(chosen, { minLength: 1, maxLength: 2 }))
    .chain(([parts, breakings]) =>
      breakings.reduce<fc.Arbitrary<Parts>>((broken, breaking) => broken.chain(breaking), fc.constant(parts)),
    )
    .map((parts) => written(operation, parts))
