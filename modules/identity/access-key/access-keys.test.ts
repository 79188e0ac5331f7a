import { createHash } from 'node:crypto'
import { type SigningKey, signedHeaders } from '@basalt/signature'
import { type CloudEnvironment, cloud, httpClient, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
let key: SigningKey
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  key = await makeKey()
})
afterAll(() => env.close())

async function makeKey(who: 'ada' | 'bob' | 'operator' = 'ada'): Promise<SigningKey> {
  const { id, secret } = (await env.call(who, 'POST', '/v1/access-keys', { name: 'build' })).body
  return { id: id as string, secret: secret as string }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

const signed = (method: Method, url: string, body?: unknown, by = key): Record<string, string> => {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers: Record<string, string> = text ? { 'content-type': 'application/json' } : {}
  return signedHeaders(by, { method, url, headers, body: text })
}
const call = (method: Method, path: string, body?: unknown, by = key) =>
  env.call(null, method, path, body, signed(method, path, body, by))
const withHeaders = (headers: Record<string, string>, path = '/v1/me') =>
  env.call(null, 'GET', path, undefined, headers)

test('[iam.accesskey] requests signed with a key have the rights of who made it, no more', async () => {
  expect((await call('GET', '/v1/me')).body).toMatchObject({ username: 'ada', accessKey: key.id, operator: false })
  const zone = env.furniture.zone
  const made = await call('POST', '/v1/networks', { name: 'by-key', zone, cidr: '10.77.0.0/24' })
  expect(made.status).toBe(202)
  expect((await call('GET', '/v1/networks?name=by-key&limit=5')).body.items).toHaveLength(1)
  expect((await call('POST', '/v1/zones', { name: 'z' })).body.code).toBe('FORBIDDEN')
  const foreign = await makeKey('bob')
  expect((await call('GET', `/v1/networks/${made.body.resource}`, undefined, foreign)).status).toBe(404)
  expect((await call('POST', '/v1/zones', { name: 'z' }, await makeKey('operator'))).status).toBe(201)
})

test('[iam.accesskey] the secret is shown once; others of the account see the key without it', async () => {
  const first = await env.call('ada', 'POST', '/v1/access-keys', { name: 'once' }, { 'idempotency-key': 'k1' })
  expect(first.body.secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const again = await env.call('ada', 'POST', '/v1/access-keys', { name: 'once' }, { 'idempotency-key': 'k1' })
  expect(again.body).toMatchObject({
    status: 409,
    code: 'SHOWN_BEFORE',
    detail: expect.stringContaining(String(first.body.id)),
  })
  for (const path of ['/v1/access-keys', `/v1/access-keys/${first.body.id}`]) {
    const { body } = await env.call('ada', 'GET', path)
    expect(JSON.stringify(body)).not.toContain(first.body.secret)
  }
  expect((await env.call('bob', 'GET', `/v1/access-keys/${first.body.id}`)).status).toBe(404)
})

test('[iam.accesskey] a request is taken once, on whatever node, also when its copies come together', async () => {
  const other = httpClient(env.controlPlane().apiUrl, env.controlPlane().caPem)
  const end = await env.takeOver()
  try {
    for (let round = 0; round < 5; round++) {
      const headers = signed('GET', '/v1/me')
      const there = () => other({ method: 'GET', path: '/v1/me', headers })
      const here = () => withHeaders(headers)
      const answers = await Promise.all([here(), there(), here(), there(), here(), there()])
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expect((await there()).body.code).toBe('SIGNATURE_REPLAYED')
    }
  } finally {
    await end()
  }
})

const at = (ms: number) => new Date(Date.now() + ms).toISOString()
const MINUTE_MS = 60_000

test.each<[string, string, (headers: Record<string, string>) => Record<string, string> | undefined]>([
  ['another path', 'SIGNATURE_INVALID', () => signed('GET', '/v1/vms')],
  ['another method', 'SIGNATURE_INVALID', () => signed('DELETE', '/v1/me')],
  ['another nonce', 'SIGNATURE_INVALID', (headers) => ({ ...headers, 'x-basalt-nonce': 'a'.repeat(24) })],
  ['another secret', 'SIGNATURE_INVALID', () => signed('GET', '/v1/me', undefined, { ...key, secret: 'guess' })],
  ['no such key', 'SIGNATURE_INVALID', () => signed('GET', '/v1/me', undefined, { ...key, id: crypto.randomUUID() })],
  ['a date that was not signed', 'SIGNATURE_INVALID', (headers) => ({ ...headers, 'x-basalt-date': at(1000) })],
  ['a late date', 'SIGNATURE_EXPIRED', (headers) => ({ ...headers, 'x-basalt-date': at(-6 * MINUTE_MS) })],
  ['an early date', 'SIGNATURE_EXPIRED', (headers) => ({ ...headers, 'x-basalt-date': at(6 * MINUTE_MS) })],
  ['no date', 'SIGNATURE_INVALID', ({ 'x-basalt-date': _, ...rest }) => rest],
  [
    'nonsense for a signature',
    'SIGNATURE_INVALID',
    (headers) => ({ ...headers, authorization: 'BASALT-HMAC-SHA256 x' }),
  ],
])('[iam.accesskey] a signature for %s is refused', async (_, code, change) => {
  const { status, body } = await withHeaders(change(signed('GET', '/v1/me')) ?? {})
  expect([status, body.code]).toEqual([401, code])
})

test('[iam.accesskey] a body is what was signed, or is refused', async () => {
  const body = { name: 'renamed' }
  const path = '/v1/access-keys'
  const changed = await env.call(null, 'POST', path, { name: 'forged' }, signed('POST', path, body))
  expect([changed.status, changed.body.code]).toEqual([401, 'BODY_CHANGED'])
  const missing = await env.call(null, 'POST', path, undefined, signed('POST', path, body))
  expect(missing.body.code).toBe('BODY_CHANGED')
  const unsigned = signedHeaders(key, { method: 'POST', url: path, headers: {}, body: (async function* () {})() })
  expect((await env.call(null, 'POST', path, body, unsigned)).body.code).toBe('BODY_CHANGED')
  expect((await env.items('ada', path)).map(({ name }) => name)).not.toContain('forged')
})

test('[iam.accesskey] a stream is sent unsigned', async () => {
  const { body } = await env.call('ada', 'POST', '/v1/images', { name: 'streamed' })
  const url = `/v1/images/${body.resource}/content`
  const bytes = Buffer.from('no image at all')
  const { caPem, apiUrl } = env.controlPlane()
  const put = (headers: Record<string, string>) =>
    httpClient(apiUrl, caPem)({ method: 'PUT', path: url, raw: bytes, headers })
  const digest = createHash('sha256').update(bytes).digest('hex')
  const asText = signedHeaders(key, { method: 'PUT', url, headers: {}, body: 'no image at all' })
  expect(asText['x-basalt-content-sha256']).toBe(digest)
  expect((await put(asText)).body.code).toBe('BODY_CHANGED')
  const answer = await put(signedHeaders(key, { method: 'PUT', url, headers: {}, body: (async function* () {})() }))
  expect(answer.status).toBe(204)
})

test('[iam.accesskey] a disabled key counts for nothing until it is enabled; its last use is known', async () => {
  const own = await makeKey()
  expect((await call('GET', '/v1/me', undefined, own)).status).toBe(200)
  await until('the use is written down', async () => {
    const { body } = await env.call('ada', 'GET', `/v1/access-keys/${own.id}`)
    return body.lastUsedAt ? true : null
  })
  await env.ok('ada', 'POST', `/v1/access-keys/${own.id}/disable`)
  expect((await call('GET', '/v1/me', undefined, own)).body.code).toBe('SIGNATURE_INVALID')
  expect((await env.call('ada', 'POST', `/v1/access-keys/${own.id}/disable`)).body.code).toBe('WRONG_STATE')
  await env.ok('ada', 'POST', `/v1/access-keys/${own.id}/enable`)
  expect((await call('GET', '/v1/me', undefined, own)).status).toBe(200)
  await env.ok('ada', 'DELETE', `/v1/access-keys/${own.id}`)
  expect((await call('GET', '/v1/me', undefined, own)).body.code).toBe('SIGNATURE_INVALID')
})

test('[iam.accesskey] the keys of a user go with the user', async () => {
  const password = 'a-good-password'
  const { body: user } = await env.call('ada', 'POST', '/v1/users', { name: 'ivan', username: 'ivan', password })
  const { token } = (await env.call(null, 'POST', '/v1/sessions', { username: 'ivan', password })).body
  const made = await env.call(null, 'POST', '/v1/access-keys', { name: 'k' }, { authorization: `Bearer ${token}` })
  const own = { id: String(made.body.id), secret: String(made.body.secret) }
  expect((await call('GET', '/v1/me', undefined, own)).body.username).toBe('ivan')
  await env.ok('ada', 'DELETE', `/v1/users/${user.id}`)
  expect((await call('GET', '/v1/me', undefined, own)).status).toBe(401)
  expect((await env.call('ada', 'GET', `/v1/access-keys/${own.id}`)).status).toBe(404)
})

test('[iam.accesskey] there is no session to log out of', async () => {
  expect((await call('DELETE', '/v1/sessions/current')).body.code).toBe('NO_SESSION')
})
