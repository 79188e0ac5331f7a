/** What every list takes besides its fields, and what it answers, for OpenAPI. */

type Json = Record<string, unknown>

const textParameter = (name: string, description: string, example?: string): Json => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
  ...(example === undefined ? {} : { example }),
})

/** What every list takes; `components.parameters` has them once. */
export const listParameters: Record<string, Json> = {
  q: textParameter(
    'q',
    'Only those for which this holds: fields and paths over relations; = != > >= < <= ~ !~, in (…), between … and …, is null; and, or, not, brackets.',
    "state = running and nics.address = 10.0.0.5 and host.cluster.name ~ 'r1'",
  ),
  sort: textParameter(
    'sort',
    'Fields and forward paths to sort by, descending with "-"; "tags", or "tags.env" by what tags such as env:test say. Newest first when absent.',
    '-createdAt,name',
  ),
  fields: textParameter('fields', 'Only these fields and forward paths of each item.', 'id,name,host.name'),
  count: { ...textParameter('count', 'Also say how many there are on all pages.'), schema: { type: 'boolean' } },
  limit: {
    ...textParameter('limit', 'Most items of the page. 100 when absent.'),
    schema: { type: 'integer', minimum: 1, maximum: 1000 },
  },
  cursor: textParameter('cursor', '"next" of the page before.'),
  offset: {
    ...textParameter('offset', 'So many are skipped; a cursor is faster, and right while things change.'),
    schema: { type: 'integer', minimum: 0, maximum: 1_000_000 },
  },
  groupBy: textParameter(
    'groupBy',
    'Answer with groups of those that are alike in these fields and forward paths, not with items.',
    'state,zone',
  ),
  sum: textParameter('sum', 'With "groupBy": sums of these.', 'memoryBytes'),
  min: textParameter('min', 'With "groupBy": the least of these.'),
  max: textParameter('max', 'With "groupBy": the greatest of these.'),
  avg: textParameter('avg', 'With "groupBy": means of these.'),
}

/** What `groupBy` is answered with. */
export const groupSchema: Json = {
  type: 'object',
  description: 'Resources that are alike in the keys.',
  required: ['keys', 'count'],
  properties: {
    keys: { type: 'object', description: 'Values of the fields that make the groups.' },
    count: { type: 'integer' },
    ...Object.fromEntries(
      ['sum', 'min', 'max', 'avg'].map((name) => [name, { type: 'object', description: 'By field, where asked for.' }]),
    ),
  },
}
