/** Bodies, JSON and CSV: bounded in length and depth, and what their sender signed. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
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
  let quoted = false
  // Once from front to back: an expression for strings would begin anew at each quote of one that does not end.
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (quoted && character === '\\') at++
    else if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

/** The body is not what its sender signed. */
export const bodyChanged = (detail: string, remedy: string): Problem =>
  new Problem({ status: 401, code: 'BODY_CHANGED', detail, remedy })

const isNotSigned = (): Problem =>
  bodyChanged('The body is not the one that was signed.', 'Sign the SHA-256 of the very bytes that are sent.')

const tooSlow = (deadlineMs: number): Problem =>
  new Problem({
    status: 408,
    code: 'BODY_TOO_SLOW',
    detail: `The body did not come to its end within ${deadlineMs / 1000} seconds.`,
    remedy: 'Send it anew, whole and at once.',
  })

/** A body that never ends would keep its place among the requests under way for ever. Streams may take their time. */
export function endSlowBodies(app: FastifyInstance, deadlineMs: number): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { streaming } = request.routeOptions.config as { streaming?: boolean }
    if (!streaming && hasBody(request)) {
      const timer = setTimeout(() => {
        reply.header('connection', 'close')
        payload.emit('error', tooSlow(deadlineMs))
      }, deadlineMs)
      // It may be answered without being read, too.
      payload.once('end', () => clearTimeout(timer))
      reply.raw.once('close', () => clearTimeout(timer))
    }
    done(null, payload)
  })
}

/** @throws when the octets are no UTF-8: with a stand-in for them the body would not be what was sent */
function textOf(octets: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw malformed('the body is not valid UTF-8')
  }
}

function parsed(octets: Buffer): unknown {
  const text = textOf(octets)
  if (text === '') return undefined
  if (isTooDeep(text)) throw malformed(`the body is nested deeper than ${MAX_DEPTH} levels`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw malformed(`the body is not valid JSON${positionIn(error)}`)
  }
}

export const hasBody = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Parses bodies of an application; an empty one on a POST without input is no error. */
export function parseJsonBodies(app: FastifyInstance, gate: Pick<Gate, 'isSignedBody'>): void {
  // Also forms and plain text, which a foreign page can send without being asked.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (!gate.isSignedBody(request, body as Buffer)) return done(isNotSigned())
    try {
      done(null, parsed(body as Buffer))
    } catch (error) {
      done(error as Error)
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
