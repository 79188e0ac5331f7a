/** Password hashes: scrypt, in Node's thread pool, so that the event loop never waits for one. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { createBoundedQueue } from '@basalt/kernel'

const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const KEY_BYTES = 32

/** Files are read by the same threads: hashing leaves half of them alone, and a flood of log-ins is refused. */
export const hashing = createBoundedQueue('passwords to check', { concurrent: 2, waiting: 200 })

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  hashing.run(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) =>
          error ? reject(error) : resolve(key),
        )
      }),
  )

/** `scrypt$<salt>$<key>`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt$${salt.toString('base64url')}$${(await derive(password, salt)).toString('base64url')}`
}

/** Whether the password belongs to the hash. Takes as long when there is no hash, so that nobody learns which users exist. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, salt = 'AAAAAAAAAAAAAAAAAAAAAA', key = ''] = hash?.split('$') ?? []
  const derived = await derive(password, Buffer.from(salt, 'base64url'))
  const expected = Buffer.from(key, 'base64url')
  return expected.length === derived.length && timingSafeEqual(expected, derived)
}
