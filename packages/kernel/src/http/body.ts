/** Bodies, JSON and CSV: bounded in length and depth, and what their sender signed. */
import type { FastifyInstance } from 'fastify'
import { Problem } from '../problem.ts'
import type { Gate } from './gate.ts'

export const MAX_BODY_BYTES = 1024 * 1024
const MAX_DEPTH = 32

/** Where, without the piece of the body that the parser would show: it may be a password. */
function positionIn(error: unknown): string {
  const [, position] = /position (\d+)/.exec((error as Error).message) ?? []
  return position ? `, at character ${position}` : ''
}

const malformed = (message: string): Error => Object.assign(new Error(message), { statusCode: 400 })

/** Whether lists and objects are nested deeper than any input needs; the depth of recursion over a body is bounded by this. */
function isTooDeep(json: string): boolean {
  let depth = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

/** The body is not what its sender signed. */
export const bodyChanged = (detail: string, remedy: string): Problem =>
  new Problem({ status: 401, code: 'BODY_CHANGED', detail, remedy })

const isNotSigned = (): Problem =>
  bodyChanged('The body is not the one that was signed.', 'Sign the SHA-256 of the very bytes that are sent.')

/** Parses bodies of an application; an empty one on a POST without input is no error. */
export function parseJsonBodies(app: FastifyInstance, gate: Pick<Gate, 'isSignedBody'>): void {
  // Also forms and plain text, which a foreign page can send without being asked.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body as string
    if (!gate.isSignedBody(request, text)) return done(isNotSigned())
    if (text === '') return done(null, undefined)
    if (isTooDeep(text)) return done(malformed(`the body is nested deeper than ${MAX_DEPTH} levels`))
    try {
      done(null, JSON.parse(text))
    } catch (error) {
      done(malformed(`the body is not valid JSON${positionIn(error)}`))
    }
  })
}

const notCsv = (): Problem =>
  new Problem({
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'The body must be CSV.',
    remedy: 'Send "Content-Type: text/csv".',
  })

/** Takes CSV, and nothing else, on the routes of this scope; a foreign page cannot send it without being asked. */
export function parseCsvBodies(scope: FastifyInstance, gate: Pick<Gate, 'isSignedBody'>): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (request, body, done) => {
    if (!gate.isSignedBody(request, body)) return done(isNotSigned())
    done(null, body)
  })
  scope.addContentTypeParser('*', (_request, _payload, done) => done(notCsv()))
}
