/** Two control-plane nodes behind one address, as docs/how-to/several-nodes.md sets them up: with keepalived, on machines of the lab. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { createSimulatedAgent, type SimulatedAgent } from '@basalt/hypervisor-sim/agent'
import { createSimulatedHost, type SimulatedHost } from '@basalt/hypervisor-sim/host'
import { createLab, type Lab, type LabHost } from '@basalt/lab'
import { type Answer, type Call, httpClient, scratchDatabase, until } from '@basalt/testkit'
import { registerHost } from '@basalt/transport'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kill } from './support/processes.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PROGRAM = join(ROOT, 'dist/control-plane.js')
const GUIDE = join(ROOT, 'docs/how-to/several-nodes.md')
const PASSWORD = 'operator-password'
const [API, AGENTS] = [7443, 7444]

/** The settings of keepalived that the guide shows, for a machine of the lab. */
async function keepalivedSettings(host: LabHost, virtualAddress: string): Promise<string> {
  const shown = /^```\n(global_defs[\s\S]*?)^```$/m.exec(await readFile(GUIDE, 'utf8'))?.[1]
  if (shown === undefined) throw new Error('the guide shows no settings of keepalived')
  const { stdout } = await host.exec('ip', ['-json', 'address'])
  const links = JSON.parse(stdout) as { ifname: string; addr_info: { local: string }[] }[]
  const link = links.find(({ addr_info }) => addr_info.some(({ local }) => local === host.managementAddress))
  return shown.replace('interface eth0', `interface ${link?.ifname}`).replace('10.0.0.10/24', `${virtualAddress}/24`)
}

/** A way to the database of the test from other machines: it listens on a socket of this one only. */
async function openToMachines(url: string, address: string): Promise<{ url: string; server: Server }> {
  const opened = new URL(url)
  const socketPath = join(decodeURIComponent(opened.hostname), `.s.PGSQL.${opened.port}`)
  const server = createServer((from) => {
    const to = connect(socketPath)
    for (const [one, another] of [
      [from, to],
      [to, from],
    ] as const)
      one.pipe(another).on('error', () => another.destroy())
    from.on('close', () => to.destroy())
  })
  server.listen(0, address)
  await once(server, 'listening')
  opened.host = `${address}:${(server.address() as AddressInfo).port}`
  return { url: opened.href, server }
}

describe('[core.mn-ha] nodes behind one address', () => {
  let directory: string
  let lab: Lab
  let database: Awaited<ReturnType<typeof scratchDatabase>>
  let opened: Awaited<ReturnType<typeof openToMachines>>
  let virtualAddress: string
  let http: ReturnType<typeof httpClient>
  let token: string | undefined
  let agent: SimulatedAgent
  let simulated: SimulatedHost
  let place: { zone: string; cluster: string; class: string }

  const call = (method: Call['method'], path: string, body?: unknown): Promise<Answer> =>
    http({ method, path, body, token })
  async function make(path: string, body: object): Promise<string> {
    const answer = await call('POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return String(answer.body.id)
  }

  const settingsFile = (host: LabHost): string => join(host.paths.data, 'control-plane.json')
  const dataDir = (host: LabHost): string => join(host.paths.data, 'node')

  async function configure(host: LabHost): Promise<void> {
    const on = (port: number) => ({ host: '0.0.0.0', port, url: `https://${host.managementAddress}:${port}` })
    const passwordFile = join(directory, 'password')
    const settings = {
      ...{ dataDir: dataDir(host), node: host.name, virtualAddress, api: on(API), agents: on(AGENTS) },
      operator: { username: 'admin', passwordFile },
    }
    await writeFile(settingsFile(host), JSON.stringify(settings))
    const keepalived = join(host.paths.data, 'keepalived.conf')
    await writeFile(keepalived, await keepalivedSettings(host, virtualAddress), { mode: 0o600 })
  }
  const startNode = (host: LabHost, env: Record<string, string> = {}) =>
    host.service('node', process.execPath, [PROGRAM, '--config', settingsFile(host)], {
      env,
      logFile: join(directory, `${host.name}.log`),
    })
  const startKeepalived = (host: LabHost) => {
    const files = ['--pid=/run/keepalived.pid', '--vrrp_pid=/run/vrrp.pid']
    const settings = `--use-file=${join(host.paths.data, 'keepalived.conf')}`
    return host.service('keepalived', 'keepalived', ['--dont-fork', '--log-console', '--vrrp', settings, ...files], {
      logFile: join(directory, `${host.name}.keepalived.log`),
    })
  }
  /** The machine that has the address. */
  async function holder(): Promise<LabHost> {
    return until('a machine has the address', async () => {
      for (const host of lab.hosts) {
        if (!host.isRunning()) continue
        const { stdout } = await host.exec('ip', ['-brief', 'address'])
        if (stdout.includes(`${virtualAddress}/`)) return host
      }
      return null
    })
  }
  const other = (than: LabHost): LabHost => lab.hosts.find(({ name }) => name !== than.name) ?? than
  /**
   * Milliseconds until the API answers at the one address. Each time somebody else asks: whoever asked a machine that is gone is not heard
   * before TCP asks again, which takes longer each time.
   */
  async function untilAnswered(begunAt: number): Promise<number> {
    let answeredMs: number | null = null
    const ask = async (): Promise<void> => {
      const { status } = await call('GET', '/v1/nodes')
      if (status === 200) answeredMs ??= Math.round(performance.now() - begunAt)
    }
    return until('the API answers at its one address', () => {
      ask().catch(() => {})
      return answeredMs
    })
  }
  /** A task in the middle of a command to the host. */
  async function taskUnderWay(name: string): Promise<{ id: string; again: Promise<void>; release(): void }> {
    const hung = simulated.faults.hangNext('storage.open')
    const answer = await call('POST', '/v1/storage-pools', { name, ...place, type: 'local', path: `/pools/${name}` })
    expect(answer.status, JSON.stringify(answer.body)).toBe(202)
    await hung.reached
    const again = new Promise<void>((done) => {
      const stop = simulated.faults.onCall((command) => {
        if (command !== 'storage.open') return
        stop()
        done()
      })
    })
    return { id: String(answer.body.id), again, release: hung.release }
  }
  const succeeded = (task: string): Promise<true> =>
    until(`the task ${task} succeeds`, async () => {
      const { body } = await call('GET', `/v1/tasks/${task}`)
      if (body.state === 'failed') throw new Error(JSON.stringify(body.cause))
      return body.state === 'succeeded' ? true : null
    })

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'virtual-address-'))
    await writeFile(join(directory, 'password'), PASSWORD, { mode: 0o600 })
    await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'tools/build.ts', 'control-plane', 'hash-process', 'driver-thread'],
      { cwd: ROOT },
    )
    database = await scratchDatabase()
    lab = createLab({ name: 'nodes', stateDir: directory, hosts: 2, external: false })
    await lab.up()
    opened = await openToMachines(database.url, lab.managementAddress)
    virtualAddress = lab.managementAddress.replace(/\d+$/, '250')
    const [first, second] = lab.hosts as [LabHost, LabHost]
    for (const host of lab.hosts) await configure(host)
    await startNode(first, { DATABASE_URL: opened.url })
    const pem = await until('the authority is made', () =>
      readFile(join(dataDir(first), 'authority', 'authority.pem'), 'utf8').catch(() => null),
    )
    const ca = pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'))
    http = httpClient(`https://${virtualAddress}:${API}`, ca)
    await startKeepalived(first)
    await untilLoggedIn()
    const joinToken = await call('POST', '/v1/nodes/join-token')
    const agents = `https://${first.managementAddress}:${AGENTS}`
    const tokenFile = join(second.paths.data, 'token')
    await writeFile(tokenFile, String(joinToken.body.token), { mode: 0o600 })
    const args = ['--url', agents, '--token-file', tokenFile, '--config', settingsFile(second)]
    await second.exec(process.execPath, [PROGRAM, 'join', ...args])
    await startNode(second)
    await startKeepalived(second)
    const zone = await make('/v1/zones', { name: 'zone1' })
    const fabric = await make('/v1/fabrics', { name: 'fabric1', zone, driver: 'simulated' })
    const cluster = await make('/v1/clusters', { name: 'cluster1', zone, fabric })
    place = { zone, cluster, class: await make('/v1/storage-classes', { name: 'Standard', zone }) }
    const id = await make('/v1/hosts', { name: 'host1', zone, cluster })
    const issued = await call('POST', `/v1/hosts/${id}/registration-token`)
    const { identity } = await registerHost({ url: agents, token: String(issued.body.token), hostname: 'host1' })
    simulated = createSimulatedHost({ name: 'host1', memoryBytes: 2 ** 36, cpus: 8 })
    const urls = lab.hosts.map((host) => `https://${host.managementAddress}:${AGENTS}`)
    agent = createSimulatedAgent({ host: simulated, urls, identity })
    await until('the host is up', async () => (await call('GET', `/v1/hosts/${id}`)).body.state === 'up')
    await until('both nodes are up', async () => {
      const items = (await call('GET', '/v1/nodes')).body.items as { state: string }[]
      return items.filter(({ state }) => state === 'up').length === 2
    })
  }, 180_000)

  async function untilLoggedIn(): Promise<void> {
    token = await until('the operator can log in at the one address', async () => {
      const answer = await call('POST', '/v1/sessions', { username: 'admin', password: PASSWORD }).catch(() => null)
      return answer?.status === 201 ? String(answer.body.token) : null
    })
  }

  afterAll(async () => {
    await agent?.close()
    opened?.server.close()
    await lab?.down()
    await database?.drop()
    await rm(directory, { recursive: true, force: true })
  }, 60_000)

  test('the program of the node with the address is killed: the other answers there, and goes on with its task', {
    timeout: 90_000,
  }, async () => {
    const lost = await holder()
    const task = await taskUnderWay('killed')
    const begunAt = performance.now()
    kill(lab, { node: lost.name, name: 'node' })
    const answeredMs = await untilAnswered(begunAt)
    await task.again
    const goesOnMs = Math.round(performance.now() - begunAt)
    task.release()
    await succeeded(task.id)
    expect((await holder()).name).toBe(other(lost).name)
    console.info(`program killed: the address answers after ${answeredMs} ms, the task goes on after ${goesOnMs} ms`)
    await startNode(lost, { DATABASE_URL: opened.url })
    await until('both nodes are up again', async () => {
      const items = (await call('GET', '/v1/nodes')).body.items as { state: string }[]
      return items.filter(({ state }) => state === 'up').length === 2
    })
  })

  test('the machine with the address loses its power: the other answers there, and goes on with its task', {
    timeout: 90_000,
  }, async () => {
    const lost = await holder()
    const task = await taskUnderWay('unpowered')
    const begunAt = performance.now()
    await lost.kill()
    const answeredMs = await untilAnswered(begunAt)
    await task.again
    const goesOnMs = Math.round(performance.now() - begunAt)
    task.release()
    await succeeded(task.id)
    expect((await holder()).name).toBe(other(lost).name)
    console.info(`power lost: the address answers after ${answeredMs} ms, the task goes on after ${goesOnMs} ms`)
  })
})
