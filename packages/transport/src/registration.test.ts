import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { REGISTER_PATH, ROTATE_PATH } from '@basalt/contracts'
import { createRegistrationToken, describeCertificate, openAuthority } from '@basalt/pki'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toWireError } from './errors.ts'
import { type RegistrationDeps, register, registerHost, rotate, rotateIdentity, type TokenUse } from './index.ts'
import { type Cloud, startCloud } from './test-support/cloud.ts'

let cloud: Cloud
let revoked: Set<string>
let issued: string[]
let uses: TokenUse[]
let token: string

beforeEach(async () => {
  revoked = new Set()
  issued = []
  uses = []
  const authorize = async ({ serial }: { serial: string }) =>
    revoked.has(serial) ? { code: 'HOST_REVOKED', message: 'Revoked.' } : undefined
  cloud = await startCloud({ authorize })
  const made = createRegistrationToken(cloud.authority.fingerprint)
  token = made.token
  let spentBy: string | undefined
  const deps: RegistrationDeps = {
    authority: cloud.authority,
    async spendToken(use) {
      uses.push(use)
      if (use.secretHash !== made.secretHash) return undefined
      spentBy ??= use.keyHash
      return spentBy === use.keyHash ? 'host-1' : undefined
    },
    onIssued: async (_, { serial }) => void issued.push(serial),
  }
  cloud.server.on('request', async (request: IncomingMessage, response) => {
    response.setHeader('content-type', 'application/json')
    try {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      const body = JSON.parse(text)
      const answer =
        request.url === REGISTER_PATH ? await register(body, deps) : await rotate(body, request, { ...deps, authorize })
      expect([REGISTER_PATH, ROTATE_PATH]).toContain(request.url)
      response.end(JSON.stringify(answer))
    } catch (error) {
      response.statusCode = 403
      response.end(JSON.stringify(toWireError(error)))
    }
  })
})
afterEach(() => cloud.stop())

test('[host.add] a token makes a host that can connect, and is good for one host only', async () => {
  const { hostId, identity } = await registerHost({ url: cloud.url, token, hostname: 'rack-1' })
  expect(hostId).toBe('host-1')
  expect(uses[0]).toMatchObject({ hostname: 'rack-1', keyHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(issued).toEqual([describeCertificate(identity.certificatePem).serial])
  await cloud.agent(hostId, { identity })
  expect(cloud.hub.host('host-1')?.peer.serial).toBe(issued[0])
  const again = registerHost({ url: cloud.url, token, hostname: 'rack-2' })
  await expect(again).rejects.toMatchObject({ code: 'TOKEN_REFUSED', remedy: 'Ask for a new token.' })
})

test('[host.add] a control plane with another authority never sees the token', async () => {
  const other = await openAuthority({ directory: join(cloud.directory, 'other') })
  const theirs = createRegistrationToken(other.fingerprint)
  const attempt = registerHost({ url: cloud.url, token: theirs.token, hostname: 'rack-1' })
  await expect(attempt).rejects.toMatchObject({ code: 'CONTROL_PLANE_NOT_PINNED' })
  expect(uses).toEqual([])
})

test('a control plane that is not there is called unreachable', async () => {
  const attempt = registerHost({ url: 'https://127.0.0.1:9', token, hostname: 'rack-1' })
  await expect(attempt).rejects.toMatchObject({ code: 'REGISTRATION_FAILED' })
})

test('a certificate is rotated while commands run, and the old one can then be revoked', async () => {
  const { hostId, identity } = await registerHost({ url: cloud.url, token, hostname: 'rack-1' })
  let finish: (value: string) => void = () => undefined
  let begun: () => void = () => undefined
  const started = new Promise<void>((resolve) => {
    begun = resolve
  })
  const work = () =>
    new Promise<string>((resolve) => {
      finish = resolve
      begun()
    })
  const { connection } = await cloud.agent(hostId, { identity, interfaces: { vm: { work } } })
  const call = cloud.hub.call(hostId, 'vm.work', {}, { fence: { resource: 'vm', epoch: 1, task: 't', step: 's' } })
  await started
  const renewed = await rotateIdentity(cloud.url, identity)
  expect(issued).toHaveLength(2)
  revoked.add(issued[0] ?? '')
  const reconnected = once(cloud.hub.events, 'connected')
  connection.updateIdentity(renewed)
  const [host] = await reconnected
  expect(host.peer.serial).toBe(issued[1])
  finish('done')
  expect(await call).toBe('done')
  await expect(rotateIdentity(cloud.url, identity)).rejects.toMatchObject({ code: 'HOST_REVOKED' })
})
