/** What every answer must be, whatever was asked. */
import type { Answered, Reply } from './client.ts'
import type { Json, Operation, Schema, Validators } from './document.ts'
import type { Request } from './requests.ts'

const PROBLEM = 'application/problem+json'

/** Of HTTP itself, before any operation is asked. */
const OF_HTTP = [400, 404, 405, 408, 413, 414, 415, 417, 431]

/** What lies inside: stacks, files, SQL, names of what it is made with. */
const INSIDE =
  /\bat [^"\n]{0,200}\.[cm]?[jt]s:\d+|node_modules|node:internal|\/packages\/|\/modules\/\w+\/|syntax error at|relation \\?"[^"]*" does not exist|violates |duplicate key|invalid input syntax|fastify|FST_ERR|HPE_|ZodError|TypeError|Cannot read prop|\[object /i

const mediaType = (type: string): string => type.split(';')[0]?.trim() ?? ''

/** The items of a page that was asked for certain fields have these only. */
function inPart(schema: Schema): Schema {
  const { items } = schema.properties ?? {}
  return items
    ? { ...schema, properties: { ...schema.properties, items: { type: 'array', items: { type: 'object' } } } }
    : schema
}

export interface Expectations {
  /** What is wrong with the answer. @param operation null when the path has none for the method */
  complaints(operation: Operation | null, request: Request, reply: Reply): string[]
}

export function createExpectations(problemSchema: Schema, { problemOf }: Validators): Expectations {
  function ofProblem({ status, type, text }: Answered): string[] {
    if (mediaType(type) !== PROBLEM) return [`a problem comes as ${type || 'nothing'}`]
    const body = JSON.parse(text) as Json
    const wrong = problemOf(problemSchema, body)
    return [
      ...(wrong ? [`no problem by its schema: ${wrong}`] : []),
      ...(body.status === status ? [] : ['another status']),
    ]
  }

  function ofSuccess(operation: Operation, { target }: Request, { status, type, text }: Answered): string[] {
    const documented = operation.responses[status]
    if (!documented) return status === 304 ? [] : ['the status is not documented']
    const contents = Object.entries(documented.content ?? {})
    if (contents.length === 0) return text === '' ? [] : ['it has a body, and none is documented']
    const schema = contents.find(([name]) => name === mediaType(type))?.[1].schema
    if (!schema) return [`the type ${type} is not documented`]
    if (!type.includes('json')) return []
    const wrong = problemOf(/[?&]fields=/.test(target) ? inPart(schema) : schema, JSON.parse(text))
    return wrong ? [`it is not what is documented: ${wrong}`] : []
  }

  return {
    complaints(operation, request, reply) {
      if (typeof reply === 'string') return [reply]
      const { status, text } = reply
      const inside = INSIDE.exec(text)
      const all = inside ? [`it tells what is inside: ${inside[0]}`] : []
      if (status >= 500 && !(operation && String(status) in operation.responses)) all.push('it is a failure')
      if (request.method === 'HEAD') return all
      if (status < 400)
        return operation ? [...all, ...ofSuccess(operation, request, reply)] : [...all, 'it is answered']
      // A node that is not ready says so in its own words.
      if (status === 503 && mediaType(reply.type) === 'application/json') return all
      const isDocumented = !operation || String(status) in operation.responses
      if (!isDocumented && !OF_HTTP.includes(status)) all.push('the status is not documented')
      return [...all, ...ofProblem(reply)]
    },
  }
}
