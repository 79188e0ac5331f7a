import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAuthority } from './authority.ts'
import { needsRenewal } from './certificate.ts'
import { loadIdentity, saveIdentity } from './identity-store.ts'
import { createSigningRequest } from './request.ts'

const DAY_MS = 86_400_000
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'basalt-pki-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('an authority is founded once, closed to others, and the same ever after', async () => {
  const opened = await Promise.all([1, 2, 3].map(() => openAuthority({ directory })))
  expect(new Set(opened.map(({ fingerprint }) => fingerprint)).size).toBe(1)
  expect((await openAuthority({ directory })).fingerprint).toBe(opened[0]?.fingerprint)
  expect((await stat(join(directory, 'authority.pem'))).mode & 0o777).toBe(0o600)
})

test('an exposed or damaged key is refused', async () => {
  await openAuthority({ directory })
  const path = join(directory, 'authority.pem')
  await chmod(path, 0o644)
  await expect(openAuthority({ directory })).rejects.toMatchObject({ code: 'AUTHORITY_EXPOSED' })
  await chmod(path, 0o600)
  await writeFile(path, (await readFile(path, 'utf8')).replace('MIG', 'XXX'))
  await expect(openAuthority({ directory })).rejects.toMatchObject({ code: 'AUTHORITY_DAMAGED' })
})

test('a host certificate names the host, lives 30 days and is due for renewal in the last ten', async () => {
  const authority = await openAuthority({ directory })
  const { csrPem } = await createSigningRequest()
  const facts = await authority.issueHostCertificate({ csrPem, hostId: '2f1c' })
  expect(facts).toMatchObject({ commonName: '2f1c', serial: expect.stringMatching(/^[4-7][0-9a-f]{31}$/) })
  expect(await authority.verify(facts.certificatePem, 'client')).toEqual(facts)
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)
  expect(needsRenewal(facts, inDays(19))).toBe(false)
  expect(needsRenewal(facts, inDays(21))).toBe(true)
})

test('a certificate is refused when foreign, expired, or made for the other side', async () => {
  const authority = await openAuthority({ directory })
  const namesake = await openAuthority({ directory: join(directory, 'other') })
  const later = await openAuthority({ directory, now: () => new Date(Date.now() + 31 * DAY_MS) })
  const { csrPem } = await createSigningRequest()
  const { certificatePem } = await authority.issueHostCertificate({ csrPem, hostId: 'a' })
  await expect(namesake.verify(certificatePem, 'client')).rejects.toMatchObject({ code: 'CERTIFICATE_FOREIGN' })
  await expect(later.verify(certificatePem, 'client')).rejects.toMatchObject({ code: 'CERTIFICATE_EXPIRED' })
  await expect(authority.verify(certificatePem, 'server')).rejects.toMatchObject({ code: 'CERTIFICATE_WRONG_USE' })
  await expect(authority.verify('hello', 'server')).rejects.toMatchObject({ code: 'CERTIFICATE_UNREADABLE' })
})

test('a request is refused when tampered with, when of another kind, and when it is none', async () => {
  const authority = await openAuthority({ directory })
  const { csrPem } = await createSigningRequest()
  const [header, ...lines] = csrPem.trim().split('\n')
  const body = Buffer.from(lines.slice(0, -1).join(''), 'base64')
  // The last byte belongs to the signature.
  body.writeUInt8((body.at(-1) ?? 0) ^ 1, body.length - 1)
  const forged = [header, body.toString('base64'), lines.at(-1)].join('\n')
  for (const bad of [forged, 'hello', '', 'x'.repeat(100_000)]) {
    const issuing = authority.issueHostCertificate({ csrPem: bad, hostId: 'a' })
    await expect(issuing).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  }
})

test('names that are none are refused', async () => {
  const authority = await openAuthority({ directory })
  const { csrPem } = await createSigningRequest()
  for (const hostId of ['', 'a,O=b', 'a/b', 'x'.repeat(65)]) {
    await expect(authority.issueHostCertificate({ csrPem, hostId })).rejects.toMatchObject({ code: 'NAME_INVALID' })
  }
  for (const dnsNames of [[], ['a b'], ['-a'], ['a..b']]) {
    const issuing = authority.issueServerCertificate({ dnsNames, ipAddresses: [] })
    await expect(issuing).rejects.toMatchObject({ code: 'NAME_INVALID' })
  }
})

test('an identity is stored as one private file and replaced as a whole', async () => {
  const authority = await openAuthority({ directory })
  const make = async () => {
    const { csrPem, keyPem } = await createSigningRequest()
    const { certificatePem } = await authority.issueHostCertificate({ csrPem, hostId: 'a' })
    return { keyPem, certificatePem, caPem: authority.certificatePem }
  }
  const target = join(directory, 'agent')
  expect(await loadIdentity(target)).toBeUndefined()
  const [first, second] = [await make(), await make()]
  await saveIdentity(target, first)
  expect(await loadIdentity(target)).toEqual(first)
  await saveIdentity(target, second)
  expect(await loadIdentity(target)).toEqual(second)
  expect((await stat(join(target, 'identity.pem'))).mode & 0o777).toBe(0o600)
})

test('whoever has the authority derives the same secrets, another one for each purpose', async () => {
  const authority = await openAuthority({ directory })
  const again = await openAuthority({ directory })
  const other = await openAuthority({ directory: join(directory, 'other') })
  const secret = authority.deriveSecret('tickets', 48)
  expect(secret).toHaveLength(48)
  expect(again.deriveSecret('tickets', 48)).toEqual(secret)
  expect(again.deriveSecret('others', 48)).not.toEqual(secret)
  expect(other.deriveSecret('tickets', 48)).not.toEqual(secret)
})
