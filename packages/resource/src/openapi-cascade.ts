/** OpenAPI of what is derived for kinds beside their actions: the deletion with what a resource has, and its relations. */
import type { Resource } from './define.ts'
import { isDeletable } from './fate.ts'
import { pathOf } from './kinds.ts'

type Json = Record<string, unknown>

const text = { type: 'string' }
const id = { type: 'string', format: 'uuid' }
const count = { type: 'integer' }
const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const body = (name: string): Json => ({ content: { 'application/json': { schema: reference(name) } } })
const listOf = (items: Json): Json => ({ type: 'array', items })

/** Every property is there, unless it is named as optional. */
const object = (properties: Record<string, Json>, description: string): Json => ({
  type: 'object',
  description,
  required: Object.keys(properties),
  properties,
})

const how = {
  type: 'string',
  enum: ['deleted', 'carried', 'vanishes'],
  description: 'By its own delete, as a part of another that is deleted, or with the row of another.',
}

export const cascadeSchemas: Record<string, Json> = {
  DeletionItem: object({ kind: text, id, name: text, how }, 'A resource that would go.'),
  DeletionCount: object({ kind: text, count }, 'How many of a kind would go.'),
  DeletionReason: object(
    { kind: text, id, name: text, code: text, message: text, remedy: { type: ['string', 'null'] } },
    'Why a resource cannot go.',
  ),
  Deletion: object(
    {
      kind: text,
      id,
      name: text,
      possible: { type: 'boolean', description: 'It could be deleted now, with what it has.' },
      fingerprint: { ...text, description: 'Changes when something else would go; send it as "agreed".' },
      total: { ...count, description: 'How many would go, as far as you can see.' },
      counts: listOf(reference('DeletionCount')),
      items: { ...listOf(reference('DeletionItem')), description: 'In the order in which they go.' },
      forbids: listOf(reference('DeletionReason')),
      hidden: { ...count, description: 'How many more that you cannot see forbid it.' },
      truncated: { type: 'boolean', description: 'There is more than is listed.' },
    },
    'What would go with a resource, and what forbids that.',
  ),
  DeleteAllInput: {
    type: 'object',
    description: 'Delete it with what it has.',
    properties: {
      agreed: { ...text, description: 'Fingerprint of the preview: refused when something else would go.' },
    },
    additionalProperties: false,
  },
  TopologyNode: object({ kind: text, id, name: text, state: { type: ['string', 'null'] } }, 'A resource.'),
  TopologyEdge: object(
    { from: id, to: id, fromKind: text, toKind: text, field: text },
    'A reference: "from" refers to "to" by its field.',
  ),
  Topology: object(
    {
      nodes: listOf(reference('TopologyNode')),
      edges: listOf(reference('TopologyEdge')),
      truncated: { type: 'boolean' },
    },
    'A resource and what is around it.',
  ),
}

/** Of what takes time. */
export const taskResponses: Json = {
  '200': { description: 'It is over, for whoever waited for that.', ...body('Task') },
  '202': { description: 'Accepted; follow the task.', ...body('Task') },
}

/** Of the plain delete of a kind. */
export const cascadeParameters: Json[] = [
  {
    name: 'cascade',
    in: 'query',
    description: 'With `true`, delete it with what it has, as a task; the same as a POST of its deletion.',
    schema: { type: 'boolean' },
  },
  {
    name: 'agreed',
    in: 'query',
    description: 'With `cascade`: fingerprint of the preview that was agreed to.',
    schema: text,
  },
]

const idParameter = { name: 'id', in: 'path', required: true, schema: id }
const whole = (name: string, maximum: number, description: string): Json => ({
  name,
  in: 'query',
  description,
  schema: { type: 'integer', minimum: 1, maximum },
})

export function cascadeOperations(resource: Resource): [string, Json][] {
  const { kind } = resource
  const path = `${pathOf(resource)}/{id}`
  const responses = (status: string, description: string, schema: string): Json => ({
    [status]: { description, ...body(schema) },
  })
  const deletion: Json = {
    get: {
      operationId: `${kind}.deletion`,
      summary: 'What would go if it were deleted with what it has, and what forbids that.',
      tags: [kind],
      parameters: [idParameter, whole('limit', 10_000, 'Most items, and most reasons, that are listed.')],
      responses: responses('200', 'A preview; nothing was changed.', 'Deletion'),
    },
    post: {
      operationId: `${kind}.deleteAll`,
      summary: 'Delete it with what it has, as one task.',
      tags: [kind],
      parameters: [
        idParameter,
        { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', minLength: 1, maxLength: 255 } },
        { name: 'Prefer', in: 'header', description: '`wait=30` waits for the end.', schema: text },
      ],
      requestBody: { required: false, ...body('DeleteAllInput') },
      responses: taskResponses,
    },
  }
  const relations: Json = {
    get: {
      operationId: `${kind}.relations`,
      summary: 'It and what is around it, as nodes and edges.',
      tags: [kind],
      parameters: [
        idParameter,
        whole('depth', 5, 'How many references away; 1 when absent.'),
        whole('limit', 1_000, 'Most nodes; 200 when absent.'),
      ],
      responses: responses('200', 'Nodes and edges, as far as you can see them.', 'Topology'),
    },
  }
  return [
    ...(isDeletable(resource) ? [[`${path}/deletion`, deletion] as [string, Json]] : []),
    ...(resource.view ? [] : [[`${path}/relations`, relations] as [string, Json]]),
  ]
}
