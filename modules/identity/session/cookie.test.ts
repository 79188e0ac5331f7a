import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
let origin: string
let cookie: string
beforeAll(async () => {
  env = await cloud({ furnished: false })
  origin = env.controlPlane().apiUrl
  const answer = await login({ origin })
  cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
})
afterAll(() => env.close())

const login = (headers: Record<string, string>) =>
  env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: env.passwords.ada, cookie: true }, headers)
const create = (headers: Record<string, string>) =>
  env.call(null, 'POST', '/v1/access-keys', { name: 'k' }, { cookie, ...headers })

test('[iam.sessions] the console gets a cookie that no script reads and no other site sends, and no token', async () => {
  const { body, headers, status } = await login({ origin })
  expect(status).toBe(201)
  expect(body).not.toHaveProperty('token')
  expect(String(headers['set-cookie'])).toMatch(
    /^__Host-basalt-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  expect((await env.call(null, 'GET', '/v1/me', undefined, { cookie })).body).toMatchObject({ username: 'ada' })
  expect((await login({ origin: 'https://evil.example' })).body.code).toBe('CROSS_ORIGIN')
  expect((await login({})).body.code).toBe('CROSS_ORIGIN')
})

test.each([
  ['another origin', { origin: 'https://evil.example' }],
  ['no origin', {}],
  ['an opaque origin', { origin: 'null' }],
  ['another site, whatever the origin says', { 'sec-fetch-site': 'cross-site' }],
  ['a neighbour of the site', { 'sec-fetch-site': 'same-site' }],
])('[iam.sessions] a change with the cookie and %s is refused', async (_, headers) => {
  const { status, body } = await create(headers as Record<string, string>)
  expect([status, body.code]).toEqual([403, 'CROSS_ORIGIN'])
})

test('[iam.sessions] the console itself changes things; a token needs no origin', async () => {
  expect((await create({ origin })).status).toBe(201)
  expect((await create({ 'sec-fetch-site': 'same-origin' })).status).toBe(201)
  expect(
    (await env.call('ada', 'POST', '/v1/access-keys', { name: 'k' }, { origin: 'https://a.example' })).status,
  ).toBe(201)
})

test('[iam.sessions] logging out takes the cookie back', async () => {
  const own = String((await login({ origin })).headers['set-cookie']).split(';')[0] ?? ''
  const { status, headers } = await env.call(null, 'DELETE', '/v1/sessions/current', undefined, { cookie: own, origin })
  expect(status).toBe(204)
  expect(String(headers['set-cookie'])).toMatch(/^__Host-basalt-session=; .*Max-Age=0$/)
  expect((await env.call(null, 'GET', '/v1/me', undefined, { cookie: own })).status).toBe(401)
})

test('[ui.https] every answer forbids framing, sniffing and foreign content', async () => {
  const { headers } = await env.call(null, 'GET', '/v1/health')
  expect(headers).toMatchObject({
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
})

test('[iam.sessions] a form of a foreign page is not even read', async () => {
  const form = { 'content-type': 'text/plain', cookie, origin }
  expect((await env.call(null, 'POST', '/v1/access-keys', { name: 'k' }, form)).status).toBe(415)
})
