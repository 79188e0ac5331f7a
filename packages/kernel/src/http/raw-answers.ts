/** Answers on a connection itself: what never became a request gets a problem like any other. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { attached } from '../attached.ts'
import { Problem } from '../problem.ts'
import { SECURITY_HEADERS } from './headers.ts'
import { PROBLEM_TYPE } from './problems.ts'

/** How long whoever sent nonsense may take to read that it was. */
const READ_ANSWER_MS = 2_000

interface ConnectionError extends Error {
  code?: string
}

/** A parser's errors as problems; its own words are no help to a caller, and may show what was sent. */
function explained({ code = '' }: ConnectionError): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem({
      status: 408,
      code: 'REQUEST_TIMEOUT',
      detail: 'The request did not come to its end in time.',
      remedy: 'Send it anew, on a fresh connection.',
    })
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Problem({
      status: 431,
      code: 'HEADERS_TOO_LARGE',
      detail: 'The address and the headers are longer than this server takes.',
      remedy: 'Send fewer or shorter headers and a shorter address; 16 KiB together are taken.',
    })
  return new Problem({
    status: 400,
    code: 'MALFORMED_HTTP',
    detail: 'What came is not well-formed HTTP/1.1.',
    remedy: 'Check the request line, the headers, Content-Length and the chunks of the body.',
  })
}

/** Answers with a problem on the connection, and ends it. */
export function endWithProblem(socket: Duplex, problem: Problem): void {
  if (!socket.writable) return
  const body = JSON.stringify(problem)
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`)
  // It may go on sending; closed at once, the connection would be reset and the answer lost.
  setTimeout(() => socket.destroy(), READ_ANSWER_MS).unref()
}

const expectationFailed = (): Problem =>
  new Problem({
    status: 417,
    code: 'EXPECTATION_FAILED',
    detail: 'The header Expect asks for something that this server does not know.',
    remedy: 'Leave it out, or send "Expect: 100-continue".',
  })

const noTunnels = (): Problem =>
  new Problem({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    detail: 'This server is no proxy: it opens no tunnels.',
    remedy: 'GET /v1/openapi.json lists every route with its methods.',
  })

/** What HTTP itself is told of: answers under way on connections that turn out to be broken, and what Node would answer by itself. */
export function answerBrokenHttp(app: FastifyInstance): (error: ConnectionError, socket: Duplex) => void {
  const answers = attached<Duplex, ServerResponse>('answer')
  app.server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => answers.set(socket, response))
  app.server.on('checkExpectation', ({ socket }: IncomingMessage) => endWithProblem(socket, expectationFailed()))
  app.server.on('connect', (_request: IncomingMessage, socket: Duplex) => endWithProblem(socket, noTunnels()))
  return (error, socket) => {
    // Gone, or no TLS: nobody could read an answer.
    if (/^(ECONNRESET$|ERR_(SSL|TLS)_)/.test(error.code ?? '')) return void socket.destroy()
    const answer = answers.get(socket)
    if (!answer || answer.writableFinished) return endWithProblem(socket, explained(error))
    if (answer.headersSent) return void socket.destroy()
    // Of a request that is here as a whole, the answer comes first: what is broken came after it.
    if (answer.req.complete) answer.once('close', () => endWithProblem(socket, explained(error)))
    else endWithProblem(socket, explained(error))
  }
}
