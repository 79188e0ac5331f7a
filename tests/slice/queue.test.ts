/** What is asked of a busy resource waits for its turn. */
import { type Answer, type CloudEnvironment, cloud, type TestNode, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
let vm: string

beforeAll(async () => {
  env = await cloud({ nodes: 2, hosts: 1, lease: { leaseMs: 3_000, renewMs: 300 }, hostGraceMs: 5_000 })
  vm = String((await env.createVm()).body.resource)
})
afterAll(() => env.close())

const nodeAt = (index: number): TestNode => env.nodes[index] as TestNode
const ask = (
  action: string,
  options: { body?: object; node?: number; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  env.call('ada', 'POST', `/v1/vms/${vm}/${action}`, options.body, options.headers, nodeAt(options.node ?? 0))

const ended = (task: unknown) =>
  until(`the task ${task} ends`, async () => {
    const { body } = await env.call('ada', 'GET', `/v1/tasks/${task}`)
    return body.finishedAt ? body : null
  })
const stateOf = async (): Promise<unknown> => (await env.call('ada', 'GET', `/v1/vms/${vm}`)).body.state

/** Begins an action that does not end before it is let go. */
async function busy(action: string, command: 'shutdown' | 'reboot', body?: object, node = 0) {
  const hung = env.hosts[0]?.faults.hangNext(command)
  const task = await ask(action, { body, node })
  expect(task.status, JSON.stringify(task.body)).toBe(202)
  await hung?.reached
  return { id: task.body.id, release: () => hung?.release() }
}

async function afterwards(release: () => void, tasks: readonly Answer[]): Promise<Record<string, unknown>[]> {
  release()
  return Promise.all(tasks.map(({ body }) => ended(body.id)))
}

test('[core.lockfree] what is asked of a busy VM is done in its turn, in order, through whichever nodes it came', async () => {
  const first = await busy('stop', 'shutdown')
  const start = await ask('start', { node: 1 })
  expect(start.status).toBe(202)
  expect(start.body).toMatchObject({ state: 'queued', waitsFor: first.id, message: 'waits for vm.stop vm1' })
  const reset = await ask('reboot', { body: { mode: 'reset' } })
  const stop = await ask('stop', { node: 1 })
  expect([reset, stop].map(({ body }) => body.waitsFor)).toEqual([start.body.id, reset.body.id])
  expect(await stateOf()).toBe('stopping')
  const done = await afterwards(first.release, [start, reset, stop])
  expect(done.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  const times = done.map(({ finishedAt }) => String(finishedAt))
  expect([...times].sort()).toEqual(times)
  expect(await stateOf()).toBe('stopped')
  await env.ok('ada', 'POST', `/v1/vms/${vm}/start`)
})

test('[core.lockfree] what cannot hold when its turn comes is refused at once', async () => {
  const first = await busy('stop', 'shutdown')
  // It will be stopped by then, and it is being stopped already.
  for (const action of ['stop', 'reboot', 'power-off'])
    expect(await ask(action)).toMatchObject({ status: 409, body: { code: 'WRONG_STATE' } })
  const start = await ask('start')
  // The same once more, as by two clicks.
  expect(await ask('start')).toMatchObject({ status: 409, body: { code: 'WRONG_STATE' } })
  // Whoever insists on a version does not wait for another one.
  const insisting = await ask('reboot', { headers: { 'if-match': '"1"' } })
  expect(insisting.status).toBe(409)
  expect((await afterwards(first.release, [start])).map(({ state }) => state)).toEqual(['succeeded'])
})

test('[core.lockfree] a queued task whose resource came out otherwise fails by name and changes nothing', async () => {
  const first = await busy('stop', 'shutdown', { timeoutMs: 1_000 })
  const start = await ask('start')
  expect(start.body.state).toBe('queued')
  expect((await env.call('ada', 'POST', `/v1/tasks/${first.id}/cancel`)).status).toBe(200)
  const [done] = await afterwards(first.release, [start])
  expect(done).toMatchObject({ state: 'failed', cause: { code: 'WRONG_STATE' } })
  expect(await stateOf()).toBe('running')
})

test('[core.async] a queued task is cancelled without a trace; those behind it move up', async () => {
  const first = await busy('stop', 'shutdown')
  const start = await ask('start')
  const reset = await ask('reboot', { body: { mode: 'reset' } })
  const cancelled = await env.call('ada', 'POST', `/v1/tasks/${start.body.id}/cancel`, undefined, undefined, nodeAt(1))
  expect(cancelled.body.state).toBe('cancelled')
  const [, behind] = await afterwards(first.release, [start, reset])
  // Nobody started it, so it cannot be reset.
  expect(behind).toMatchObject({ state: 'failed', cause: { code: 'WRONG_STATE' } })
  await env.ok('ada', 'POST', `/v1/vms/${vm}/start`)
})

test('[core.lockfree] the line before a resource is bounded', async () => {
  const first = await busy('reboot', 'reboot', { mode: 'reset' })
  const queued: Answer[] = []
  for (let index = 0; index < 16; index++)
    queued.push(await ask('reboot', { body: { mode: 'reset' }, node: index % 2 }))
  expect(queued.map(({ status }) => status)).toEqual(queued.map(() => 202))
  const refused = await ask('reboot', { body: { mode: 'reset' } })
  expect(refused).toMatchObject({ status: 409, body: { code: 'RESOURCE_BUSY' } })
  expect(refused.body.remedy).toBeTruthy()
  const done = await afterwards(first.release, queued)
  expect(done.map(({ state, cause }) => ({ state, cause }))).toEqual(
    done.map(() => ({ state: 'succeeded', cause: null })),
  )
})

test('[core.stateless] what waits on a node that dies has its turn on another', async () => {
  const first = await busy('stop', 'shutdown')
  const start = await ask('start', { node: 1 })
  await nodeAt(1).crash()
  await until('another node has it', async () => {
    const [row] = await env.controlPlane().store.all<{ node: string }>('task', { id: start.body.id })
    return row?.node === 'node-1'
  })
  const [done] = await afterwards(first.release, [start])
  expect(done).toMatchObject({ state: 'succeeded', cause: null })
  await nodeAt(1).start()
  expect(await env.leftovers()).toEqual([])
})

test('[core.lockfree] a delete waits for what is under way, and nothing waits for a delete', async () => {
  const first = await busy('reboot', 'reboot', { mode: 'reset' })
  const gone = await env.call('ada', 'DELETE', `/v1/vms/${vm}`)
  expect(gone).toMatchObject({ status: 202, body: { state: 'queued' } })
  expect(await ask('reboot')).toMatchObject({
    status: 409,
    body: { code: 'WRONG_STATE', detail: 'The vm "vm1" is about to be deleted.' },
  })
  expect((await afterwards(first.release, [gone])).map(({ state }) => state)).toEqual(['succeeded'])
  expect((await env.call('ada', 'GET', `/v1/vms/${vm}`)).status).toBe(404)
  expect(await env.leftovers()).toEqual([])
  const { store } = env.controlPlane()
  expect(await store.database.query('select * from waiting')).toEqual([])
})
