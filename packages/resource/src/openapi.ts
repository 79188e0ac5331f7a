/** Kinds → OpenAPI 3.1. */
import type { Action, Resource } from './define.ts'
import { type FieldSpec, isFor } from './field.ts'
import { pathOf, routeOf } from './kinds.ts'
import { kebab, pascal } from './names.ts'
import { bulkInputSchemas, bulkOperations, bulkSchemas, csvContent } from './openapi-bulk.ts'
import { cascadeOperations, cascadeParameters, cascadeSchemas, taskResponses } from './openapi-cascade.ts'
import { groupSchema, listParameters } from './openapi-lists.ts'
import { problemResponses, problemSchema, withProblems } from './openapi-problems.ts'
import type { OpenapiPart } from './overrides.ts'
import { objectSchema, plainSchema, schemaOf } from './schema.ts'

type Json = Record<string, unknown>

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const jsonBody = (schema: Json): Json => ({ content: { 'application/json': { schema } } })

function rowSchema(resource: Resource): Json {
  const shown = Object.entries(resource.fields).filter(([, spec]) => !spec.secret)
  // Operators see more fields than tenants, therefore only what everybody sees is required.
  const required = shown.filter(([, spec]) => isFor(spec.audience, 'tenant')).map(([name]) => name)
  return {
    type: 'object',
    description: resource.doc,
    properties: Object.fromEntries(shown.map(([name, spec]) => [name, fieldSchema(spec)])),
    required,
  }
}

function fieldSchema(spec: FieldSpec): Json {
  return { ...plainSchema(schemaOf(spec)), ...(spec.readonly ? { readOnly: true } : {}) }
}

/** Name of the schema of an action's input, absent when it takes none. */
export const inputName = (resource: Resource, action: Action): string | undefined =>
  Object.keys(action.input).length > 0 ? `${pascal(resource.kind)}${pascal(action.name)}Input` : undefined

/** A resource after an action, with what the action reveals. */
function outcomeSchema(resource: Resource, { reveals }: Action): Json {
  const whole = reference(pascal(resource.kind))
  const names = Object.keys(reveals)
  if (names.length === 0) return whole
  const properties = Object.fromEntries(Object.entries(reveals).map(([name, spec]) => [name, fieldSchema(spec)]))
  return { allOf: [whole, { type: 'object', required: names, properties }] }
}

/** Whether something has to be given, so that the input cannot be left out altogether. */
export const needsInput = (action: Action): boolean =>
  action.name === 'update' || Object.values(action.input).some((spec) => !spec.optional && spec.default === undefined)

function successesOf(resource: Resource, action: Action): Json {
  if (action.long) return taskResponses
  if (action.name === 'delete') return { ...taskResponses, '204': { description: 'Gone.' } }
  const status = action.name === 'create' ? '201' : '200'
  return { [status]: { description: 'Done.', ...jsonBody(outcomeSchema(resource, action)) } }
}

function operation(resource: Resource, action: Action): Json {
  const input = inputName(resource, action)
  const withId = action.name !== 'create'
  return {
    operationId: `${resource.kind}.${action.name}`,
    summary: action.doc,
    tags: [resource.kind],
    parameters: [
      ...(withId ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }] : []),
      { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', minLength: 1, maxLength: 255 } },
      ...(withId
        ? [
            {
              name: 'If-Match',
              in: 'header',
              description: 'ETag of what was looked at: refused when it has changed since.',
              schema: { type: 'string', pattern: '^"\\d{1,15}"$' },
            },
          ]
        : []),
      ...(action.name === 'delete' ? cascadeParameters : []),
      ...(action.long
        ? [{ name: 'Prefer', in: 'header', description: '`wait=30` waits for the end.', schema: { type: 'string' } }]
        : []),
    ],
    ...(input ? { requestBody: { required: needsInput(action), ...jsonBody(reference(input)) } } : {}),
    responses: successesOf(resource, action),
  }
}

/** With `Accept: text/csv` all pages, one row a resource. */
const listAnswer = (list: Json): Json => {
  const { content } = jsonBody(list) as { content: Json }
  return { description: 'A page; as CSV, everything.', content: { ...content, ...csvContent } }
}

function readOperations(resource: Resource): [string, Json][] {
  const name = pascal(resource.kind)
  const list = {
    type: 'object',
    properties: {
      items: { type: 'array', items: reference(name) },
      next: { type: 'string', description: 'Cursor of the next page.' },
      count: { type: 'integer', description: 'How many there are on all pages, when asked for.' },
      groups: { type: 'array', description: 'With "groupBy", instead of items.', items: reference('ListGroup') },
    },
  }
  const parameters = [
    ...Object.keys(listParameters).map((parameter) => ({ $ref: `#/components/parameters/${parameter}` })),
    ...(resource.recycle
      ? [
          {
            name: 'recycled',
            in: 'query',
            description: 'What is in the recycle bin, instead.',
            schema: { type: 'boolean' },
          },
        ]
      : []),
    ...Object.entries(resource.fields)
      .filter(([field, spec]) => !spec.secret && spec.type !== 'object' && !(field in listParameters))
      .map(([field, spec]) => ({
        name: field,
        in: 'query',
        description: spec.matchedBy
          ? `Only those that have one of this ${spec.matchedBy} among their ${field}.`
          : `Only those whose ${field} is this.`,
        schema: { type: 'string' },
      })),
  ]
  return [
    [
      pathOf(resource),
      {
        get: {
          operationId: `${resource.kind}.list`,
          summary: `List ${kebab(resource.plural)}.`,
          tags: [resource.kind],
          parameters,
          responses: { '200': listAnswer(list) },
        },
      },
    ],
    [
      `${pathOf(resource)}/{id}`,
      {
        get: {
          operationId: `${resource.kind}.get`,
          summary: `Get one ${resource.kind}.`,
          tags: [resource.kind],
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
          responses: { '200': { description: 'The resource.', ...jsonBody(reference(name)) } },
        },
      },
    ],
  ]
}

function derivedPart(resource: Resource): OpenapiPart {
  const part: OpenapiPart = {
    paths: {},
    schemas: { [pascal(resource.kind)]: rowSchema(resource), ...bulkInputSchemas(resource) },
  }
  const add = (path: string, item: Json): void => {
    part.paths[path] = { ...part.paths[path], ...item }
  }
  for (const [path, item] of readOperations(resource)) add(path, item)
  for (const action of Object.values(resource.actions)) {
    const input = inputName(resource, action)
    if (input)
      part.schemas[input] = plainSchema(objectSchema(action.input, action.name === 'update' ? 'update' : 'create'))
    const { method, path } = routeOf(resource, action.name)
    add(path, { [method.toLowerCase()]: operation(resource, action) })
  }
  for (const [path, item] of bulkOperations(resource)) add(path, item)
  for (const [path, item] of cascadeOperations(resource)) add(path, item)
  return part
}

function partOf(resource: Resource): OpenapiPart {
  const derived = derivedPart(resource)
  return resource.overrides.openapi?.(derived) ?? derived
}

/** The whole document. `extra` are paths that no kind derives: sessions, events, consoles. */
export function openapi(resources: readonly Resource[], extra: Record<string, Json> = {}): Json {
  const paths: Record<string, Json> = {}
  const add = (path: string, item: Json): void => {
    paths[path] = { ...paths[path], ...withProblems(item as Record<string, Json>) }
  }
  const schemas: Record<string, Json> = {
    Problem: problemSchema,
    ListGroup: groupSchema,
    ...bulkSchemas,
    ...cascadeSchemas,
  }
  for (const resource of resources) {
    const part = partOf(resource)
    Object.assign(schemas, part.schemas)
    for (const [path, item] of Object.entries(part.paths)) add(path, item)
  }
  for (const [path, item] of Object.entries(extra)) add(path, item)
  return {
    openapi: '3.1.0',
    info: { title: 'Basalt', version: 'v1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    security: [{ token: [] }, { signature: [] }, { cookie: [] }],
    paths,
    components: {
      schemas,
      parameters: listParameters,
      responses: problemResponses,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        signature: { type: 'http', scheme: 'BASALT-HMAC-SHA256', description: 'Signed with an access key.' },
        cookie: { type: 'apiKey', in: 'cookie', name: '__Host-basalt-session', description: 'For the console.' },
      },
    },
  }
}
