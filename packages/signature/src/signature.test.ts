import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseAuthorization, signatureOf, signedHeaders } from './index.ts'

const KEY = { id: '11111111-1111-4111-8111-111111111111', secret: 'c2VjcmV0' }

test('[iam.accesskey] the signature is what the documentation says, made with a hash and an HMAC alone', () => {
  const headers = {
    'x-basalt-content-sha256': createHash('sha256').update('{"name":"web"}').digest('hex'),
    'x-basalt-date': '2026-01-02T03:04:05Z',
    'x-basalt-nonce': 'b1946ac92492d2347c6235b4d2611184',
  }
  const canonical = [
    'POST',
    '/v1/vms',
    'a=1&b=x%20y',
    `x-basalt-content-sha256:${headers['x-basalt-content-sha256']}`,
    'x-basalt-date:2026-01-02T03:04:05Z',
    'x-basalt-nonce:b1946ac92492d2347c6235b4d2611184',
    '',
    'x-basalt-content-sha256;x-basalt-date;x-basalt-nonce',
    headers['x-basalt-content-sha256'],
  ].join('\n')
  const text = [
    'BASALT-HMAC-SHA256',
    '2026-01-02T03:04:05Z',
    'b1946ac92492d2347c6235b4d2611184',
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  const expected = createHmac('sha256', KEY.secret).update(text).digest('hex')
  expect(signatureOf(KEY.secret, { method: 'post', url: '/v1/vms?b=x%20y&a=1', headers })).toBe(expected)
})

test('what a client signs, a server reads back; every attempt has a nonce of its own', () => {
  const request = {
    method: 'POST',
    url: '/v1/vms?x=1',
    headers: { accept: 'application/json', 'if-match': '"3"' },
    body: '{}',
  }
  const [first, second] = [signedHeaders(KEY, request), signedHeaders(KEY, request)]
  const parsed = parseAuthorization(first.authorization ?? '')
  expect(parsed).toMatchObject({ credential: KEY.id, signedHeaders: expect.arrayContaining(['if-match']) })
  const values = Object.fromEntries((parsed?.signedHeaders ?? []).map((name) => [name, first[name] ?? '']))
  expect(signatureOf(KEY.secret, { ...request, headers: values })).toBe(parsed?.signature)
  expect(signatureOf(KEY.secret, { ...request, url: '/v1/vms?x=2', headers: values })).not.toBe(parsed?.signature)
  expect(first['x-basalt-nonce']).not.toBe(second['x-basalt-nonce'])
})

const parts = (names: string, signature = 'a'.repeat(64)): string =>
  `BASALT-HMAC-SHA256 Credential=${KEY.id}, SignedHeaders=${names}, Signature=${signature}`
const NEEDED = 'x-basalt-content-sha256;x-basalt-date;x-basalt-nonce'

test.each([
  ['another scheme', `Bearer ${KEY.id}`],
  ['a missing nonce', parts('x-basalt-content-sha256;x-basalt-date')],
  ['a short signature', parts(NEEDED, 'abc')],
  ['a name in capitals', parts(`${NEEDED};Host`)],
])('%s is no signature', (_, text) => {
  expect(parseAuthorization(text)).toBeNull()
  expect(parseAuthorization(parts(NEEDED))).not.toBeNull()
})
