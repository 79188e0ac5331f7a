/** OpenAPI of what is derived for kinds beside their single actions: one action on many, lists as CSV, and creating many from a CSV file. */
import { bulkActions, bulkInput, bulkPath } from './bulk.ts'
import { csvTemplatePath, importPath, isImportable } from './csv.ts'
import type { Resource } from './define.ts'
import { kebab, pascal } from './names.ts'
import { objectSchema, plainSchema } from './schema.ts'

type Json = Record<string, unknown>

const text = { type: 'string' }
const count = { type: 'integer' }
const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const json = (name: string): Json => ({ content: { 'application/json': { schema: reference(name) } } })

/** A body of CSV, in answers and in requests. */
export const csvContent: Json = { 'text/csv': { schema: text } }

const problem: Json = { ...reference('Problem') }
const result = {
  status: {
    ...count,
    description: 'As a request for this one alone would be answered; 200 where it was only rehearsed.',
  },
  task: reference('Task'),
  resource: { type: 'object', description: 'It, with what the action reveals this once.' },
  problem,
}
const counts: Json = {
  type: 'object',
  required: ['total', 'accepted', 'refused'],
  properties: { total: count, accepted: count, refused: count },
}

/** How many went which way, and each. */
const report = (description: string, item: string, more: Json = {}): Json => ({
  type: 'object',
  description,
  required: ['items', 'counts', ...Object.keys(more)],
  properties: { items: { type: 'array', items: reference(item) }, counts: reference('BulkCounts'), ...more },
})

export const bulkSchemas: Record<string, Json> = {
  BulkCounts: { ...counts, description: 'How many went which way.' },
  BulkItem: {
    type: 'object',
    description: 'What became of one of those that a bulk request is about.',
    required: ['id', 'status'],
    properties: { id: { ...text, description: 'As it was asked for, even where it is none.' }, ...result },
  },
  BulkAnswer: report('What became of each, in the order asked.', 'BulkItem'),
  ImportLine: {
    type: 'object',
    description: 'What became of one line of a file.',
    required: ['line', 'status'],
    properties: {
      line: { ...count, description: 'Where it begins in the file; the header is line 1.' },
      id: { ...text, format: 'uuid', description: 'Of what it made.' },
      ...result,
    },
  },
  ImportAnswer: report('What became of each line.', 'ImportLine', {
    ignored: { type: 'array', items: text, description: 'Columns that a create does not take.' },
  }),
}

/** Name of the schema of a kind's bulk requests. */
export const bulkInputName = ({ kind }: Resource): string => `${pascal(kind)}BulkInput`

const keyParameter: Json = { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 255 } }
const waitParameter: Json = {
  name: 'Prefer',
  in: 'header',
  description: '`wait=30` waits for the ends of the tasks.',
  schema: text,
}

const responses = (schema: string): Json => ({
  '200': { description: 'All were accepted.', ...json(schema) },
  '207': { description: 'Some were refused: see each.', ...json(schema) },
})

function bulkOperation(resource: Resource): Json {
  return {
    operationId: `${resource.kind}.bulk`,
    summary: `Do one action with many ${kebab(resource.plural)}; each has a result of its own.`,
    tags: [resource.kind],
    parameters: [keyParameter, waitParameter],
    requestBody: { required: true, ...json(bulkInputName(resource)) },
    responses: responses('BulkAnswer'),
  }
}

function templateOperation(resource: Resource): Json {
  return {
    operationId: `${resource.kind}.csvTemplate`,
    summary: 'A CSV file to fill in for an import: the columns, and a remark on each.',
    tags: [resource.kind],
    responses: { '200': { description: 'The file.', content: csvContent } },
  }
}

function importOperation(resource: Resource): Json {
  return {
    operationId: `${resource.kind}.importCsv`,
    summary: `Create ${kebab(resource.plural)} from a CSV file, one a line; each has a result of its own.`,
    tags: [resource.kind],
    parameters: [
      {
        name: 'dryRun',
        in: 'query',
        description: 'Only say what would be refused; nothing is made.',
        schema: { type: 'boolean' },
      },
      keyParameter,
      waitParameter,
    ],
    requestBody: { required: true, content: csvContent },
    responses: responses('ImportAnswer'),
  }
}

/** Schemas of a kind's own. */
export const bulkInputSchemas = (resource: Resource): Record<string, Json> =>
  bulkActions(resource).length > 0
    ? { [bulkInputName(resource)]: plainSchema(objectSchema(bulkInput(resource), 'create')) }
    : {}

export function bulkOperations(resource: Resource): [string, Json][] {
  const operations: [string, Json][] = []
  if (bulkActions(resource).length > 0) operations.push([bulkPath(resource), { post: bulkOperation(resource) }])
  if (isImportable(resource))
    operations.push(
      [csvTemplatePath(resource), { get: templateOperation(resource) }],
      [importPath(resource), { post: importOperation(resource) }],
    )
  return operations
}
