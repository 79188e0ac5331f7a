/** Two nodes that live, reach the database and their hosts, but not each other. A task goes to the node that has its host. */
import { type CloudEnvironment, cloud, type TestNode, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHandOver, HeldElsewhere } from '../../packages/kernel/src/nodes/hand-over.ts'

let env: CloudEnvironment
/** The node that has the host's connection, and the other one. */
let near: TestNode
let far: TestNode
let vm: string

const NOWHERE = 'https://127.0.0.1:9'

beforeAll(async () => {
  env = await cloud({ nodes: 2, hosts: 2, lease: { leaseMs: 5_000, renewMs: 200 }, hostGraceMs: 300 })
  const { body } = await env.createVm({ name: 'between' })
  vm = String(body.resource)
  const [first, second] = env.nodes
  if (!first || !second) throw new Error('there are two nodes')
  const { host } = (await env.call('operator', 'GET', `/v1/vms/${vm}`)).body
  const [here, there] = env.hostIds[0] === host ? env.hostIds : [...env.hostIds].reverse()
  const isFirst = first.controlPlane().hub.host(here ?? '') !== undefined
  ;[near, far] = isFirst ? [first, second] : [second, first]
  // A host on each side.
  near.controlPlane().hub.move(there ?? '', far.controlPlane().agentUrl)
  await until('the other host is with the other node', () => far.controlPlane().hub.host(there ?? '') !== undefined)
})
afterAll(() => env?.close())

const act = (node: TestNode, action: string) =>
  env.call('ada', 'POST', `/v1/vms/${vm}/${action}`, undefined, { prefer: 'wait=20' }, node)
const reach = (node: TestNode, other: TestNode): boolean => node.controlPlane().peers.isUp(other.name)

/** As a firewall would: each finds nobody where it knows the other to be. Answers with the way to take it away. */
async function setApart(): Promise<() => Promise<void>> {
  const { database } = env.controlPlane().store
  const urls = await database.query<{ name: string; url: string }>('select name, agent_url as url from node')
  await database.query('update node set agent_url = $1', [NOWHERE])
  await until('they are apart', () => !reach(near, far) && !reach(far, near))
  return async () => {
    for (const { name, url } of urls)
      await database.query('update node set agent_url = $2 where name = $1', [name, url])
    await until('they are together', () => reach(near, far) && reach(far, near))
  }
}

const ranOn = async (task: unknown) => {
  const { node, formerNode } = (await env.call('operator', 'GET', `/v1/tasks/${task}`)).body
  return { node, formerNode }
}

/** While the VM stops where its task was handed to, that node would hand it back: it may not. */
async function expectHandedOnce(): Promise<void> {
  const host = env.hosts[env.hostIds.indexOf(String((await env.call('operator', 'GET', `/v1/vms/${vm}`)).body.host))]
  const hung = host?.faults.hangNext('hypervisor.shutdown')
  const { body: task } = await env.call('ada', 'POST', `/v1/vms/${vm}/stop`, undefined, {}, far)
  await hung?.reached
  const { database } = near.controlPlane().store
  const [{ epoch = 0 } = {}] = await database.query<{ epoch: number }>('select epoch from task where id = $1', [
    task.id,
  ])
  const handBack = createHandOver({ database, node: near.name, log: { info() {} } })
  const beyond = { status: 503, code: 'HOST_OUT_OF_REACH', detail: 'a host beyond', remedy: 'Try again.' }
  const needed = new HeldElsewhere(far.name, beyond)
  expect(await handBack(needed, { runId: String(task.id), epoch })).toBe(false)
  hung?.release()
  await until('it has stopped', async () => (await env.call('ada', 'GET', `/v1/tasks/${task.id}`)).body.finishedAt)
  expect((await env.call('ada', 'GET', `/v1/tasks/${task.id}`)).body.state).toBe('succeeded')
  expect(await ranOn(task.id)).toEqual({ node: near.name, formerNode: far.name })
}

test('[core.mn-ha] nodes that cannot reach each other hand tasks to the one that has the host, once each, and the diagnosis names them', async () => {
  const mend = await setApart()
  // The node that has the host goes on with it.
  const { body: stopped } = await act(far, 'stop')
  expect(stopped).toMatchObject({ state: 'succeeded', cause: null })
  expect(await ranOn(stopped.id)).toEqual({ node: near.name, formerNode: far.name })
  expect((await act(near, 'start')).body).toMatchObject({ state: 'succeeded' })
  await expectHandedOnce()
  // The database is what they share.
  const { body: made } = await env.call('ada', 'POST', '/v1/tags', { name: 'told' }, {}, far)
  expect((await env.call('ada', 'GET', `/v1/tags/${made.id}`, undefined, {}, near)).status).toBe(200)
  const host = await env.call('operator', 'GET', `/v1/hosts/${env.hostIds[0]}`, undefined, {}, far)
  expect(host.body.state).toBe('up')
  const told = await until('both are named', async () => {
    const { body } = await env.call('operator', 'GET', '/v1/diagnosis')
    const apart = (body.findings as { code: string; message: string }[]).filter(({ code }) => code === 'NODES_APART')
    return apart.length === 2 ? apart : null
  })
  for (const { name } of env.nodes) expect(told.every(({ message }) => message.includes(`"${name}"`))).toBe(true)

  await mend()
  expect((await act(far, 'start')).body).toMatchObject({ state: 'succeeded' })
  await until('nothing is told any more', async () => {
    const { body } = await env.call('operator', 'GET', '/v1/diagnosis')
    return (body.findings as { code: string }[]).every(({ code }) => code !== 'NODES_APART')
  })
  expect(await env.leftovers()).toEqual([])
}, 90_000)
