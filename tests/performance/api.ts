/** The API beside a bare HTTP server: one resource, a list of 20, a change that is durable. One caller process, in this process. */

import { once } from 'node:events'
import { createServer, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import type { Measure } from './bench.ts'
import { median, rounded } from './statistics.ts'

const CALLERS = 32
const ROUND_MS = 1_500
const ROUNDS = 5

type Ask = () => Promise<void>

/** Requests a second, with `CALLERS` callers that ask again as soon as they are answered. */
export async function rate(ask: Ask): Promise<number> {
  const end = performance.now() + ROUND_MS
  let done = 0
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (performance.now() < end) {
        await ask()
        done++
      }
    }),
  )
  return (done / ROUND_MS) * 1000
}

export function asker(
  url: string,
  options: {
    token?: string
    ca?: string
    method?: string
    body?: () => string
    headers?: Record<string, string>
    callers?: number
  },
): Ask {
  const { token, ca, method = 'GET', body, callers = CALLERS } = options
  const secure = url.startsWith('https')
  const agent = secure
    ? new Agent({ keepAlive: true, maxSockets: callers })
    : new PlainAgent({ keepAlive: true, maxSockets: callers })
  const send = secure ? request : plainRequest
  const headers = {
    ...options.headers,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(body ? { 'content-type': 'application/json' } : {}),
  }
  return () =>
    new Promise((resolve, reject) => {
      const outgoing = send(url, { agent, ca, method, headers }, (response) => {
        if ((response.statusCode ?? 500) >= 400)
          reject(new Error(`${method} ${url} was answered ${response.statusCode}`))
        response.resume().on('end', resolve)
      })
      outgoing.on('error', reject)
      outgoing.end(body?.())
    })
}

async function echo(): Promise<{ ask: Ask; close(): void }> {
  const server = createServer((_request, response) => response.end('{"id":"1"}'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { ask: asker(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {}), close: () => server.close() }
}

async function compare(measure: string, ours: Ask, yardstick: Ask): Promise<Measure> {
  const rates: { ours: number; yardstick: number }[] = []
  for (let round = 0; round < ROUNDS; round++) rates.push({ ours: await rate(ours), yardstick: await rate(yardstick) })
  const mine = median(rates.map((each) => each.ours))
  const theirs = median(rates.map((each) => each.yardstick))
  return {
    measure,
    unit: 'requests/s',
    ours: rounded(mine),
    yardstick: rounded(theirs),
    beside: 'bare node:http echo, without TLS',
    reach: '60 % of the yardstick',
    reached: mine >= theirs * 0.6,
  }
}

async function measures(env: CloudEnvironment): Promise<Measure[]> {
  const { apiUrl, caPem: ca } = env.controlPlane()
  const session = await env.call(null, 'POST', '/v1/sessions', { username: 'admin', password: env.passwords.operator })
  const token = session.body.token as string
  const yardstick = await echo()
  const to = (path: string, more: Partial<Parameters<typeof asker>[1]> = {}) =>
    asker(apiUrl + path, { token, ca, ...more })
  let number = 0
  try {
    return [
      await compare('GET one resource', to(`/v1/zones/${env.furniture.zone}`), yardstick.ask),
      await compare('list of 20', to('/v1/offerings?limit=20'), yardstick.ask),
      await compare(
        'durable POST',
        to('/v1/offerings', {
          method: 'POST',
          body: () => JSON.stringify({ name: `o${++number}`, vcpus: 1, memoryBytes: 2 ** 30 }),
        }),
        yardstick.ask,
      ),
    ]
  } finally {
    yardstick.close()
  }
}

export async function bench(): Promise<Measure[]> {
  const env = await cloud({ hosts: 1 })
  try {
    // As fast as it goes: what one caller may ask for is not measured.
    await env.setSetting('identity.requestsPerSecond', 1_000_000)
    for (let index = 0; index < 100; index++)
      await env.ok('operator', 'POST', '/v1/offerings', { name: `offering ${index}`, vcpus: 1, memoryBytes: 2 ** 30 })
    return await measures(env)
  } finally {
    await env.close()
  }
}
