/** Several control-plane nodes on one database: any takes any request, and what one leaves another goes on with. */
import { once } from 'node:events'
import { type CloudEnvironment, cloud, type TestNode, until } from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'

let env: CloudEnvironment
const LEASE = { leaseMs: 3_000, renewMs: 300 }

beforeAll(async () => {
  env = await cloud({ nodes: 3, hosts: 3, lease: LEASE, hostGraceMs: 5_000 })
})
afterAll(() => env.close())

interface Task {
  id: string
  node: string
  state: string
  finishedAt: string | null
  resource: string
  cause: unknown
  [field: string]: unknown
}

const nodeAt = (index: number): TestNode => {
  const node = env.nodes[index]
  if (!node) throw new Error(`there is no node ${index}`)
  return node
}
const rowOf = async (task: unknown): Promise<Task> => {
  const [row] = await env.controlPlane().store.all<Task>('task', { id: task })
  if (!row) throw new Error(`there is no task ${task}`)
  return row
}
const ended = (task: unknown): Promise<Task> =>
  until(`the task ${task} ends`, async () => {
    const row = await rowOf(task)
    return row.finishedAt ? row : null
  })

/** Ask a certain node for a VM, without waiting for it. */
async function askForVm(name: string, node: TestNode): Promise<Task> {
  const { zone, offering, image, network } = env.furniture
  const body = { name, zone, offering, image, networks: [{ network }] }
  const answer = await env.call('ada', 'POST', '/v1/vms', body, undefined, node)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body as Task
}

test('[core.mn-ha] nodes are listed with what they are and whether they live', async () => {
  const items = await env.items('operator', '/v1/nodes')
  expect(
    items.map(({ name, state }) => ({ name, state })).sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)),
  ).toEqual(['node-1', 'node-2', 'node-3'].map((name) => ({ name, state: 'up' })))
  expect((await env.items('ada', '/v1/nodes')).length).toBe(0)
})

test('[core.stateless] any node takes any request, and reaches hosts that are connected to others', async () => {
  for (const node of env.nodes) {
    const task = await askForVm(`via-${node.name}`, node)
    expect(task.node ?? (await rowOf(task.id)).node).toBe(node.name)
    for (const other of env.nodes) {
      const answer = await env.call('ada', 'GET', `/v1/tasks/${task.id}`, undefined, { prefer: 'wait=30' }, other)
      expect(answer.status).toBe(200)
    }
    expect((await ended(task.id)).state).toBe('succeeded')
  }
  expect(await env.leftovers()).toEqual([])
})

test('[core.mn-ha] [l3.ip] nodes that give addresses of one network at the same time do not take each other’s', async () => {
  const made = await env.ok('ada', 'POST', '/v1/networks', {
    name: 'busy',
    zone: env.furniture.zone,
    cidr: '10.8.0.0/24',
  })
  const { zone, offering, image } = env.furniture
  const ask = async (index: number): Promise<{ node: number; last: number; vm: string }> => {
    const node = index % env.nodes.length
    const body = { name: `busy-${index}`, zone, offering, image, networks: [{ network: made.resource }] }
    const answer = await env.call('ada', 'POST', '/v1/vms', body, { prefer: 'wait=30' }, nodeAt(node))
    expect(answer.body.state, JSON.stringify(answer.body)).toBe('succeeded')
    const vm = String(answer.body.resource)
    const { addresses } = await env.ok('ada', 'GET', `/v1/vms/${vm}`)
    return { node, vm, last: Number((addresses as string[])[0]?.split('.').at(-1)) }
  }
  const given = await Promise.all(Array.from({ length: 12 }, (_, index) => ask(index)))
  // Each node has given every third address, from the lowest on, as if it were alone.
  const turns = [0, 1, 2].map((node) => given.flatMap((each) => (each.node === node ? [each.last % 3] : [])))
  expect(turns.map((rests) => new Set(rests).size)).toEqual([1, 1, 1])
  expect(new Set(turns.flat()).size).toBe(3)
  for (const { vm } of given) await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
  expect(await env.leftovers()).toEqual([])
})

test('[core.stateless] a request that is repeated under its key, through all nodes at once, is accepted once', async () => {
  const { zone } = env.furniture
  const made = await env.ok('ada', 'POST', '/v1/networks', { name: 'once', zone, cidr: '10.7.0.0/24' })
  const headers = { 'idempotency-key': 'delete-once', prefer: 'wait=30' }
  const path = `/v1/networks/${made.resource}`
  const ask = (node: TestNode) => env.call('ada', 'DELETE', path, undefined, headers, node)
  const answers = await Promise.all([0, 1, 2, 0, 1, 2].map((index) => ask(nodeAt(index))))
  expect(answers.map(({ status, body }) => ({ status, task: body.id }))).toEqual(
    answers.map(() => ({ status: 200, task: answers[0]?.body.id })),
  )
})

test('[img.add] [core.stateless] an image is asked for, uploaded and fetched through any node; one has the file', async () => {
  const { bytes } = qcow2Fixture()
  const created = await env.call('ada', 'POST', '/v1/images', { name: 'anywhere' }, undefined, nodeAt(1))
  expect(created.status, JSON.stringify(created.body)).toBe(202)
  const path = `/v1/images/${created.body.resource}/content`
  expect((await env.call('bob', 'PUT', path, undefined, {}, nodeAt(2))).status).toBe(404)
  expect((await env.upload('ada', created.body.resource, bytes, nodeAt(2))).status).toBe(204)
  expect(await ended(created.body.id)).toMatchObject({ state: 'succeeded', node: 'node-2' })
  const [store] = await env.items('operator', '/v1/image-stores')
  expect(store?.node).toBe('node-1')
  const { zone, offering, network } = env.furniture
  const image = created.body.resource
  const body = { name: 'cold', zone, offering, image, networks: [{ network }] }
  const vm = await env.call('ada', 'POST', '/v1/vms', body, undefined, nodeAt(2))
  expect(await ended(vm.body.id)).toMatchObject({ state: 'succeeded', cause: null })
  await env.ok('ada', 'DELETE', `/v1/vms/${vm.body.resource}`)
  await env.ok('ada', 'DELETE', `/v1/images/${image}`)
})

test('[vm.console] [core.stateless] a console opens through any node, whichever issued its ticket and has the host', async () => {
  const { body: task } = await env.createVm({ name: 'screen' })
  for (const [issuer, opener] of [
    [0, 1],
    [1, 2],
    [2, 0],
  ] as const) {
    const path = `/v1/vms/${task.resource}/console`
    const { body, status } = await env.call('ada', 'POST', path, { kind: 'vnc' }, undefined, nodeAt(issuer))
    expect(status).toBe(201)
    const { apiUrl, caPem } = nodeAt(opener).controlPlane()
    const socket = new WebSocket(new URL(String(body.path), apiUrl.replace('https', 'wss')), 'binary', { ca: caPem })
    const [greeting] = (await once(socket, 'message')) as [Buffer]
    expect(greeting.toString('latin1')).toMatch(/^RFB 003\./)
    socket.terminate()
  }
  await env.ok('ada', 'DELETE', `/v1/vms/${task.resource}`)
})

test('[core.events] an event stream hears of what other nodes write', async () => {
  const { store } = nodeAt(0).controlPlane()
  const heard = new Promise<void>((resolve) => {
    const stop = store.onFlush(({ where }) => {
      if (where === 'here') return
      stop()
      resolve()
    })
  })
  const offering = { name: 'other', vcpus: 1, memoryBytes: 2 ** 30 }
  expect((await env.call('operator', 'POST', '/v1/offerings', offering, undefined, nodeAt(1))).status).toBe(201)
  await heard
})

test('[core.async] [core.stateless] a task is cancelled through any node', async () => {
  const hung = env.network.faults.hangNext('ensurePort')
  const task = await askForVm('cancelled', nodeAt(1))
  await hung.reached
  const answer = await env.call('ada', 'POST', `/v1/tasks/${task.id}/cancel`, undefined, undefined, nodeAt(2))
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  hung.release()
  expect((await ended(task.id)).state).toBe('cancelled')
  expect(await env.leftovers()).toEqual([])
})

test('[core.mn-ha] [core.stateless] a killed node loses no task: the others share what it worked on', async () => {
  const hung = [0, 1, 2, 3].map(() => env.network.faults.hangNext('ensurePort'))
  const tasks = await Promise.all(hung.map((_, index) => askForVm(`orphan-${index}`, nodeAt(0))))
  await Promise.all(hung.map(({ reached }) => reached))
  await nodeAt(0).crash()
  const rows = await Promise.all(tasks.map(({ id }) => ended(id)))
  expect(rows.map(({ state, cause }) => ({ state, cause }))).toEqual(
    rows.map(() => ({ state: 'succeeded', cause: null })),
  )
  for (const { node } of rows) expect(['node-2', 'node-3']).toContain(node)
  for (const { release } of hung) release()
  const [lost] = await env.controlPlane().store.all<{ state: string }>('node', { name: 'node-1' })
  expect(lost?.state).toBe('lost')
  expect(await env.leftovers()).toEqual([])
  await nodeAt(0).start()
  for (const host of env.hosts) expect(host.snapshot().domains.length).toBeLessThan(10)
})

test('[core.mn-ha] [core.lockfree] a node that stood still and wakes writes nothing and sends nothing', async () => {
  const node = nodeAt(0)
  await until(
    'the node knows the others',
    () =>
      node
        .controlPlane()
        .lease.nodes()
        .filter(({ alive }) => alive).length === 3,
  )
  const hung = env.network.faults.hangNext('ensurePort')
  const task = await askForVm('stalled', node)
  await hung.reached
  const wake = node.stall()
  const { state, node: owner } = await ended(task.id)
  expect(state).toBe('succeeded')
  expect(owner).not.toBe(node.name)
  const before = await env.snapshot()
  const { epoch } = await rowOf(task.id)
  const calls: string[] = []
  // Others go on asking hosts how full their pools are and what runs there, which changes nothing.
  const reads = ['storage.usage', 'hypervisor.observe']
  const note = (name: string): void => void (!reads.includes(name) && calls.push(name))
  const stops = [...env.hosts, env.network].map(({ faults }) => faults.onCall(note))
  // It goes on where it stood: in the middle of a change of the network, with the rest of its saga before it.
  hung.release()
  await until('it has noticed', () => !node.controlPlane().lease.isHeld())
  expect(node.controlPlane().hub.hosts()).toEqual([])
  const late = env.call(
    'ada',
    'POST',
    '/v1/networks',
    { name: 'late', zone: env.furniture.zone, cidr: '10.9.0.0/24' },
    undefined,
    node,
  )
  expect((await late).status).toBe(503)
  expect(calls).toEqual([])
  for (const stop of stops) stop()
  expect(await env.snapshot()).toEqual(before)
  expect((await rowOf(task.id)).epoch).toBe(epoch)
  wake()
  await until('it has a lease again', () => node.controlPlane().lease.isHeld())
  expect(await env.leftovers()).toEqual([])
})

test('[core.mn-ha] a node that stops hands over what is not done', async () => {
  const node = nodeAt(2)
  const hung = env.network.faults.hangNext('ensurePort')
  const task = await askForVm('handed-over', node)
  await hung.reached
  const stopped = node.stop()
  expect((await ended(task.id)).state).toBe('succeeded')
  hung.release()
  await stopped
  const [row] = await env.controlPlane().store.all<{ state: string }>('node', { name: node.name })
  expect(row?.state).toBe('stopped')
  expect(await env.leftovers()).toEqual([])
  await node.start()
})

test('[host.lifecycle] hosts that go to another node do not count as down', async () => {
  for (const id of env.hostIds) expect((await env.call('operator', 'GET', `/v1/hosts/${id}`)).body.state).toBe('up')
})
