/** The OpenAPI document as tests use it: its operations with references followed, and validators of its schemas. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export type Json = Record<string, unknown>

export interface Schema extends Json {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  anyOf?: Schema[]
  allOf?: Schema[]
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  maxItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Schema
  example?: unknown
}

type Content = Record<string, { schema?: Schema }>

export interface Operation {
  id: string
  method: string
  path: string
  /** Answers without a session. */
  public: boolean
  tags: string[]
  parameters: Parameter[]
  body?: { required: boolean; content: Content }
  /** By status, and `default`. */
  responses: Record<string, { content?: Content }>
}

export interface Document extends Json {
  paths: Record<string, Record<string, Json>>
  components: Record<string, Record<string, Json>>
}

/** What a reference within the document points to. @throws when there is nothing */
export function resolve(document: Json, ref: string): Json {
  const parts = ref.replace(/^#\//, '').split('/')
  const found = parts.reduce<unknown>(
    (at, part) => (at as Json | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  )
  if (found === undefined) throw new Error(`${ref} points to nothing`)
  return found as Json
}

export function operationsOf(document: Document): Operation[] {
  const followed = <T>(value: unknown): T => {
    const { $ref } = value as { $ref?: string }
    return ($ref ? resolve(document, $ref) : value) as T
  }
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Operation => {
      const { operationId, security, tags = [], parameters = [], requestBody, responses = {} } = operation
      return {
        id: operationId as string,
        method: method.toUpperCase(),
        path,
        public: Array.isArray(security) && security.length === 0,
        tags: tags as string[],
        parameters: (parameters as unknown[]).map((parameter) => followed<Parameter>(parameter)),
        body: requestBody as Operation['body'],
        responses: Object.fromEntries(
          Object.entries(responses as Json).map(([status, answer]) => [
            status,
            followed<{ content?: Content }>(answer),
          ]),
        ),
      }
    }),
  )
}

export interface Validators {
  /** What is wrong with the value, in words; null when it is as the schema says. */
  problemOf(schema: Schema, value: unknown): string | null
}

/** Validators of the document's schemas by JSON Schema 2020-12; strict, so that a keyword that says nothing is an error. */
export function createValidators(document: Document): Validators {
  const absolute = <T>(part: T): T => JSON.parse(JSON.stringify(part).replaceAll('"$ref":"#/', '"$ref":"api#/')) as T
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, allErrors: false })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'api', components: absolute(document.components) } as Json, 'api')
  ajv.addVocabulary(['components'])
  const known = new Map<Schema, ValidateFunction>()
  return {
    problemOf(schema, value) {
      const validate = known.get(schema) ?? ajv.compile(absolute(schema))
      known.set(schema, validate)
      return validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: 'body' })
    },
  }
}
