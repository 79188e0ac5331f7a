import { createHash } from 'node:crypto'
import { request } from 'node:https'
import { IMAGE_PATH, REGISTER_PATH } from '@basalt/contracts'
import { createSigningRequest, type Identity } from '@basalt/pki'
import { type CloudEnvironment, cloud, httpClient, until } from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import { registerHost } from '@basalt/transport'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
let identity: Identity
let spare: string

beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  const { zone, cluster } = env.furniture
  spare = (await env.ok('operator', 'POST', '/v1/hosts', { name: 'spare', zone, cluster })).id
})
afterAll(() => env.close())

const token = async (): Promise<string> =>
  (await env.ok('operator', 'POST', `/v1/hosts/${spare}/registration-token`)).token as string

/** Fetch an image as a host does. */
function fetchImage(id: string, range: string, as?: Identity): Promise<{ status: number; body: Buffer }> {
  const { agentUrl, caPem } = env.controlPlane()
  return new Promise((resolve, reject) => {
    const asked = request(new URL(IMAGE_PATH + id, agentUrl), {
      ca: caPem,
      headers: { range },
      ...(as ? { key: as.keyPem, cert: as.certificatePem } : {}),
    })
    asked.on('error', reject)
    asked.on('response', async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) })
    })
    asked.end()
  })
}

test('[host.add] a token registers one host once; another key with it is refused', async () => {
  const { agentUrl } = env.controlPlane()
  const spent = await token()
  const registered = await registerHost({ url: agentUrl, token: spent, hostname: 'spare' })
  expect(registered.hostId).toBe(spare)
  identity = registered.identity
  await expect(registerHost({ url: agentUrl, token: spent, hostname: 'spare' })).rejects.toMatchObject({
    code: 'TOKEN_REFUSED',
  })
  const replaced = await token()
  const newest = await token()
  await expect(registerHost({ url: agentUrl, token: replaced, hostname: 'spare' })).rejects.toMatchObject({
    code: 'TOKEN_REFUSED',
  })
  identity = (await registerHost({ url: agentUrl, token: newest, hostname: 'spare' })).identity
})

test('[host.add] malformed registrations are refused without a trace of the inside', async () => {
  const { agentUrl, caPem } = env.controlPlane()
  const http = httpClient(agentUrl, caPem)
  const { csrPem } = await createSigningRequest()
  for (const body of [
    {},
    { token: 'x', csrPem, hostname: 'h' },
    { token: 'x'.repeat(100_000), csrPem, hostname: 'h' },
  ]) {
    const { status, body: answer } = await http({ method: 'POST', path: REGISTER_PATH, body })
    expect(status).toBe(403)
    expect(JSON.stringify(answer)).not.toMatch(/at .*\.ts|stack/)
  }
  expect((await http({ method: 'GET', path: '/agent/v1/other' })).status).toBe(404)
})

test('[img.cache] hosts fetch images in ranges; nobody else does', async () => {
  const { image } = env.furniture
  const { bytes, sha256 } = qcow2Fixture()
  const whole = await fetchImage(image, 'bytes=0-', identity)
  expect(createHash('sha256').update(whole.body).digest('hex')).toBe(sha256)
  const rest = await fetchImage(image, 'bytes=65536-', identity)
  expect(rest.status).toBe(206)
  expect(rest.body.equals(bytes.subarray(65_536))).toBe(true)
  expect((await fetchImage(image, `bytes=${bytes.length}-`, identity)).status).toBe(416)
  expect((await fetchImage(image, 'bytes=0-')).status).toBe(403)
  expect((await fetchImage(spare, 'bytes=0-', identity)).status).toBe(404)
})

test('[host.lifecycle] a host that was removed is cut off: its certificate is worth nothing', async () => {
  await env.ok('operator', 'DELETE', `/v1/hosts/${spare}`)
  expect((await fetchImage(env.furniture.image, 'bytes=0-', identity)).status).toBe(403)
})

test('[host.lifecycle] a host that loses its connection is down after a while, and up again when it is back', async () => {
  const [id] = env.hostIds
  const state = (wanted: string) =>
    until(`the host is ${wanted}`, async () =>
      (await env.call('operator', 'GET', `/v1/hosts/${id}`)).body.state === wanted ? true : null,
    )
  env.hosts[0]?.faults.disconnect()
  await state('down')
  env.hosts[0]?.faults.reconnect()
  await state('up')
})
