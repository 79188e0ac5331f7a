import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ furnished: false })
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

const login = (username: string, password: string) => env.call(null, 'POST', '/v1/sessions', { username, password })

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
