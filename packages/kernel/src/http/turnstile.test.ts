import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog, createMetrics } from '@basalt/observe'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import type { Route } from '../module.ts'
import { noCluster } from '../nodes/cluster.ts'
import { createAdmission, DEFAULT_LIMITS } from '../pressure/admission.ts'
import { type Problem, refusal } from '../problem.ts'
import { createServer, type ServerOptions } from './server.ts'

const tired = (): Problem =>
  refusal({ status: 429, code: 'TIRED', detail: 'Too often.', remedy: 'Wait.', retryAfterSeconds: 7 })

let refuses = true
let noted: Caller[] = []
let note: () => Promise<void>

const door: Route = {
  method: 'POST',
  path: '/v1/door',
  public: true,
  operation: {},
  guard: {
    refuse: () => (refuses ? tired() : null),
    note(_why, from) {
      noted.push(from)
      return note()
    },
  },
  handle: async ({ body }) => ({ body }),
}

let app: FastifyInstance | undefined
let port: number
let metrics = createMetrics()
let lines: string[] = []
let errors: unknown[] = []
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

beforeEach(() => {
  refuses = true
  note = async () => {}
  noted = []
  lines = []
  errors = []
  metrics = createMetrics()
})
afterEach(() => app?.close())

async function listen(options: Partial<ServerOptions> = {}): Promise<void> {
  app = createServer([door], {
    authenticate: async () => null,
    actIn: async (caller) => caller,
    admission: createAdmission(DEFAULT_LIMITS, () => ({ commits: 0, tasks: 0 })),
    audit: { note() {} },
    cluster: noCluster,
    observer: { log: createLog({ write: (line) => lines.push(line) }), metrics },
    onError: (error) => errors.push(error),
    ...options,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
}

interface Got {
  status: number | undefined
  headers: IncomingHttpHeaders
  body: Record<string, unknown>
}

async function ask(path = '/v1/door', headers: Record<string, string> = {}): Promise<Got> {
  const type = { 'content-type': 'application/json' }
  const asked = request({ agent, port, path, host: '127.0.0.1', method: 'POST', headers: { ...type, ...headers } })
  asked.end('{"who":"me"}')
  const [response] = await once(asked, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const { statusCode: status, headers: got } = response
  return { status, headers: got, body: JSON.parse(Buffer.concat(chunks).toString()) }
}

/** What differs from one request to the next. */
const alike = ({ headers: { date, 'x-request-id': id, ...headers }, ...rest }: Got) => ({ ...rest, headers })

test('[iam.sessions] [api.rest] who is turned away gets the answer that the route itself would give, and is counted as there', async () => {
  await listen()
  const early = await ask()
  // Written otherwise it is the same route, and the same guard is met behind the turnstile.
  const late = await ask('/v1/door/')
  expect(early).toMatchObject({ status: 429, body: { code: 'TIRED' }, headers: { 'retry-after': '7' } })
  expect(early.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(alike(early)).toEqual(alike(late))
  expect(metrics.render()).toContain('basalt_http_requests_total{method="POST",route="/v1/door",status="429"} 2')
  expect(lines.filter((line) => line.includes(String(early.headers['x-request-id'])))).toHaveLength(1)
  expect(noted).toMatchObject([
    { user: '', account: '', operator: false, address: '127.0.0.1', request: early.headers['x-request-id'] },
    { user: '', account: '', operator: false, address: '127.0.0.1', request: late.headers['x-request-id'] },
  ])
})

test('[iam.sessions] [api.rest] who is not turned away goes on, over the same connection', async () => {
  await listen()
  expect((await ask()).status).toBe(429)
  refuses = false
  expect(await ask()).toMatchObject({ status: 200, body: { body: { who: 'me' } } })
  expect(noted).toHaveLength(1)
})

test('[iam.sessions] [api.rest] nobody is told before it is written down; when it cannot be, that is an error', async () => {
  await listen()
  let isNoted = false
  note = async () => {
    await sleep(20)
    isNoted = true
  }
  await ask()
  expect(isNoted).toBe(true)
  note = () => Promise.reject(new Error('no disk'))
  expect(await ask()).toMatchObject({ status: 500, body: { code: 'INTERNAL' } })
  expect(errors).toEqual([new Error('no disk')])
})

test('[iam.sessions] [api.rest] who comes too often is refused for that, and none of it is written down', async () => {
  const rate = () => ({ perSecond: 0.001, burst: 2 })
  await listen({ rates: { user: rate, anonymous: rate } })
  const codes: unknown[] = []
  for (let time = 0; time < 4; time++) codes.push((await ask()).body.code)
  expect(codes).toEqual(['TIRED', 'TIRED', 'TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS'])
  expect(noted).toHaveLength(2)
})

test('[iam.sessions] [api.rest] a node that is full says so instead', async () => {
  await listen({ admission: createAdmission({ ...DEFAULT_LIMITS, requests: 0 }, () => ({ commits: 0, tasks: 0 })) })
  expect(await ask()).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } })
  expect(noted).toEqual([])
})

test('[iam.sessions] [api.rest] credentials are looked at before anybody is turned away', async () => {
  await listen()
  expect(await ask('/v1/door', { authorization: 'Bearer nothing' })).toMatchObject({ status: 401 })
  expect(noted).toEqual([])
})
