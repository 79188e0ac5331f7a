import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { IMAGE_PATH, ROTATE_PATH } from '@basalt/contracts'
import { createSigningRequest, describeCertificate, type Identity, loadIdentity } from '@basalt/pki'
import { peerOf, rotate } from '@basalt/transport'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cloud, startCloud } from '../../../packages/transport/src/test-support/cloud.ts'
import { createImageSource } from './image-source.ts'
import { createLog } from './log.ts'
import { keepCertificateFresh } from './rotation.ts'

const content = 'the image'
const never = new AbortController().signal
let cloud: Cloud
let directory: string

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const deps = { authority: cloud.authority, onIssued: async () => undefined, authorize: async () => undefined }
  const { hostId } = peerOf(request)
  if (request.url === ROTATE_PATH) {
    response.end(JSON.stringify(await rotate(JSON.parse(await text(request)), request, deps)))
  } else if (request.url === `${IMAGE_PATH}${hostId}`) {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1])
    response.writeHead(206, { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` })
    response.end(content.slice(start))
  } else if (request.url === `${IMAGE_PATH}whole`) response.end(content)
  else response.writeHead(404).end()
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agent-calls-'))
  cloud = await startCloud()
  cloud.server.on('request', (request, response) => {
    serve(request, response).catch(() => response.writeHead(403).end())
  })
})
afterAll(async () => {
  await cloud.stop()
  await rm(directory, { recursive: true, force: true })
})

const open = (identity: Identity, url: string, offset: number) =>
  createImageSource(() => identity)({ url, sha256: '', sizeBytes: content.length }, offset, never)

test('an image is read with the host’s certificate, from any byte on', async () => {
  const identity = await cloud.identity('host-1')
  const url = `${cloud.url}${IMAGE_PATH}host-1`
  expect(await text(await open(identity, url, 0))).toBe('the image')
  expect(await text(await open(identity, url, 4))).toBe('image')
  expect(await text(await open(identity, `${cloud.url}${IMAGE_PATH}whole`, 0))).toBe('the image')
})

test.each([
  ['a path outside of the images', '/v1/vms', 0],
  ['a path that leaves the images', `${IMAGE_PATH}../../v1/vms`, 0],
  ['an image that is not there', `${IMAGE_PATH}nothing`, 0],
  ['a server that ignores the range', `${IMAGE_PATH}whole`, 4],
])('%s is refused', async (_, path, offset) => {
  const opened = open(await cloud.identity('host-1'), cloud.url + path, offset)
  await expect(opened).rejects.toMatchObject({ code: 'IMAGE_UNREACHABLE' })
})

test('no server but the control plane is asked', async () => {
  const other = await startCloud()
  try {
    const foreign = open(await cloud.identity('host-1'), `${other.url}${IMAGE_PATH}host-1`, 0)
    await expect(foreign).rejects.toMatchObject({ code: 'IMAGE_UNREACHABLE' })
  } finally {
    await other.stop()
  }
  const plain = open(await cloud.identity('host-1'), `http://127.0.0.1:1${IMAGE_PATH}host-1`, 0)
  await expect(plain).rejects.toMatchObject({ code: 'IMAGE_UNREACHABLE' })
})

test('a certificate is renewed before it ends, kept on disk, and has a new key', async () => {
  const { keyPem, csrPem } = await createSigningRequest()
  const { certificatePem } = await cloud.authority.issueHostCertificate({
    csrPem,
    hostId: 'host-2',
    validForMs: 60_000,
  })
  let identity: Identity = { keyPem, certificatePem, caPem: cloud.authority.certificatePem }
  const lines: string[] = []
  const renewed = await new Promise<Identity>((resolve) => {
    const stop = keepCertificateFresh({
      // The first node is down.
      urls: async () => ['https://127.0.0.1:1', cloud.url],
      stateDir: directory,
      identity: () => identity,
      onRenewed(fresh) {
        identity = fresh
        stop()
        resolve(fresh)
      },
      log: createLog('debug', (line) => lines.push(line)),
    })
  })
  expect(renewed.keyPem).not.toBe(keyPem)
  expect(await loadIdentity(directory)).toEqual(renewed)
  const facts = describeCertificate(renewed.certificatePem)
  expect(facts.commonName).toBe('host-2')
  expect(facts.notAfter.getTime()).toBeGreaterThan(Date.now() + 24 * 3_600_000)
  expect(lines.join()).not.toContain('PRIVATE KEY')
})
