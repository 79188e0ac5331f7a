import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

const login = (username: string, password: string) => env.call(null, 'POST', '/v1/sessions', { username, password })
const me = (token: unknown) => env.call(null, 'GET', '/v1/me', undefined, { authorization: `Bearer ${token}` })
const addUser = (username: string, options: Record<string, unknown> = {}, who: 'operator' | 'ada' = 'ada') =>
  env.call(who, 'POST', '/v1/users', { name: username, username, password: 'a-good-password', ...options })

test('[iam.users] users of an account see it and each other; secrets are never shown', async () => {
  const { status, body: user } = await addUser('carol')
  expect(status).toBe(201)
  expect(JSON.stringify(user)).not.toMatch(/password|hash/i)
  const { body: session } = await login('carol', 'a-good-password')
  expect((await me(session.token)).body).toMatchObject({ username: 'carol', operator: false, account: user.account })
  const { body: sessions } = await env.call('ada', 'GET', '/v1/sessions')
  expect(JSON.stringify(sessions)).not.toContain('oken')
  expect((await addUser('carol')).body).toMatchObject({ status: 409, code: 'ALREADY_EXISTS' })
  const account = (await env.call('bob', 'GET', '/v1/me')).body.account
  expect((await addUser('mallory', { inAccount: account })).status).toBe(400)
  await env.ok('ada', 'DELETE', `/v1/users/${user.id}`)
  expect((await me(session.token)).status).toBe(401)
  expect((await login('carol', 'a-good-password')).status).toBe(401)
})

test.each([
  ['short', { password: 'short' }, 'password'],
  ['too long', { password: 'x'.repeat(257) }, 'password'],
  ['without a user name', { username: '' }, 'username'],
  ['with capitals', { username: 'Carol' }, 'username'],
  ['asking to be operator', { operator: true }, 'operator'],
])('[iam.users] a user %s is refused', async (_, options, field) => {
  expect((await addUser('dave', options)).body).toMatchObject({
    code: 'INVALID_INPUT',
    errors: expect.arrayContaining([expect.objectContaining({ field })]),
  })
})

test('[iam.users] [iam.sessions] a new password ends all sessions; a session can be ended', async () => {
  const { body: user } = await addUser('erin')
  const sessions = await Promise.all([login('erin', 'a-good-password'), login('erin', 'a-good-password')])
  await env.ok('ada', 'DELETE', `/v1/sessions/${sessions[0]?.body.id}`)
  expect((await me(sessions[0]?.body.token)).status).toBe(401)
  expect((await me(sessions[1]?.body.token)).status).toBe(200)
  expect(
    (await env.call('bob', 'POST', `/v1/users/${user.id}/set-password`, { password: 'another-password' })).status,
  ).toBe(404)
  await env.ok('ada', 'POST', `/v1/users/${user.id}/set-password`, { password: 'another-password' })
  expect((await me(sessions[1]?.body.token)).status).toBe(401)
  expect((await login('erin', 'a-good-password')).body.code).toBe('WRONG_CREDENTIALS')
  expect((await login('erin', 'another-password')).status).toBe(201)
})

test('[iam.login] guessing is slowed down, tells nothing of who exists, and does not lock out others', async () => {
  const unknown = await login('nobody-at-all', 'a-good-password')
  await addUser('frank')
  const wrong = await login('frank', 'a-wrong-password')
  expect({ ...wrong.body }).toEqual({ ...unknown.body })
  const refused = await until('guesses are refused', async () => {
    const answer = await login('frank', 'a-wrong-password')
    return answer.status === 429 ? answer : null
  })
  expect(refused).toMatchObject({ body: { code: 'TOO_MANY_ATTEMPTS' }, headers: { 'retry-after': expect.any(String) } })
  expect((await login('bob', env.passwords.bob)).status).toBe(201)
})

test.each([
  [undefined],
  [{}],
  [{ username: 'x' }],
  [{ username: 1, password: [] }],
  [{ username: '\u0000', password: 'x' }],
])('[iam.login] a login with %j is refused with the field', async (body) => {
  expect((await env.call(null, 'POST', '/v1/sessions', body)).body).toMatchObject({
    status: 400,
    code: 'INVALID_INPUT',
  })
})

test('[iam.accounts] an account with resources cannot be closed; an empty one can, whatever it did before', async () => {
  const { id } = await env.ok('operator', 'POST', '/v1/accounts', { name: 'passing' })
  const { body: user } = await addUser('grace', { inAccount: id }, 'operator')
  const { body: session } = await login('grace', 'a-good-password')
  const asGrace = (method: 'POST' | 'DELETE', path: string, body?: object) =>
    env.call(null, method, path, body, { authorization: `Bearer ${session.token}`, prefer: 'wait=30' })
  const { zone } = env.furniture
  const made = await asGrace('POST', '/v1/networks', { name: 'hers', zone, cidr: '10.0.0.0/24' })
  expect(made.body).toMatchObject({ state: 'succeeded', account: id })
  const close = () => env.call('operator', 'DELETE', `/v1/accounts/${id}`)
  expect((await close()).body).toMatchObject({
    code: 'IN_USE',
    detail: 'The account "passing" is used by 1 user ("grace"), 1 network ("hers").',
  })
  expect((await env.call('ada', 'DELETE', `/v1/accounts/${id}`)).status).toBe(404)
  await asGrace('DELETE', `/v1/networks/${made.body.resource}`)
  await env.ok('operator', 'DELETE', `/v1/users/${user.id}`)
  expect((await close()).status).toBe(204)
  expect((await env.call('operator', 'GET', `/v1/tasks/${made.body.id}`)).body).toMatchObject({
    account: id,
    state: 'succeeded',
  })
})

test('[iam.users] nobody removes the user they are logged in as', async () => {
  const { body } = await env.call('operator', 'GET', '/v1/me')
  expect((await env.call('operator', 'DELETE', `/v1/users/${body.user}`)).body.code).toBe('OWN_USER')
})
