/** A host that is lost for ever: what was only there is failed and can be deleted; should it come back, nothing is forgotten. */
import { type CloudEnvironment, cloud, findings, reconcile, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostAt, runningVm, vmRow } from './reconcile/support.ts'

let env: CloudEnvironment
let [kept, deleted] = ['', '']
beforeAll(async () => {
  env = await cloud({ hosts: 1, heartbeatIntervalMs: 60_000, hostGraceMs: 100 })
  kept = await runningVm(env, 'kept')
  deleted = await runningVm(env, 'deleted')
})
afterAll(() => env.close())

const abandon = (id: string) =>
  env.call('operator', 'POST', `/v1/hosts/${id}/abandon`, undefined, { prefer: 'wait=60' })

test('[core.saga] a host whose agent is here cannot be abandoned, and tenants cannot abandon any', async () => {
  const { id } = hostAt(env)
  expect((await abandon(id)).body).toMatchObject({ code: 'WRONG_STATE' })
  expect((await env.call('ada', 'POST', `/v1/hosts/${id}/abandon`)).status).toBeGreaterThanOrEqual(403)
})

test('[core.saga] VMs whose disks were on a lost host are failed, and can be deleted without it', async () => {
  const { host, id } = hostAt(env)
  host.faults.disconnect()
  await until(
    'the host is down',
    async () => (await env.call('operator', 'GET', `/v1/hosts/${id}`)).body.state === 'down',
  )
  expect((await env.call('operator', 'DELETE', `/v1/hosts/${id}`)).body).toMatchObject({ code: 'IN_USE' })
  expect((await abandon(id)).body).toMatchObject({
    state: 'succeeded',
    message: expect.stringMatching(/failed, since their disks were there: 2;.* Disks given up: 2\./),
  })
  expect((await env.call('operator', 'GET', `/v1/hosts/${id}`)).status).toBe(404)
  expect((await env.call('ada', 'GET', `/v1/vms/${kept}`)).body).toMatchObject({
    state: 'failed',
    cause: { code: 'HOST_LOST', message: expect.stringMatching(/"host1"/), remedy: expect.stringMatching(/Delete it/) },
  })
  await env.ok('ada', 'DELETE', `/v1/vms/${deleted}`)
  expect(env.network.snapshot().ports).toMatchObject([{ chassis: null }])
})

test('[core.saga] when it comes back, what was deleted is removed from it, and what was not is told', async () => {
  await env.rejoin(0)
  // The guest of the VM that still has a row is nobody's to remove before its owner decides.
  expect(await reconcile(env, 'hosts')).toMatchObject({ repaired: 2, reported: 1, failed: 0 })
  const { host } = hostAt(env)
  expect(host.snapshot().domains.map(({ vm }) => vm)).toEqual([kept])
  expect(await findings(env, '?state=open')).toMatchObject([
    { code: 'DISK_RETURNED', remedy: expect.stringMatching(new RegExp(`/v1/vms/${kept}/recover`)) },
  ])
})

test('[core.saga] a VM whose disk came back, with its guest, is recovered and leaves nothing when it is deleted', async () => {
  expect(await env.ok('ada', 'POST', `/v1/vms/${kept}/recover`)).toMatchObject({
    message: expect.stringMatching(/^Its guest runs on the host "host1"/),
  })
  expect(await reconcile(env, 'hosts')).toMatchObject({ found: 0 })
  expect(await findings(env, '?state=open')).toEqual([])
  expect(await vmRow(env, kept)).toMatchObject({ state: 'running', host: env.hostIds[0] })
  await env.ok('ada', 'DELETE', `/v1/vms/${kept}`)
  // The cached image that its disk stood on went with the host's row; now nothing stands on it.
  expect(await reconcile(env, 'hosts')).toMatchObject({ failed: 0, reported: 0 })
  expect(await env.leftovers()).toEqual([])
  expect(
    hostAt(env)
      .host.snapshot()
      .pools.flatMap(({ layers }) => layers),
  ).toEqual([])
})
