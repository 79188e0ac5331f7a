import { expect, test } from 'vitest'
import { createRegistrationToken, parseRegistrationToken } from './registration-token.ts'

const FINGERPRINT = 'ab'.repeat(32)

test('[host.add] a token tells the authority to trust and is known by its hash alone', () => {
  const made = createRegistrationToken(FINGERPRINT)
  expect(made.token).toMatch(/^basalt1\./)
  expect(parseRegistrationToken(` ${made.token}\n`)).toEqual({
    authorityFingerprint: FINGERPRINT,
    secretHash: made.secretHash,
  })
  expect(createRegistrationToken(FINGERPRINT).secretHash).not.toBe(made.secretHash)
})

test('a mangled token is refused and not repeated', () => {
  const { token } = createRegistrationToken(FINGERPRINT)
  for (const bad of [
    '',
    'basalt1..',
    token.slice(1),
    token.slice(0, -1),
    `${token}x`,
    token.replace('basalt1', 'basalt2'),
  ]) {
    expect(() => parseRegistrationToken(bad)).toThrow(expect.objectContaining({ code: 'TOKEN_INVALID' }))
  }
  expect(() => parseRegistrationToken(`${token}x`)).not.toThrow(token)
})
