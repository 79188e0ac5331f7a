import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { maxUserDataBytes, packSeed } from './seed.ts'

const directory = mkdtempSync(join(tmpdir(), 'seed-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Reads a file out of an image with another implementation of the format. */
function read(image: Buffer, name: string): string {
  const path = join(directory, 'seed.img')
  writeFileSync(path, image)
  const options = { env: { ...process.env, MTOOLSRC: '/dev/null' }, maxBuffer: 1024 * 1024 }
  return execFileSync('mtype', ['-i', path, `::${name}`], options).toString('utf8')
}

test('a seed holds host name, keys and user data up to the limit, readable by mtools', () => {
  const userData = `#!/bin/sh\n${'ü'.repeat((maxUserDataBytes - 10) / 2)}`
  const key = 'ssh-ed25519 AAAAC3Nza example'
  const image = packSeed({ hostname: 'db-1.example', userData, instanceId: 'vm-7', publicKeys: [key] })
  expect(read(image, 'user-data')).toBe(userData)
  expect(read(image, 'meta-data')).toBe(
    `instance-id: "vm-7"\nlocal-hostname: db-1.example\npublic-keys:\n  - "${key}"\n`,
  )
  const label = execFileSync('mlabel', ['-s', '-i', join(directory, 'seed.img'), '::']).toString('utf8')
  expect(label).toContain('CIDATA')
})

test('a seed without user data has an empty file', () => {
  expect(read(packSeed({ hostname: 'a' }), 'user-data')).toBe('')
})

test('equal seeds have equal bytes, other user data another instance id', () => {
  expect(packSeed({ hostname: 'a', userData: 'x' })).toEqual(packSeed({ hostname: 'a', userData: 'x' }))
  const ids = ['x', 'y'].map((userData) => read(packSeed({ hostname: 'a', userData }), 'meta-data'))
  expect(new Set(ids).size).toBe(2)
})

test.each([
  ['a host name with a line break', { hostname: 'a\nb' }],
  ['a host name with a leading hyphen', { hostname: '-a' }],
  ['an empty host name', { hostname: '' }],
  ['user data above the limit', { hostname: 'a', userData: 'x'.repeat(maxUserDataBytes + 1) }],
  ['a key of two lines', { hostname: 'a', publicKeys: ['ssh-rsa AAAA\nlocal-hostname: b'] }],
])('refused: %s', (_, options) => {
  expect(() => packSeed(options)).toThrow(expect.objectContaining({ code: 'SEED_INVALID' }))
})
