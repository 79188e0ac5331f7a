import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Fence, HostChange, HostStatus, ImageSource, PoolSpec } from '@basalt/contracts'
import { IMAGE_PATH, REGISTER_PATH, ROTATE_PATH } from '@basalt/contracts'
import { libvirtdMissing, startLibvirtd, type TestLibvirtd } from '@basalt/libvirt/testing'
import { createRegistrationToken, type RegistrationToken } from '@basalt/pki'
import { until } from '@basalt/testkit/wait'
import { buildTinyImage, type TinyImage } from '@basalt/tiny-image'
import { peerOf, register, rotate } from '@basalt/transport'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Cloud, startCloud } from '../../../packages/transport/src/test-support/cloud.ts'

const missing = await libvirtdMissing()
const hostId = '55555555-0000-4000-8000-000000000001'
const vm = '11111111-0000-4000-8000-000000000001'
const volume = '22222222-0000-4000-8000-000000000001'
const imageLayer = '66666666-0000-4000-8000-000000000001'

describe.skipIf(missing)(`a host agent under a control plane${missing ? ` (${missing})` : ''}`, () => {
  let daemon: TestLibvirtd
  let cloud: Cloud
  let directory: string
  let image: TinyImage
  let pool: PoolSpec
  let running: ChildProcess | undefined
  let logText = ''
  const ranges: string[] = []
  const statuses: HostStatus[] = []
  const changes: HostChange[] = []
  let registration: RegistrationToken

  /** Registration, rotation and images as a control plane serves them. */
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', cloud.url).pathname
    const deps = { authority: cloud.authority, onIssued: async () => undefined, authorize: async () => undefined }
    const spendToken = async (use: { secretHash: string }) =>
      use.secretHash === registration.secretHash ? hostId : undefined
    if (path === REGISTER_PATH) {
      response.end(JSON.stringify(await register(JSON.parse(await text(request)), { ...deps, spendToken })))
    } else if (path === ROTATE_PATH) {
      response.end(JSON.stringify(await rotate(JSON.parse(await text(request)), request, deps)))
    } else if (path === `${IMAGE_PATH}tiny` && peerOf(request).hostId === hostId) {
      const { range = '' } = request.headers
      ranges.push(range)
      const start = Number(/^bytes=(\d+)-$/.exec(range)?.[1])
      response.writeHead(206, { 'content-range': `bytes ${start}-${image.sizeBytes - 1}/${image.sizeBytes}` })
      // The first transfer breaks in the middle.
      const end = ranges.length === 1 ? Math.floor(image.sizeBytes / 2) : undefined
      const file = createReadStream(image.path, { start, end })
      file.on('end', () => (end === undefined ? response.end() : response.destroy()))
      file.pipe(response, { end: false })
    } else response.writeHead(404).end()
  }

  const configPath = () => join(directory, 'agent.json')
  /** Starts the agent's program; what it logs is kept. */
  function agent(...args: string[]): ChildProcess {
    const main = resolve(import.meta.dirname, 'main.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...args, '--config', configPath()], {
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    child.stderr?.on('data', (chunk) => {
      logText += chunk
    })
    return child
  }
  async function run(): Promise<void> {
    running = agent('run')
    await until('the host to connect', () => cloud.hub.host(hostId) !== undefined, 30_000)
  }
  /** Ends the agent and waits until the control plane has noticed. */
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const child = running
    running = undefined
    if (child === undefined) return null
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    await until('the host to be gone', () => cloud.hub.host(hostId) === undefined, 20_000)
    return child.exitCode
  }

  const fence = (resource: string): Fence => ({ resource, epoch: 1, task: volume, step: 'test' })
  const command = (name: string, params: unknown, resource = vm, id?: string) =>
    cloud.hub.call(hostId, name, params, { fence: fence(resource), deadlineMs: 120_000, id, waitForHost: true })
  const read = (name: string, params: unknown) => cloud.hub.call(hostId, name, params, { waitForHost: true })
  const printed = async (line: string) => {
    const { text } = (await read('hypervisor.consoleLog', { vm, maxBytes: 1e6 })) as { text: string }
    return text.includes(line)
  }
  const domain = () => ({
    ...{ vm, title: 'web', hostname: 'web', vcpus: 1, memoryBytes: 128 * 2 ** 20, nics: [] },
    disks: [{ volume, pool, layer: volume, index: 0 }],
    userData: '#!/bin/sh\nmark secret-of-user\n',
  })

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'agent-'))
    image = await buildTinyImage({ cacheDir: join(directory, 'cache'), output: join(directory, 'tiny.qcow2') })
    daemon = await startLibvirtd()
    cloud = await startCloud({ heartbeatIntervalMs: 500 })
    registration = createRegistrationToken(cloud.authority.fingerprint)
    cloud.server.on('request', (request, response) => {
      serve(request, response).catch((error: Error & { code?: string }) => {
        response.writeHead(403).end(JSON.stringify({ code: error.code, detail: error.message }))
      })
    })
    cloud.hub.events.on('heartbeat', (_, status) => statuses.push(status))
    cloud.hub.events.on('event', (_, change) => changes.push(change))
    pool = { pool: '44444444-0000-4000-8000-000000000001', kind: 'local', path: join(daemon.directory, 'pool') }
    await mkdir(pool.path)
    const config = {
      ...{ controlPlaneUrls: [cloud.url], stateDir: join(daemon.directory, 'state'), name: 'host-1' },
      ...{ virtualization: 'tcg', libvirtSocket: daemon.socketPath, libvirtRoot: join(daemon.directory, 'root') },
      openVswitchSocket: join(directory, 'no-switch.sock'),
    }
    await writeFile(configPath(), JSON.stringify(config))
  }, 180_000)

  afterEach(() => expect(logText).not.toMatch(/basalt1\.|PRIVATE KEY|secret-of-user/))

  afterAll(async () => {
    await end('SIGKILL')
    await cloud?.stop()
    await daemon?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  async function exitCode(child: ChildProcess): Promise<number | null> {
    await once(child, 'exit')
    return child.exitCode
  }

  test('a host registers with a one-time token, and its key stays private', async () => {
    expect(await exitCode(agent('run'))).toBe(1)
    expect(logText).toContain('HOST_NOT_REGISTERED')
    const unknown = createRegistrationToken(cloud.authority.fingerprint).token
    await writeFile(join(directory, 'unknown-token'), unknown, { mode: 0o600 })
    expect(await exitCode(agent('register', '--token-file', join(directory, 'unknown-token')))).toBe(1)
    expect(logText).toContain('TOKEN_REFUSED')
    await writeFile(join(directory, 'token'), registration.token, { mode: 0o600 })
    expect(await exitCode(agent('register', '--token-file', join(directory, 'token')))).toBe(0)
    expect((await stat(join(daemon.directory, 'state', 'identity.pem'))).mode & 0o777).toBe(0o600)
    expect(await exitCode(agent('register', '--token-file', join(directory, 'unknown-token')))).toBe(0)
    expect(logText).toContain('registered already')
  }, 60_000)

  test('it tells what it is and how it feels', async () => {
    await run()
    expect(cloud.hub.host(hostId)?.hello.inventory).toMatchObject({
      hostname: 'host-1',
      virtualization: 'tcg',
      cpu: { model: expect.stringMatching(/./), count: expect.any(Number) },
      versions: {
        agent: expect.any(String),
        libvirt: expect.stringMatching(/^\d+\./),
        qemu: expect.stringMatching(/^\d+\./),
      },
      network: { chassis: 'host-1' },
    })
    await until('a heartbeat', () => statuses.length > 0)
    expect(statuses.at(-1)).toMatchObject({ domains: [], problems: [{ part: 'openvswitch' }] })
    expect(statuses.at(-1)?.memoryAvailableBytes).toBeGreaterThan(0)
    const second = agent('run')
    expect(await exitCode(second)).toBe(1)
    expect(logText).toContain('AGENT_RUNNING')
  }, 60_000)

  test('[vm.lifecycle][vm.console] an image becomes a guest that survives kill -9 of the agent', async () => {
    const source: ImageSource = {
      url: `${cloud.url}${IMAGE_PATH}tiny`,
      sha256: image.sha256,
      sizeBytes: image.sizeBytes,
    }
    await command('storage.open', { pool, initialize: true }, pool.pool)
    await command('storage.fetch', { pool, layer: imageLayer, source }, imageLayer)
    expect(ranges).toEqual(['bytes=0-', expect.stringMatching(/^bytes=[1-9]\d*-$/)])
    await command('storage.clone', { pool, layer: volume, parent: imageLayer, sizeBytes: 2 ** 28 }, volume)
    expect(await command('hypervisor.start', { domain: domain() }, vm, 'start-1')).toEqual({ vm, state: 'running' })
    await until('the guest', () => printed('BASALT secret-of-user'), 60_000)
    await until('the heartbeat to tell', () => statuses.at(-1)?.domains[0]?.state === 'running')

    await end('SIGKILL')
    await run()
    // The ledger remembers: a start that was done is not done again, nor refused.
    expect(await command('hypervisor.start', { domain: domain() }, vm, 'start-1')).toEqual({ vm, state: 'running' })
    expect(await read('hypervisor.observe', {})).toEqual({ domains: [{ vm, state: 'running' }] })
    expect(await printed('BASALT boot')).toBe(true)

    const serial = await cloud.hub.openStream(hostId, 'serial', { vm })
    let said = ''
    serial.on('data', (chunk) => {
      said += chunk
    })
    await until(
      'the shell to answer',
      () => {
        serial.write('echo $((6*7))$((6*7))\n')
        return said.includes('4242')
      },
      30_000,
    )
    serial.destroy()
    const screen = await cloud.hub.openStream(hostId, 'vnc', { vm })
    expect(String((await once(screen, 'data'))[0])).toMatch(/^RFB /)
    screen.destroy()
  }, 240_000)

  test('a guest that goes down by itself is told; the agent stops cleanly and leaves guests running', async () => {
    await command('hypervisor.reboot', { vm, mode: 'reset' })
    expect(await end('SIGTERM')).toBe(0)
    await run()
    expect(await read('hypervisor.observe', {})).toEqual({ domains: [{ vm, state: 'running' }] })
    const serial = await cloud.hub.openStream(hostId, 'serial', { vm })
    serial.on('error', () => undefined).resume()
    await until(
      'the change',
      () => {
        if (!serial.destroyed) serial.write('\npoweroff -f\n')
        return changes.length > 0
      },
      90_000,
    )
    expect(changes).toEqual([{ kind: 'domain', vm, state: 'stopped', reason: 'the guest shut down' }])
    await command('hypervisor.remove', { vm })
    await command('storage.remove', { pool, layer: volume }, volume)
    await command('storage.remove', { pool, layer: imageLayer }, imageLayer)
    expect(await read('hypervisor.observe', {})).toEqual({ domains: [] })
  }, 180_000)
})
