import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOnFreePort } from '@basalt/testkit/ports'
import { afterEach, expect, test } from 'vitest'
import { ApiProblem } from './errors.ts'
import { createHttp, type Http, type HttpOptions } from './http.ts'
import { collect } from './listing.ts'
import { createNodeTransport } from './node-transport.ts'

interface Seen {
  method: string
  path: string
  key?: string
  body: string
}

type Reply = (request: IncomingMessage, response: ServerResponse) => void

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** An HTTP server that gives these answers in turn, the last one again and again. */
async function serve(replies: Reply[], options: Partial<HttpOptions> = {}): Promise<{ http: Http; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const key = request.headers['idempotency-key']
    seen.push({ method: request.method ?? '', path: request.url ?? '', key: key?.toString(), body })
    const reply = replies[Math.min(seen.length, replies.length) - 1]
    reply?.(request, response)
  })
  const url = new URL(`http://127.0.0.1:${await listenOnFreePort(server)}`)
  const http = createHttp({ url, transport: createNodeTransport(), ...options })
  cleanups.push(async () => {
    http.close()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { http, seen }
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }
const hangUp: Reply = (request) => request.socket.destroy()

test('[api.sdk] [core.idempotency] a POST whose connection was lost is sent again under the same key', async () => {
  const { http, seen } = await serve([hangUp, hangUp, json(201, { id: 'a' })])
  expect(await http.call('POST', '/v1/zones', { name: 'z' })).toEqual({ id: 'a' })
  expect(seen).toHaveLength(3)
  expect(new Set(seen.map(({ key }) => key)).size).toBe(1)
  expect(seen[0]?.key).toMatch(/^[0-9a-f-]{36}$/)
  expect(seen[2]?.body).toBe('{"name":"z"}')
})

test('[api.sdk] 503 with Retry-After is tried again, without it is not', async () => {
  const busy = { status: 503, code: 'BUSY', detail: 'Busy.' }
  const patient = await serve([json(503, busy, { 'retry-after': '0' }), json(200, { ok: true })])
  expect(await patient.http.call('GET', '/v1/me')).toEqual({ ok: true })
  const once = await serve([json(503, busy), json(200, { ok: true })])
  await expect(once.http.call('GET', '/v1/me')).rejects.toMatchObject({ status: 503, code: 'BUSY' })
  expect(once.seen).toHaveLength(1)
})

test('[api.sdk] it gives up after four attempts and says that nobody answers', async () => {
  const { http, seen } = await serve([hangUp])
  await expect(http.call('GET', '/v1/me')).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
  expect(seen).toHaveLength(4)
})

test('[api.sdk] a problem has its code, fields and remedy', async () => {
  const problem = {
    status: 400,
    code: 'INVALID_INPUT',
    detail: 'Some fields are wrong.',
    remedy: 'Mend them.',
    errors: [{ field: 'name', message: 'is missing', remedy: 'Give one.' }],
  }
  const { http } = await serve([json(400, problem)])
  const error = await http.call('POST', '/v1/zones', {}).catch((caught) => caught)
  expect(error).toBeInstanceOf(ApiProblem)
  expect(error).toMatchObject(problem)
})

test('[api.sdk] a call that takes too long ends with its deadline', async () => {
  const { http } = await serve([() => {}])
  await expect(http.call('GET', '/v1/me', undefined, { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  })
})

test('[api.sdk] an expired session is renewed once', async () => {
  const expired = json(401, { status: 401, code: 'UNAUTHENTICATED', detail: 'Expired.' })
  let renewals = 0
  const renew = async () => ++renewals > 0
  const good = await serve([expired, json(200, { ok: true })], { renew })
  expect(await good.http.call('GET', '/v1/me')).toEqual({ ok: true })
  const bad = await serve([expired], { renew })
  await expect(bad.http.call('GET', '/v1/me')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(renewals).toBe(2)
})

test('[api.sdk] a list is one page when awaited and everything when iterated', async () => {
  const pages: Record<string, unknown> = {
    '/v1/vms?limit=2': { items: [1, 2], next: 'c1' },
    '/v1/vms?limit=2&cursor=c1': { items: [3, 4], next: 'c2' },
    '/v1/vms?limit=2&cursor=c2': { items: [5] },
  }
  const { http, seen } = await serve([(request, response) => json(200, pages[request.url ?? ''])(request, response)])
  expect((await http.list<number>('/v1/vms', { limit: 2 })).items).toEqual([1, 2])
  expect(await collect(http.list<number>('/v1/vms', { limit: 2 }))).toEqual([1, 2, 3, 4, 5])
  seen.length = 0
  expect(await collect(http.list<number>('/v1/vms', { limit: 2 }), 3)).toEqual([1, 2, 3])
  expect(seen).toHaveLength(2)
})
