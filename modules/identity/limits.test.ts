import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { type CloudEnvironment, cloud, type TestNode, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identitySettings } from './settings.ts'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ furnished: false, nodes: 2 })
})
afterAll(() => env.close())

const many = <A>(count: number, ask: () => Promise<A>) => Promise.all(Array.from({ length: count }, ask))

test('[api.rest] a caller that asks too often is told when to come back; others are not held up', async () => {
  await env.setSetting('identity.requestsPerSecond', 5)
  const answers = await many(40, () => env.call('ada', 'GET', '/v1/me'))
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10)
  expect(answers.find(({ status }) => status !== 200)).toMatchObject({
    status: 429,
    body: { code: 'TOO_MANY_REQUESTS' },
    headers: { 'retry-after': '1' },
  })
  expect((await env.call('bob', 'GET', '/v1/me')).status).toBe(200)
  await env.setSetting('identity.requestsPerSecond', 1_000_000)
  expect((await env.call('ada', 'GET', '/v1/me')).status).toBe(200)
})

test('[api.rest] so is an address without a session; sessions from there are not held up', async () => {
  await env.setSetting('identity.anonymousRequestsPerSecond', 2)
  const answers = await many(40, () => env.call(null, 'GET', '/v1/health'))
  const refused = answers.find(({ status }) => status !== 200)
  expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } })
  expect((await env.call('ada', 'GET', '/v1/me')).status).toBe(200)
  await env.setSetting('identity.anonymousRequestsPerSecond', 1_000_000)
})

/** On every node. */
async function set(name: string, value: number): Promise<void> {
  await env.setSetting(name, value)
  const setting = identitySettings.find((each) => each.name === name)
  await until(`every node has ${name}`, () =>
    env.nodes.every((node) => setting && node.controlPlane().settings.get(setting) === value),
  )
}

const login = (username: string, password: string, node?: TestNode) =>
  env.call(null, 'POST', '/v1/sessions', { username, password }, {}, node)

/** Through all nodes by turns; answers with how many were weighed rather than turned away. */
async function guesses(count: number, username: (index: number) => string): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) => login(username(index), 'guess', env.nodes[index % env.nodes.length])),
  )
  return answers.filter(({ body }) => body.code === 'WRONG_CREDENTIALS').length
}

test('[api.rest] [core.mn-ha] what one node lets in is missing on the other: who asks both gets no more over time', async () => {
  await set('identity.requestsPerSecond', 1)
  const ask = (node: TestNode) => env.call('ada', 'GET', '/v1/me', undefined, {}, node)
  // A node alone always has one again within a second.
  await until('a node counts what the other one has let in', async () => {
    await Promise.all(env.nodes.map((node) => many(4, () => ask(node))))
    const answers = await Promise.all(env.nodes.map(ask))
    return answers.some(({ headers }) => Number(headers['retry-after']) > 1)
  })
  await env.setSetting('identity.requestsPerSecond', 1_000_000)
  await until('the debt is paid', async () => (await env.call('ada', 'GET', '/v1/me')).status === 200)
})

test('[iam.login] an address that guesses is refused for every user name, before anything is read; each refusal is in the audit', async () => {
  await env.setSetting('identity.loginAttemptsPerAddress', 5)
  await env.setSetting('identity.anonymousRequestsPerSecond', 1_000_000)
  const audit = async () => {
    const rows = await env
      .controlPlane()
      .store.database.query<{ count: number }>(
        `select count(*)::int as count from audit where action = 'session.create' and outcome = 'refused'`,
      )
    return rows[0]?.count ?? 0
  }
  const before = await audit()
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => login(`nobody${index}`, 'guess')))
  const codes = answers.map(({ body }) => body.code)
  expect(codes.filter((code) => code === 'WRONG_CREDENTIALS').length).toBeLessThanOrEqual(6)
  expect(new Set(codes)).toEqual(new Set(['WRONG_CREDENTIALS', 'TOO_MANY_ATTEMPTS']))
  expect((await audit()) - before).toBe(30)
  const unread = await env.call(null, 'POST', '/v1/sessions', { username: [], password: 'x'.repeat(5000) })
  expect(unread.status).toBe(429)
  await env.setSetting('identity.loginAttemptsPerAddress', 10_000)
  expect((await login('ada', env.passwords.ada)).status).toBe(201)
})

test('[iam.login] a login has no long body', async () => {
  expect((await login('ada', 'x'.repeat(20_000))).body.code).toBe('BODY_TOO_LARGE')
})

test('[iam.login] [core.mn-ha] guessing through two nodes is no faster than through one', async () => {
  await set('identity.anonymousRequestsPerSecond', 1_000_000)
  await set('identity.loginAttempts', 4)
  const weighed = await guesses(24, () => 'bob')
  expect(weighed).toBeGreaterThanOrEqual(4)
  expect(weighed).toBeLessThan(8)
  await set('identity.loginAttempts', 10_000)
  await set('identity.loginAttemptsPerUser', 4)
  expect(await guesses(24, () => 'nobody')).toBeLessThan(8)
  await set('identity.loginAttemptsPerUser', 10_000)
  await set('identity.loginAttemptsPerAddress', 4)
  expect(await guesses(24, (index) => `somebody${index}`)).toBeLessThan(8)
  await set('identity.loginAttemptsPerAddress', 10_000)
  const rows = await env.controlPlane().store.database.query('select key from attempt')
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(rows)).not.toMatch(/nobody|somebody|bob|127\.0/)
})

/** From another address of this machine. */
async function statusFrom(localAddress: string, node: TestNode | undefined, username: string, password: string) {
  const { apiUrl, caPem: ca } = (node ?? env).controlPlane()
  const headers = { 'content-type': 'application/json' }
  const sent = request(new URL('/v1/sessions', apiUrl), { method: 'POST', ca, localAddress, headers })
  sent.end(JSON.stringify({ username, password }))
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}

test('[iam.login] [core.mn-ha] where somebody has logged in from, on whatever node, guesses from elsewhere do not shut it out', async () => {
  await set('identity.loginAttemptsPerUser', 10_000)
  const [here, there] = env.nodes
  expect((await login('ada', env.passwords.ada, there)).status).toBe(201)
  await set('identity.loginAttemptsPerUser', 2)
  const guess = () => statusFrom('127.0.0.2', here, 'ada', 'guess')
  await until('guesses are refused for the user name', async () => (await guess()) === 429)
  expect(await statusFrom('127.0.0.3', here, 'ada', env.passwords.ada)).toBe(429)
  expect((await login('ada', env.passwords.ada, here)).status).toBe(201)
  await set('identity.loginAttemptsPerUser', 10_000)
})

test('[iam.login] who goes on guessing has a few places of its own: others log in meanwhile', async () => {
  const [here] = env.nodes
  const guess = () => statusFrom('127.0.0.4', here, 'ada', 'guess')
  for (let mistyped = 0; mistyped < 3; mistyped++) expect(await guess()).toBe(401)
  const order: string[] = []
  const flood = Promise.all(Array.from({ length: 20 }, guess)).finally(() => order.push('guesses'))
  await until('no place is left for guesses', async () => (await guess()) === 503)
  expect(await statusFrom('127.0.0.5', here, 'ada', env.passwords.ada)).toBe(201)
  order.push('login')
  const statuses = await flood
  expect(order).toEqual(['login', 'guesses'])
  expect(new Set(statuses)).toEqual(new Set([401, 503]))
})
