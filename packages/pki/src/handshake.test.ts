import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect, createServer, type Server, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Authority, openAuthority } from './authority.ts'
import { createSigningRequest } from './request.ts'

const DAY_MS = 86_400_000
let directory: string
let authority: Authority
let server: Server

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'basalt-pki-'))
  authority = await openAuthority({ directory })
  const { keyPem, certificatePem } = await authority.issueServerCertificate({
    dnsNames: ['cloud.test', '*.cloud.test'],
    ipAddresses: ['127.0.0.1', '::1'],
  })
  server = createServer({
    key: keyPem,
    cert: certificatePem,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: true,
  })
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined)
    const { subject, serialNumber } = socket.getPeerCertificate()
    socket.end(JSON.stringify({ commonName: subject.CN, serial: serialNumber.toLowerCase() }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(async () => {
  server.close()
  await rm(directory, { recursive: true, force: true })
})

async function hostIdentity(from: Authority, validForMs?: number) {
  const { csrPem, keyPem } = await createSigningRequest()
  const facts = await from.issueHostCertificate({ csrPem, hostId: 'host-1', validForMs })
  return { key: keyPem, cert: facts.certificatePem, facts }
}

/** What the server says to this client. With TLS 1.3 a refused client certificate shows at the first read. */
async function greeting(options: ConnectionOptions): Promise<string> {
  const { port } = server.address() as AddressInfo
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, ca: authority.certificatePem, ...options })
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  if (text === '') throw new Error('closed without a word')
  return text
}

test('both sides know each other, and the server sees host id and serial', async () => {
  const { key, cert, facts } = await hostIdentity(authority)
  expect(JSON.parse(await greeting({ key, cert }))).toEqual({ commonName: 'host-1', serial: facts.serial })
  const byName = JSON.parse(await greeting({ key, cert, servername: 'node-2.cloud.test' }))
  expect(byName.commonName).toBe('host-1')
})

test('no certificate, a foreign one, an expired one and a server one are refused', async () => {
  const foreign = await hostIdentity(await openAuthority({ directory: join(directory, 'other') }))
  const past = await openAuthority({ directory, now: () => new Date(Date.now() - 60 * DAY_MS) })
  const expired = await hostIdentity(past)
  const wrongUse = await authority.issueServerCertificate({ dnsNames: ['host-1'], ipAddresses: [] })
  await expect(greeting({})).rejects.toThrow(/certificate required|reset|without a word/i)
  await expect(greeting({ key: foreign.key, cert: foreign.cert })).rejects.toThrow(/alert|reset|without a word/i)
  await expect(greeting({ key: expired.key, cert: expired.cert })).rejects.toThrow(/expired|reset|without a word/i)
  const asServer = greeting({ key: wrongUse.keyPem, cert: wrongUse.certificatePem })
  await expect(asServer).rejects.toThrow(/alert|reset|without a word/i)
})

test('a client refuses a server of another authority or another name', async () => {
  const { key, cert } = await hostIdentity(authority)
  const other = await openAuthority({ directory: join(directory, 'other') })
  await expect(greeting({ key, cert, ca: other.certificatePem })).rejects.toThrow(/verify|signature|issuer|self/i)
  const elsewhere = greeting({ key, cert, servername: 'elsewhere.test' })
  await expect(elsewhere).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
})
