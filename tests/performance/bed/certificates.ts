/**
 * Certificates for thousands of hosts, which cost the processor of this machine more than to connect them. The authority issues one; the
 * others are that one with another name and serial number, signed anew with the authority's key.
 */
import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSigningRequest, type Identity, openAuthority } from '@basalt/pki'

export type Certify = (hostId: string) => Identity

/** As long as any host's id. */
const TEMPLATE_ID = '00000000-0000-4000-8000-000000000000'

const SEQUENCE = 0x30
const BIT_STRING = 0x03

/** One value in DER, with its tag and length. */
function encoded(tag: number, content: Buffer): Buffer {
  const bytes: number[] = []
  for (let left = content.length; left > 0; left >>= 8) bytes.unshift(left & 0xff)
  const length = content.length < 0x80 ? [content.length] : [0x80 | bytes.length, ...bytes]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

/** Where the value that begins here has its content, and where it ends. */
function extentOf(der: Buffer, at: number): { content: number; end: number } {
  const first = der[at + 1] ?? 0
  if (first < 0x80) return { content: at + 2, end: at + 2 + first }
  const bytes = first & 0x7f
  const content = at + 2 + bytes
  return { content, end: content + der.readUIntBE(at + 2, bytes) }
}

function replacer(der: Buffer, former: Buffer): (copy: Buffer, latter: Buffer) => void {
  const at = der.indexOf(former)
  if (at < 0 || der.indexOf(former, at + 1) >= 0)
    throw new Error('the certificate does not hold its name and serial number once each')
  return (copy, latter) => void latter.copy(copy, at)
}

const pemOf = (der: Buffer): string => {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function copying(certificatePem: string, serial: Buffer, key: KeyObject): (hostId: string) => string {
  const der = Buffer.from(certificatePem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const toBeSigned = extentOf(der, 0).content
  const algorithm = extentOf(der, toBeSigned).end
  const signed = der.subarray(toBeSigned, algorithm)
  const [rename, renumber] = [replacer(signed, Buffer.from(TEMPLATE_ID)), replacer(signed, serial)]
  const algorithmBytes = der.subarray(algorithm, extentOf(der, algorithm).end)
  return (hostId) => {
    const copy = Buffer.from(signed)
    rename(copy, Buffer.from(hostId))
    // Positive, and as many digits as the authority's own.
    const fresh = randomBytes(serial.length)
    fresh[0] = ((fresh[0] ?? 0) & 0x3f) | 0x40
    renumber(copy, fresh)
    const signature = encoded(BIT_STRING, Buffer.concat([Buffer.from([0]), sign('sha256', copy, key)]))
    return pemOf(encoded(SEQUENCE, Buffer.concat([copy, algorithmBytes, signature])))
  }
}

/** One key does for all hosts; each has a certificate of its own. @param directory of the authority */
export async function openCertifier(directory: string): Promise<Certify> {
  const authority = await openAuthority({ directory })
  const { csrPem, keyPem } = await createSigningRequest()
  const { certificatePem, serial } = await authority.issueHostCertificate({ csrPem, hostId: TEMPLATE_ID })
  const key = createPrivateKey(await readFile(join(directory, 'authority.pem')))
  const copy = copying(certificatePem, Buffer.from(serial, 'hex'), key)
  return (hostId) => {
    if (hostId.length !== TEMPLATE_ID.length) throw new TypeError(`"${hostId}" is no id of a host`)
    return { keyPem, certificatePem: copy(hostId), caPem: authority.certificatePem }
  }
}
