/** A host that is up is deleted, and the node that does it, or has the host's connection, dies in the middle. One world, in order. */
import { type CloudEnvironment, cloud, type TestNode, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ nodes: 2, hosts: 1, lease: { leaseMs: 1_500, renewMs: 300 }, hostGraceMs: 5_000 })
})
afterAll(() => env.close())

const isAt = (node: TestNode, id: string): boolean => node.lives() && node.controlPlane().hub.host(id) !== undefined

/** The node that has the host's connection, and the other one. */
const nodesOf = (id: string): Promise<[TestNode, TestNode]> =>
  until('the host is connected', () => {
    const near = env.nodes.find((node) => isAt(node, id))
    const far = env.nodes.find((node) => node !== near)
    return near && far && ([near, far] as [TestNode, TestNode])
  })

const remove = (id: string, node: TestNode, key: string) =>
  env.call('operator', 'DELETE', `/v1/hosts/${id}`, undefined, { 'idempotency-key': key }, node)

/** Holds the host's row, on another node than the one that is to change it, until the answer is called. */
async function lockHost(id: string, at: TestNode): Promise<() => Promise<void>> {
  const { database } = at.controlPlane().store
  let unlock = (): void => {}
  const unlocked = new Promise<void>((resolve) => {
    unlock = resolve
  })
  let transaction: Promise<void> = Promise.resolve()
  await new Promise<void>((resolve, reject) => {
    transaction = database.transaction(async (query) => {
      await query('select 1 from host where id = $1 for update', [id])
      resolve()
      await unlocked
    })
    transaction.catch(reject)
  })
  return async () => {
    unlock()
    await transaction
  }
}

const waitingForLock = (at: TestNode) =>
  until('the delete waits in the database', async () => {
    const { database } = at.controlPlane().store
    const rows = await database.query(
      `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query ilike '%host%'`,
    )
    return rows.length > 0
  })

/** It is gone for good: its rows, its event once, and its agent is with no node. */
async function expectGone(id: string, at: TestNode): Promise<void> {
  const { database } = at.controlPlane().store
  expect((await env.call('operator', 'GET', `/v1/hosts/${id}`, undefined, {}, at)).status).toBe(404)
  const events = await database.query(
    `select seq from event where resource = $1 and kind = 'host' and change = 'deleted'`,
    [id],
  )
  expect(events).toHaveLength(1)
  expect(await database.query('select id from pool_mount where host = $1', [id])).toEqual([])
  await until('its agent is refused by every node', () => env.nodes.every((node) => !isAt(node, id)))
  expect(await env.leftovers()).toEqual([])
}

test('[host.lifecycle] [core.mn-ha] a node that dies before the deletion is durable leaves the host whole; asked again, it is deleted once', {
  timeout: 60_000,
}, async () => {
  const id = env.hostIds[0] ?? ''
  const [near, far] = await nodesOf(id)
  const unlock = await lockHost(id, far)
  const asked = remove(id, near, 'one').catch(() => null)
  await waitingForLock(far)
  const dying = near.crash()
  await unlock()
  await Promise.all([dying, asked])
  expect((await env.call('operator', 'GET', `/v1/hosts/${id}`, undefined, {}, far)).status).toBe(200)
  const again = await until('the other node deletes it', async () => {
    const answer = await remove(id, far, 'one')
    return answer.status < 500 && answer
  })
  expect(again.status, JSON.stringify(again.body)).toBeLessThan(300)
  await expectGone(id, far)
  await near.start()
  await expectGone(id, near)
})

test('[host.lifecycle] [core.mn-ha] a node that dies between the deletion and cutting the agent off leaves no way back in', {
  timeout: 60_000,
}, async () => {
  const id = await env.rejoin(0)
  const [near, far] = await nodesOf(id)
  const done = await remove(id, far, 'two')
  expect(done.status, JSON.stringify(done.body)).toBeLessThan(300)
  // Whatever its agent tells from now on, to whichever node, makes no host of it again.
  await near.crash()
  await expectGone(id, far)
  expect((await remove(id, far, 'two')).status).toBe(done.status)
  expect((await remove(id, far, 'three')).status).toBe(404)
  await near.start()
  await expectGone(id, near)
  const back = await env.rejoin(0)
  expect((await env.call('operator', 'GET', `/v1/hosts/${back}`)).body.state).toBe('up')
})
