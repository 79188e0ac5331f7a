/** Networks, room and tasks with the database; then everything at once, at random. */
import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud, findings, reconcile } from '@basalt/testkit'
import { tortureState } from '@basalt/testkit/torture'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guestOf, hostAt, poolOf, rowOf, runningVm, unasked, vmRow } from './support.ts'

const RECONCILERS = ['tasks', 'capacity', 'network', 'hosts'] as const

let env: CloudEnvironment
let vm: string
let stopped: string
beforeAll(async () => {
  env = await cloud({ heartbeatIntervalMs: 60_000 })
  vm = await runningVm(env, 'runs')
  stopped = await runningVm(env, 'stopped')
  await env.ok('ada', 'POST', `/v1/vms/${stopped}/power-off`)
})
afterAll(() => env.close())

const nicOf = async (id: string): Promise<string> => (await rowOf(env, 'nic', { vm: id }))?.id ?? ''
const say = (kind: string, id: string, set: Record<string, unknown>) =>
  env.controlPlane().store.commit([{ op: 'update', kind, id, set }])

test('[core.saga] a settled cloud has nothing to mend', async () => {
  for (const name of RECONCILERS)
    expect(await reconcile(env, name), name).toMatchObject({
      found: 0,
      failed: 0,
      message: expect.stringMatching(/^Everything is as the database says/),
    })
})

test('[core.saga] switches and ports that somebody changed or removed are as their rows say again', async () => {
  const before = env.network.snapshot()
  const { network } = env.furniture
  const [port, other] = [await nicOf(vm), await nicOf(stopped)]
  env.network.tamper.network(network, { dnsServers: ['192.0.2.1'], mtu: 600 })
  env.network.tamper.port(port, { address: '10.0.0.250', chassis: 'elsewhere' })
  env.network.tamper.port(other, null)
  expect(await reconcile(env, 'network')).toMatchObject({ found: 3, repaired: 3, failed: 0 })
  expect(env.network.snapshot()).toEqual(before)
  expect((await findings(env, `?resource=${port}`))[0]).toMatchObject({
    code: 'PORT_CHANGED',
    state: 'repaired',
    what: expect.stringMatching(/A port of "runs" .*10\.0\.0\.250/),
  })
})

test('[core.saga] a network that lost everything is made again, switch before ports', async () => {
  const before = env.network.snapshot()
  // Its leases are gone as well: the control plane takes another one.
  env.network.reset()
  await env.restart()
  expect(await reconcile(env, 'network')).toMatchObject({ found: 3, repaired: 3, failed: 0 })
  expect(env.network.snapshot()).toEqual(before)
})

test('[core.saga] what was deleted is removed from the network, what is unknown there is told', async () => {
  const { id: network } = await rowOf(env, 'network', { id: env.furniture.network }).then((row) => row ?? { id: '' })
  const gone = (
    await env.ok('ada', 'POST', '/v1/networks', { name: 'gone', zone: env.furniture.zone, cidr: '10.5.0.0/24' })
  ).resource as string
  const spec = env.network.snapshot().networks.find((one) => one.network === gone)
  await env.ok('ada', 'DELETE', `/v1/networks/${gone}`)
  const foreign = randomUUID()
  env.network.tamper.network(gone, spec ?? null)
  env.network.tamper.port(foreign, { ...env.network.snapshot().ports[0], port: foreign, network, address: '10.0.0.99' })
  expect(await reconcile(env, 'network')).toMatchObject({ repaired: 1, reported: 1 })
  expect(env.network.snapshot().networks.map((one) => one.network)).toEqual([network])
  expect(await findings(env, '?state=open')).toMatchObject([{ code: 'PORT_UNKNOWN', resource: foreign }])
  env.network.tamper.port(foreign, null)
  await reconcile(env, 'network')
  expect(await findings(env, '?state=open')).toEqual([])
})

test('[core.saga] a network that does not answer is no difference', async () => {
  env.network.faults.setAvailable(false)
  expect(await reconcile(env, 'network')).toMatchObject({ looked: 0, unseen: 1, found: 0 })
  env.network.faults.setAvailable(true)
})

test('[core.saga] room is with those that run, and the counters of hosts add up', async () => {
  const { host } = await vmRow(env, vm)
  const { store } = env.controlPlane()
  const before = await store.all('reservation', {})
  await store.commit([{ op: 'delete', kind: 'reservation', id: vm }])
  await store.commit([
    {
      op: 'insert',
      kind: 'reservation',
      row: { ...before[0], id: stopped, name: 'stopped', host, vcpus: 3, memoryBytes: 5 } as never,
    },
  ])
  await say('host', host as string, { vcpusReserved: 40, memoryReservedBytes: 1 })
  expect(await reconcile(env, 'capacity')).toMatchObject({ found: 3, repaired: 3, failed: 0 })
  expect(await env.leftovers()).toEqual([])
  expect((await store.all<{ id: string }>('reservation', {})).map(({ id }) => id)).toEqual([vm])
})

test('[core.saga] a claim of a task that ended is let go; a VM between states is told, recovered, and told no more', async () => {
  const { store } = env.controlPlane()
  await store.commit([{ op: 'claim', resource: vm, task: randomUUID() }])
  expect((await env.call('ada', 'POST', `/v1/vms/${vm}/recover`)).body).toMatchObject({ code: 'RESOURCE_BUSY' })
  expect(await reconcile(env, 'tasks')).toMatchObject({ repaired: 1 })
  await env.ok('ada', 'POST', `/v1/vms/${vm}/reboot`)
  await say('vm', vm, { state: 'stopping' })
  expect(await reconcile(env, 'tasks')).toMatchObject({ reported: 1 })
  expect(await findings(env, '?state=open')).toMatchObject([
    { code: 'LEFT_BETWEEN_STATES', resource: vm, remedy: `Recover it: POST /v1/vms/${vm}/recover.` },
  ])
  await env.ok('ada', 'POST', `/v1/vms/${vm}/recover`)
  expect(await vmRow(env, vm)).toMatchObject({ state: 'running' })
  await reconcile(env, 'tasks')
  expect(await findings(env, '?state=open')).toEqual([])
})

test('[core.isolation] findings and reconcilers are for operators alone', async () => {
  const [row] = await env.items('operator', '/v1/reconcilers')
  expect(await env.items('ada', '/v1/reconcilers')).toEqual([])
  expect(await env.items('ada', '/v1/findings')).toEqual([])
  expect((await env.call('ada', 'POST', `/v1/reconcilers/${row?.id}/run`)).status).toBeGreaterThanOrEqual(403)
})

/** Ways in which the world, or a counter, comes to differ; each leaves behind what is surely ours. */
const DRIFTS = {
  'a switch is changed': async () => env.network.tamper.network(env.furniture.network, { mtu: 1000 }),
  'a port is changed': async () => env.network.tamper.port(await nicOf(vm), { mac: '02:00:00:00:00:09' }),
  'a port is bound': async () => env.network.tamper.port(await nicOf(stopped), { chassis: 'host1' }),
  'a port is gone': async () => env.network.tamper.port(await nicOf(vm), null),
  'counters are wrong': async () => say('host', hostAt(env).id, { vcpusReserved: 77 }),
  'room is gone': async () =>
    env
      .controlPlane()
      .store.commit([{ op: 'delete', kind: 'reservation', id: vm }])
      .catch(() => {}),
  'a claim is left': async () =>
    env
      .controlPlane()
      .store.commit([{ op: 'claim', resource: stopped, task: randomUUID() }])
      .catch(() => {}),
  'a deleted VM has a guest': async () => {
    await hostAt(env).host.hypervisor.commands.start({ domain: guestOf(await deletedVm()) }, unasked)
  },
  'a deleted VM has a disk': async () => {
    const layer = (
      await env
        .controlPlane()
        .store.database.query<{ id: string }>(`select id from tombstone where kind = 'volume' limit 1`)
    )[0]?.id
    await hostAt(env).host.storage.commands.create(
      { pool: poolOf(env), layer: layer ?? '', sizeBytes: 2 ** 20 },
      unasked,
    )
  },
  'a guest is defined elsewhere': async () => {
    const { host } = await vmRow(env, vm)
    const { hypervisor } = hostAt(env, 1 - env.hostIds.indexOf(host as string)).host
    await hypervisor.commands.start({ domain: guestOf(vm) }, unasked)
    await hypervisor.commands.powerOff({ vm }, unasked)
  },
}
let deleted: string | undefined
async function deletedVm(): Promise<string> {
  if (deleted) return deleted
  deleted = await runningVm(env, 'deleted')
  await env.ok('ada', 'DELETE', `/v1/vms/${deleted}`)
  return deleted
}

test('[core.saga] whatever of these comes together, one run of each leaves the world as the database says', async () => {
  await deletedVm()
  const before = await tortureState(env)
  const names = Object.keys(DRIFTS) as (keyof typeof DRIFTS)[]
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(names, { minLength: 1 }),
      fc.shuffledSubarray([...RECONCILERS], { minLength: 4 }),
      async (drifts, order) => {
        for (const drift of drifts) await DRIFTS[drift]()
        // A claim that was left keeps the others away: that one first.
        await reconcile(env, 'tasks')
        for (const name of order) await reconcile(env, name)
        expect(await tortureState(env)).toEqual(before)
        expect(await env.leftovers()).toEqual([])
        for (const name of RECONCILERS) expect(await reconcile(env, name)).toMatchObject({ found: 0 })
      },
    ),
    { numRuns: 8 },
  )
}, 120_000)
