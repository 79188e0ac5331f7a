/** A node with tiny limits: what is too much is told so, over the real API. */
import { request } from 'node:https'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment

beforeAll(async () => {
  env = await cloud({ furnished: false, settings: { limits: { streamsPerUser: 2, tasks: 1, requestsPerUser: 3 } } })
})

afterAll(() => env.close())

async function stream(token: string): Promise<{ status: number; retryAfter: unknown; close(): void }> {
  const { apiUrl, caPem: ca } = env.controlPlane()
  const outgoing = request(new URL('/v1/events', apiUrl), { ca, headers: { authorization: `Bearer ${token}` } })
  outgoing.on('error', () => {})
  outgoing.end()
  const response = await new Promise<import('node:http').IncomingMessage>((resolve) => outgoing.on('response', resolve))
  response.resume()
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    close: () => void outgoing.destroy(),
  }
}

test('[core.isolation] a user has as many event streams as allowed, and gets another when one has ended', async () => {
  const login = await env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: env.passwords.ada })
  const token = login.body.token as string
  const [first, second] = [await stream(token), await stream(token)]
  expect([first.status, second.status]).toEqual([200, 200])
  expect(await stream(token)).toMatchObject({ status: 429, retryAfter: '5' })
  first.close()
  const third = await until('there is room again', async () => {
    const opened = await stream(token)
    return opened.status === 200 ? opened : null
  })
  second.close()
  third.close()
})

test('[core.isolation] a user with too many requests at once is told to wait; the others are served', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => env.call('ada', 'GET', '/v1/vms')))
  const statuses = new Set(answers.map(({ status }) => status))
  expect([...statuses].every((status) => status === 200 || status === 429)).toBe(true)
  for (const { status, body, headers } of answers)
    if (status === 429) expect([body.code, headers['retry-after']]).toEqual(['TOO_MANY_REQUESTS', '1'])
  expect((await env.call('bob', 'GET', '/v1/vms')).status).toBe(200)
})
