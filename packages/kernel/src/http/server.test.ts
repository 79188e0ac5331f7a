import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createLog, createMetrics } from '@basalt/observe'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import type { Route } from '../module.ts'
import { noCluster } from '../nodes/cluster.ts'
import { createAdmission, DEFAULT_LIMITS, overloaded } from '../pressure/admission.ts'
import { createServer, type ServerOptions } from './server.ts'

const routes: Route[] = [
  {
    method: 'POST',
    path: '/echo',
    public: true,
    operation: {},
    handle: async ({ body }) => ({ body }),
  },
  {
    method: 'PUT',
    path: '/stream',
    public: true,
    streaming: true,
    operation: {},
    async handle({ request }) {
      let length = 0
      for await (const chunk of request.raw) length += (chunk as Buffer).length
      return { length }
    },
  },
]

const crowded: Route = {
  method: 'POST',
  path: '/v1/crowded',
  public: true,
  operation: {},
  guard: { refuse: () => overloaded('guests'), note: async () => {} },
  handle: async () => ({}),
}

let app: FastifyInstance | undefined
afterEach(() => app?.close())

async function listening(options: Partial<ServerOptions> = {}): Promise<number> {
  app = createServer([...routes, crowded], {
    authenticate: async () => null,
    actIn: async (caller) => caller,
    admission: createAdmission(DEFAULT_LIMITS, () => ({ commits: 0, tasks: 0 })),
    audit: { note() {} },
    cluster: noCluster,
    observer: { log: createLog({ write() {} }), metrics: createMetrics() },
    onError(error) {
      throw error
    },
    ...options,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

/** Sends a text, and tells all that came back until the connection was closed. */
async function exchanged(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(text)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

const post = (length: number, body: string): string =>
  `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`

test('[api.rest] a body that does not come to its end is given up, and its connection closed', async () => {
  const port = await listening({ bodyDeadlineMs: 50 })
  const reply = await exchanged(port, post(100, '{"name":'))
  expect(reply).toMatch(/^HTTP\/1\.1 408 /)
  expect(reply).toContain('"code":"BODY_TOO_SLOW"')
})

test('[api.rest] a body that is refused unread is not waited for', async () => {
  const port = await listening({ bodyDeadlineMs: 50 })
  const text = post(100, '').replace('application/json', 'text/plain')
  expect(await exchanged(port, text.replace('Host: a', 'Host: a\r\nConnection: close'))).toMatch(/^HTTP\/1\.1 415 /)
  // Whatever was to be done at the deadline is done before what is begun at the same time, but later.
  const late = await exchanged(port, post(100, '{"name":'))
  expect(late).toMatch(/^HTTP\/1\.1 408 /)
})

test('[api.rest] broken HTTP after a whole request does not take the place of its answer', async () => {
  const port = await listening()
  const answered = await exchanged(port, `${post(14, '{"name":"one"}')}nonsense\r\n\r\n`)
  expect(answered.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
  expect(answered).toContain('{"body":{"name":"one"}}')
})

test('[api.rest] a body is taken as the octets that came: no stand-ins for what is no UTF-8', async () => {
  await listening()
  const payload = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])
  const headers = { 'content-type': 'application/json' }
  const refused = await app?.inject({ method: 'POST', url: '/echo', headers, payload })
  expect([refused?.statusCode, refused?.json().detail]).toEqual([400, 'the body is not valid UTF-8'])
  const taken = await app?.inject({ method: 'POST', url: '/echo', headers, payload: '{"name":"Zoë 🏔️"}' })
  expect(taken?.json()).toEqual({ body: { name: 'Zoë 🏔️' } })
})

test('[api.rest] text without an end is looked at once, not once for each quote in it', async () => {
  await listening()
  const payload = `"${'\\"'.repeat(500_000)}`
  const headers = { 'content-type': 'application/json' }
  const answer = await app?.inject({ method: 'POST', url: '/echo', headers, payload })
  expect(answer?.statusCode).toBe(400)
})

test('[api.rest] another method is answered with the methods that there are', async () => {
  await listening()
  const answer = await app?.inject({ method: 'DELETE', url: '/echo/?x=1' })
  expect([answer?.statusCode, answer?.headers.allow, answer?.json().code]).toEqual([405, 'POST', 'METHOD_NOT_ALLOWED'])
  const nowhere = await app?.inject({ method: 'DELETE', url: '/nowhere' })
  expect([nowhere?.statusCode, nowhere?.json().code]).toEqual([404, 'NO_SUCH_ROUTE'])
})

test('[api.rest] a path that is no UTF-8 is a problem like any other', async () => {
  await listening()
  const answer = await app?.inject({ method: 'GET', url: '/echo/%ff' })
  expect([answer?.statusCode, answer?.json().code]).toEqual([400, 'MALFORMED_URL'])
  expect(answer?.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) })
})

test('[api.rest] who is refused before the body is read gets all that comes with any answer, and is counted', async () => {
  const metrics = createMetrics()
  await listening({ observer: { log: createLog({ write() {} }), metrics } })
  const headers = { 'content-type': 'application/json' }
  const ask = (url: string) => app?.inject({ method: 'POST', url, headers, payload: '{}' })
  const [taken, refused] = [await ask('/echo'), await ask('/v1/crowded')]
  expect([taken?.statusCode, refused?.statusCode]).toEqual([200, 503])
  expect(refused?.headers).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'retry-after': '1',
    'cache-control': 'no-store',
  })
  for (const name of Object.keys(taken?.headers ?? {})) expect(Object.keys(refused?.headers ?? {})).toContain(name)
  expect(refused?.json()).toEqual({
    type: 'urn:basalt:problem:overloaded',
    title: 'Overloaded',
    status: 503,
    code: 'OVERLOADED',
    detail: 'This node has as many guests as it can take; nothing was done.',
    remedy: 'Repeat the request in a moment, a POST with the same Idempotency-Key.',
  })
  expect(metrics.render()).toContain('basalt_http_requests_total{method="POST",route="/v1/crowded"')
})
