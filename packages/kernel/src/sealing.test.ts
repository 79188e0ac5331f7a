import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { masterKey } from './keys/key-files.ts'
import { createSealer } from './sealing.ts'

const sealer = createSealer(Buffer.alloc(32, 7))

test('[iam.secrets] whatever is sealed opens again, and looks different each time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
      expect(sealer.open(sealer.seal(text, context), context)).toBe(text)
    }),
  )
  expect(sealer.seal('same', 'x')).not.toBe(sealer.seal('same', 'x'))
})

test('[iam.secrets] another key, another place or a changed byte do not open', () => {
  const sealed = sealer.seal('secret', 'vm/1/userData')
  expect(() => createSealer(Buffer.alloc(32, 8)).open(sealed, 'vm/1/userData')).toThrow()
  expect(() => sealer.open(sealed, 'vm/2/userData')).toThrow()
  const [version, key, encoded = ''] = sealed.split('.')
  const changed = Buffer.from(encoded, 'base64')
  changed[changed.length - 1] = (changed.at(-1) as number) ^ 1
  expect(() => sealer.open(`${version}.${key}.${changed.toString('base64')}`, 'vm/1/userData')).toThrow()
  expect(() => sealer.open('plain', 'vm/1/userData')).toThrow(/not sealed/)
})

test('[iam.secrets] the master key is made once, for its owner alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'master-key-'))
  const file = join(directory, 'master.key')
  const keys = await Promise.all(Array.from({ length: 20 }, () => masterKey(file)))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
  expect(await readdir(directory)).toEqual(['master.key'])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await rm(directory, { recursive: true })
})
