import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { Problem } from '@basalt/kernel'
import { expect, test } from 'vitest'
import { createPasswordHasher } from './hasher.ts'
import { isOutdated, NO_HASH } from './phc.ts'

const hasher = createPasswordHasher({ maxWaiting: 4 })

test('[iam.users] a hash tells its parameters and belongs to one password', async () => {
  const hash = await hasher.hash('a-good-password')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await hasher.verify('a-good-password', hash)).toBe(true)
  expect(await hasher.verify('another-password', hash)).toBe(false)
  expect(await hasher.hash('a-good-password')).not.toBe(hash)
})

test('the same letters in another encoding are the same password', async () => {
  const hash = await hasher.hash('Gu\u0308nther-und-Gro\u00dfmutter')
  expect(await hasher.verify('G\u00fcnther-und-Gro\u00dfmutter', hash)).toBe(true)
})

test('nobody is let in where there is no hash', async () => {
  expect(await hasher.verify('a-good-password', null)).toBe(false)
  expect(isOutdated(NO_HASH)).toBe(false)
})

test('other parameters are outdated; their hashes still count', async () => {
  const { hash } = await import('@node-rs/argon2')
  const older = await hash('a-good-password', { memoryCost: 8192, timeCost: 1, parallelism: 1 })
  expect(isOutdated(older)).toBe(true)
  expect(await hasher.verify('a-good-password', older)).toBe(true)
})

test('[iam.login] a full queue answers at once; a new hash does not wait behind logins', async () => {
  const order: string[] = []
  const logins = Array.from({ length: 8 }, (_, index) =>
    hasher.verify(`password-${index}`, null).then(
      () => order.push('checked'),
      (error: unknown) => order.push(error instanceof Problem ? error.code : String(error)),
    ),
  )
  const fresh = hasher.hash('a-good-password').then(() => order.push('hashed'))
  await Promise.all([...logins, fresh])
  expect(order).toEqual([
    'OVERLOADED',
    'OVERLOADED',
    'OVERLOADED',
    'checked',
    'hashed',
    'checked',
    'checked',
    'checked',
    'checked',
  ])
})

/** Of all threads of this process, whoever has started them. */
function children(): number[] {
  const tasks = '/proc/self/task'
  return readdirSync(tasks).flatMap((task) =>
    readFileSync(`${tasks}/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}

test.runIf(process.platform === 'linux')('[iam.login] passwords are hashed by a process that gives way', async () => {
  await hasher.verify('a-good-password', null)
  const textOf = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8')
  const [pid = 0] = children().filter((each) => textOf(each, 'cmdline').includes('hash-process.js'))
  expect(getPriority(pid)).toBe(10)
  expect(textOf(pid, 'environ')).not.toContain('PATH=')
  const [, , , session] = textOf(pid, 'stat').split(') ')[1]?.split(' ') ?? []
  expect(Number(session)).toBe(pid)
})

test('what is no hash is an error, not a refusal; the next password is checked all the same', async () => {
  await expect(hasher.verify('a-good-password', 'nonsense')).rejects.toThrow('could not be hashed')
  expect(await hasher.verify('a-good-password', null)).toBe(false)
})
