/** Hosts spread over the nodes that live, while they are at work. */
import { type CloudEnvironment, cloud, type TestNode, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const HOSTS = 12
const WORKERS = 3

let env: CloudEnvironment
const vms: string[] = []
const node = (index: number): TestNode => env.nodes[index] as TestNode
const connectedTo = (at: TestNode): number => at.controlPlane().hub.hosts().length

beforeAll(async () => {
  env = await cloud({ nodes: 2, hosts: HOSTS, lease: { leaseMs: 3_000, renewMs: 300 }, hostGraceMs: 10_000 })
  await node(1).stop()
  for (let index = 0; index < HOSTS; index++) {
    const made = await env.createVm({ name: `vm${index}` })
    expect(made.body.cause).toBeNull()
    vms.push(String(made.body.resource))
  }
}, 60_000)
afterAll(() => env.close())

/** Stops and starts all VMs by turns, on every host, until told to end; answers with how many commands there were. */
function work(): () => Promise<number> {
  let isOn = true
  let done = 0
  async function worker(offset: number): Promise<void> {
    for (let round = 0; isOn; round++) {
      const vm = vms[(offset + WORKERS * round) % HOSTS]
      for (const action of ['stop', 'start']) {
        await env.ok('ada', 'POST', `/v1/vms/${vm}/${action}`)
        done++
      }
    }
  }
  const workers = Promise.all(Array.from({ length: WORKERS }, (_, index) => worker(index)))
  return async () => {
    isOn = false
    await workers
    return done
  }
}

test('[core.mn-ha] hosts go over to a node that joins, to its share and no further, and no command is lost meanwhile', {
  timeout: 90_000,
}, async () => {
  await until('all hosts are with the node that lives', () => connectedTo(node(0)) === HOSTS)
  const moves: string[] = []
  const end = work()
  await node(1).start()
  node(1)
    .controlPlane()
    .hub.events.on('connected', ({ hostId }) => moves.push(hostId))
  await until('the nodes share the hosts', () => Math.abs(connectedTo(node(0)) - connectedTo(node(1))) <= 2, 60_000)
  expect(await end()).toBeGreaterThan(HOSTS)
  // Each went once: nobody is sent back and forth.
  expect(new Set(moves).size).toBe(moves.length)
  expect(connectedTo(node(0)) + connectedTo(node(1))).toBe(HOSTS)
  expect(connectedTo(node(1))).toBeGreaterThanOrEqual(HOSTS / 2 - 1)
  const states = await env.items('operator', '/v1/hosts')
  expect(states.map(({ state }) => state)).toEqual(Array.from({ length: HOSTS }, () => 'up'))
  expect((await env.items('ada', '/v1/vms')).map(({ state }) => state)).toEqual(vms.map(() => 'running'))
})

test('[core.mn-ha] hosts of a node that is killed come to the others, and nobody is sent to it while its lease lasts', {
  timeout: 90_000,
}, async () => {
  const { hub, lease } = node(0).controlPlane()
  const sentAway: string[] = []
  // Whoever is asked to go somewhere else is told where.
  hub.events.on('disconnected', ({ hostId }, { reason }) => {
    if (reason.startsWith('https:')) sentAway.push(hostId)
  })
  await node(1).crash()
  await until('all hosts are with the node that lives', () => connectedTo(node(0)) === HOSTS)
  await until('the other is known to be lost', () => lease.nodes().some(({ state }) => state === 'lost'))
  expect(sentAway).toEqual([])
})
