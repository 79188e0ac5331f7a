import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CloudEnvironment, cloud, freePort, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const HOSTS = 12
let env: CloudEnvironment
let directory: string
let program: ChildProcess
let metricsPort: number

beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  directory = await mkdtemp(join(tmpdir(), 'simulator-'))
  const { apiUrl, agentUrl, caPem } = env.controlPlane()
  const key = await env.ok('operator', 'POST', '/v1/access-keys', { name: 'simulator' })
  const file = (name: string): string => join(directory, name)
  await writeFile(file('key.json'), JSON.stringify({ id: key.id, secret: key.secret }))
  await writeFile(file('ca.pem'), caPem)
  const schedule = [{ afterSeconds: 0, fault: 'breakLibvirt', hosts: ['sim-3'] }]
  await writeFile(file('schedule.json'), JSON.stringify(schedule))
  metricsPort = await freePort()
  const flags = {
    api: apiUrl,
    agents: agentUrl,
    ca: file('ca.pem'),
    key: file('key.json'),
    zone: 'zone1',
    cluster: 'cluster1',
    hosts: String(HOSTS),
    state: file('state'),
    latency: '0',
    schedule: file('schedule.json'),
    metrics: String(metricsPort),
  }
  const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])
  program = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'main.ts'), ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
})

afterAll(async () => {
  if (program?.exitCode === null) {
    const gone = once(program, 'exit')
    program.kill('SIGTERM')
    await gone
  }
  await env?.close()
  await rm(directory, { recursive: true, force: true })
})

const simulated = async () =>
  (await env.items('operator', '/v1/hosts?limit=100')).filter(({ name }) => String(name).startsWith('sim-'))

test('registers as many hosts as were asked for, and all of them come up', async () => {
  await until('all hosts are up', async () => {
    const hosts = await simulated()
    return hosts.length === HOSTS && hosts.every(({ state }) => state === 'up')
  })
  const sizes = new Set((await simulated()).map(({ memoryBytes }) => memoryBytes))
  expect(sizes.size).toBe(3)
})

test('tells of itself, and of the faults of its schedule', async () => {
  const text = await until('the fault has struck', async () => {
    const body = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    return body.includes('simulator_faults_total{fault="breakLibvirt"} 1') ? body : null
  })
  expect(text).toContain(`simulator_hosts ${HOSTS}`)
  expect(text).toContain(`simulator_connected_hosts ${HOSTS}`)
})
