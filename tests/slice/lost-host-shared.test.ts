/** A host that is lost for ever, with disks on storage that other hosts share. */
import { type CloudEnvironment, cloud, reconcile, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostAt, runningVm, vmRow } from './reconcile/support.ts'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 2, pool: 'smp', heartbeatIntervalMs: 60_000, hostGraceMs: 100 })
})
afterAll(() => env.close())

test('[core.saga] a VM with its disks on shared storage is stopped when its host is abandoned, and starts elsewhere', async () => {
  const vm = await runningVm(env)
  const { host: lost } = await vmRow(env, vm)
  const { host } = hostAt(env, env.hostIds.indexOf(lost as string))
  // It is lost with its guests: what is not off must not be abandoned.
  host.faults.disconnect()
  for (const { vm: id } of host.snapshot().domains) host.guests.crash(id)
  await until('it is down', async () => (await env.call('operator', 'GET', `/v1/hosts/${lost}`)).body.state === 'down')
  expect(await env.ok('operator', 'POST', `/v1/hosts/${lost}/abandon`)).toMatchObject({
    message: 'VMs failed, since their disks were there: 0; stopped, to start elsewhere: 1.',
  })
  expect(await vmRow(env, vm)).toMatchObject({ state: 'stopped', host: null, cause: null })
  await env.ok('ada', 'POST', `/v1/vms/${vm}/start`)
  expect(await vmRow(env, vm)).toMatchObject({ state: 'running', host: env.hostIds.find((id) => id !== lost) })
  for (const name of ['hosts', 'network', 'capacity'])
    expect(await reconcile(env, name), name).toMatchObject({ found: 0, failed: 0 })
})
