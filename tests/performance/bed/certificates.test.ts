import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAuthority } from '@basalt/pki'
import { expect, test } from 'vitest'
import { openCertifier } from './certificates.ts'

test('certificates that are copied hold before the authority, each with its own name and serial number', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'certificates-'))
  try {
    const certify = await openCertifier(directory)
    const authority = await openAuthority({ directory })
    const ids = Array.from({ length: 20 }, (_, index) => `f0000000-0000-4000-8000-${String(index).padStart(12, '0')}`)
    const facts = await Promise.all(ids.map((id) => authority.verify(certify(id).certificatePem, 'client')))
    expect(facts.map(({ commonName }) => commonName)).toEqual(ids)
    expect(new Set(facts.map(({ serial }) => serial)).size).toBe(ids.length)
    expect(() => certify('f0')).toThrow('no id of a host')
  } finally {
    await rm(directory, { recursive: true })
  }
})
