/** What any operation may answer when something is wrong, for OpenAPI. */

type Json = Record<string, unknown>

const MEDIA_TYPE = 'application/problem+json'

const answer = (description: string): Json => ({
  description,
  content: { [MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
})

const always = {
  400: ['BadRequest', 'The request is malformed, or a field is wrong: `errors` names it.'],
  401: ['Unauthenticated', 'Nobody is known by what came to prove who asks.'],
  403: ['Forbidden', 'Who asks may not do this.'],
  404: ['NotFound', 'There is no such thing, as far as who asks can see.'],
  409: ['Conflict', 'What there is does not allow it: its state, what refers to it, a limit, a name that is taken.'],
  429: ['TooManyRequests', 'Too many at once, or too often; `Retry-After` says when to come again.'],
  503: ['Unavailable', 'This cannot be done at the moment; `Retry-After` says when to come again.'],
} as const

const ofChanges = {
  412: ['PreconditionFailed', 'It has changed since it was looked at.'],
  413: ['BodyTooLarge', 'The body is longer than is taken.'],
  415: ['UnsupportedMediaType', 'The body is not of a type that is taken.'],
  422: ['Unprocessable', 'It is well-formed, and cannot be carried out as it is.'],
} as const

const rest = ['Problem', 'What is wrong and what to do about it.'] as const

/** `components.responses`. */
export const problemResponses: Record<string, Json> = Object.fromEntries(
  [...Object.values(always), ...Object.values(ofChanges), rest].map(([name, description]) => [
    name,
    answer(description),
  ]),
)

const referred = (answers: Record<string, readonly [string, string]>): Json =>
  Object.fromEntries(
    Object.entries(answers).map(([status, [name]]) => [status, { $ref: `#/components/responses/${name}` }]),
  )

const READS = referred(always)
const CHANGES = referred({ ...always, ...ofChanges })
const REST = referred({ default: rest })

/** Operations of a path with what may go wrong with each; what they say of a status themselves stays. */
export function withProblems(item: Record<string, Json>): Json {
  return Object.fromEntries(
    Object.entries(item).map(([method, operation]) => [
      method,
      {
        ...operation,
        responses: { ...(method === 'get' ? READS : CHANGES), ...(operation.responses as Json), ...REST },
      },
    ]),
  )
}

export const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  required: ['type', 'title', 'status', 'code', 'detail', 'remedy'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string', pattern: '^[A-Z][A-Z0-9_]+$', description: 'Stable, for programs.' },
    detail: { type: 'string' },
    remedy: { type: 'string', description: 'What to do about it.' },
    errors: {
      type: 'array',
      description: 'Fields at fault.',
      items: {
        type: 'object',
        required: ['field', 'message', 'remedy'],
        properties: {
          field: { type: 'string', description: 'Path in the body, or the name of a parameter.' },
          message: { type: 'string' },
          remedy: { type: 'string' },
        },
      },
    },
  },
}
