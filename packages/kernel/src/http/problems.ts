/** Errors as answers. */
import type { FastifyReply } from 'fastify'
import { Problem } from '../problem.ts'
import { MAX_BODY_BYTES } from './body.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** Errors of the HTTP layer itself as problems; anything unknown is a bug and tells nothing. */
export function problemFrom(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string }
  if (!statusCode || statusCode >= 500) return null
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Problem({
      status: 413,
      code: 'BODY_TOO_LARGE',
      detail: `The body is larger than this route takes; none takes more than ${MAX_BODY_BYTES} bytes.`,
      remedy: 'Send less; images are uploaded to their own address.',
    })
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Problem({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      detail: 'The body must be JSON.',
      remedy: 'Send "Content-Type: application/json".',
    })
  if (code === 'FST_ERR_BAD_URL')
    return new Problem({
      status: 400,
      code: 'MALFORMED_URL',
      detail: 'The path of the address is not well-formed: a percent sign must begin an octet of UTF-8.',
      remedy: 'Encode each part of the path, e.g. with encodeURIComponent.',
    })
  return new Problem({
    status: statusCode,
    code: 'BAD_REQUEST',
    detail: message ?? 'The request is malformed.',
    remedy: 'Check the body: it must be valid JSON.',
  })
}

export const noSuchRoute = (method: string): Problem =>
  new Problem({
    status: 404,
    code: 'NO_SUCH_ROUTE',
    detail: `There is no route for ${method} with this path.`,
    remedy: 'GET /v1/openapi.json lists every route.',
  })

/** HTTP/1.1 asks for it; what stands before the server may choose by it. */
export const noHost = (): Problem =>
  new Problem({
    status: 400,
    code: 'MALFORMED_HTTP',
    detail: 'The header Host is missing.',
    remedy: 'Send the name and port of the address as "Host".',
  })

export const internal = (id: string): Problem =>
  new Problem({
    status: 500,
    code: 'INTERNAL',
    detail: `Something went wrong on our side (request ${id}).`,
    remedy: 'Try again; if it stays, give the request id to your operator.',
  })

/** For requests that come over connections which are about to be closed. */
export const stopping = (): Problem =>
  new Problem({
    status: 503,
    code: 'NODE_STOPS',
    detail: 'This control-plane node stops; nothing was done.',
    remedy: 'Repeat the request in a moment, a POST with the same Idempotency-Key; other nodes answer meanwhile.',
    retryAfterSeconds: 1,
  })

/** Headers that go with it. */
export const problemHeaders = ({ status, headers, retryAfterSeconds }: Problem): Record<string, string> => ({
  'content-type': `${PROBLEM_TYPE}; charset=utf-8`,
  ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  ...headers,
  ...(status === 401 ? { 'www-authenticate': 'Bearer, BASALT-HMAC-SHA256' } : {}),
})

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).headers(problemHeaders(problem)).send(JSON.stringify(problem))
}
