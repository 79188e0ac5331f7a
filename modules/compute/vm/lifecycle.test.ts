import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 2, pool: 'smp' })
})
afterAll(() => env.close())

const make = async (options: Record<string, unknown> = {}): Promise<string> => {
  const { body } = await env.createVm(options)
  expect(body).toMatchObject({ state: 'succeeded' })
  return body.resource as string
}
const act = (vm: string, action: string, input?: object) =>
  env.call('ada', 'POST', `/v1/vms/${vm}/${action}`, input, { prefer: 'wait=60' })
const tryRemove = (vm: string) => env.call('ada', 'DELETE', `/v1/vms/${vm}`, undefined, { prefer: 'wait=60' })
const remove = async (vm: string) => expect((await tryRemove(vm)).body).toMatchObject({ state: 'succeeded' })
const show = async (vm: string) => (await env.call('operator', 'GET', `/v1/vms/${vm}`)).body
const becomes = (vm: string, state: string) =>
  until(`the VM is ${state}`, async () => ((await show(vm)).state === state ? show(vm) : null))
const hostState = (id: string, state: string) =>
  until(`the host is ${state}`, async () =>
    (await env.call('operator', 'GET', `/v1/hosts/${id}`)).body.state === state ? true : null,
  )
async function hostOf(vm: string) {
  const id = (await show(vm)).host as string
  const host = env.hosts[env.hostIds.indexOf(id)]
  if (!host) throw new Error(`the VM ${vm} is on no host`)
  return { id, host }
}
const reserved = async () =>
  ((await env.call('operator', 'GET', '/v1/hosts')).body.items as { vcpusReserved: number }[]).reduce(
    (sum, { vcpusReserved }) => sum + vcpusReserved,
    0,
  )
const domainStates = (vm: string) =>
  env.hosts.flatMap((host) =>
    host
      .snapshot()
      .domains.filter((domain) => domain.vm === vm)
      .map(({ state }) => state),
  )

test.each(['acpi', 'agent', 'auto'])('[vm.lifecycle] stop by %s frees the room, start takes it again', async (mode) => {
  const vm = await make()
  const before = await reserved()
  expect((await act(vm, 'stop', { mode })).body).toMatchObject({ state: 'succeeded' })
  expect(await show(vm)).toMatchObject({ state: 'stopped', host: null, addresses: [expect.any(String)] })
  expect(await reserved()).toBe(before - 1)
  expect(domainStates(vm)).not.toContain('running')
  expect((await act(vm, 'start')).body).toMatchObject({ state: 'succeeded' })
  expect(await show(vm)).toMatchObject({ state: 'running', host: expect.any(String) })
  expect(domainStates(vm)).toContain('running')
  await remove(vm)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.lifecycle] power off, reboot and reset do what they say', async () => {
  const vm = await make()
  const { host } = await hostOf(vm)
  for (const mode of ['guest', 'reset']) {
    const before = (await env.call('ada', 'GET', `/v1/vms/${vm}/console-log`)).body.text as string
    expect((await act(vm, 'reboot', { mode })).body).toMatchObject({ state: 'succeeded' })
    const after = (await env.call('ada', 'GET', `/v1/vms/${vm}/console-log`)).body.text as string
    expect(after.length).toBeGreaterThan(before.length)
    expect((await show(vm)).state).toBe('running')
  }
  host.guests.behave(vm, { ignoresShutdown: true })
  expect((await act(vm, 'power-off')).body).toMatchObject({ state: 'succeeded' })
  expect(await show(vm)).toMatchObject({ state: 'stopped', host: null })
  await remove(vm)
})

test('[vm.lifecycle] what does not fit the state is refused by name and changes nothing', async () => {
  const vm = await make()
  const refusals = async (actions: string[]) => {
    const before = await env.snapshot()
    for (const action of actions) {
      const { status, body } = await act(vm, action)
      expect([action, status, body.code]).toEqual([action, 409, 'WRONG_STATE'])
      expect(body.detail).toContain((await show(vm)).state)
      expect(body.remedy).toBeTruthy()
    }
    expect(await env.snapshot()).toEqual(before)
  }
  await refusals(['start'])
  await act(vm, 'stop')
  await refusals(['stop', 'power-off', 'reboot'])
  expect((await env.call('ada', 'POST', `/v1/vms/${vm}/console`, { kind: 'vnc' })).body.code).toBe('WRONG_STATE')
  expect((await act(vm, 'stop', { mode: 'kindly' })).status).toBe(400)
  await remove(vm)
  expect((await act(vm, 'start')).status).toBe(404)
})

test('[vm.lifecycle] a guest that ignores the request goes on running and says so', async () => {
  const vm = await make()
  const { host } = await hostOf(vm)
  host.guests.behave(vm, { ignoresShutdown: true })
  const { body } = await act(vm, 'stop', { timeoutMs: 1_000 })
  expect(body).toMatchObject({ state: 'failed', cause: { code: 'GUEST_DID_NOT_STOP', remedy: expect.any(String) } })
  expect(await show(vm)).toMatchObject({ state: 'running', cause: null })
  host.guests.behave(vm, { ignoresShutdown: false, hasAgent: false })
  expect((await act(vm, 'stop', { mode: 'agent' })).body).toMatchObject({ cause: { code: 'GUEST_AGENT_UNAVAILABLE' } })
  expect((await act(vm, 'stop')).body.state).toBe('succeeded')
  await remove(vm)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.lifecycle] a guest that powers itself off or crashes is stopped, and its room is free', async () => {
  const vm = await make()
  const before = await reserved()
  const first = await hostOf(vm)
  first.host.guests.powerOff(vm)
  expect(await becomes(vm, 'stopped')).toMatchObject({ host: null, cause: null })
  expect(await reserved()).toBe(before - 1)
  expect((await act(vm, 'start')).body.state).toBe('succeeded')
  const second = await hostOf(vm)
  second.host.guests.crash(vm)
  expect(await becomes(vm, 'stopped')).toMatchObject({ cause: { code: 'GUEST_CRASHED' } })
  expect((await act(vm, 'start')).body.state).toBe('succeeded')
  expect(await show(vm)).toMatchObject({ cause: null })
  await remove(vm)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.lifecycle] a host that crashes leaves its VMs stopped; they start again', async () => {
  const vm = await make()
  const { host, id } = await hostOf(vm)
  host.faults.crash()
  expect(await becomes(vm, 'stopped')).toMatchObject({ host: null })
  await hostState(id, 'up')
  expect((await act(vm, 'start')).body.state).toBe('succeeded')
  await remove(vm)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.lifecycle] a VM that stops and starts on another host leaves nothing on the first', async () => {
  const vm = await make()
  const { host, id } = await hostOf(vm)
  host.guests.powerOff(vm)
  await becomes(vm, 'stopped')
  await env.ok('operator', 'POST', `/v1/hosts/${id}/disable`)
  expect((await act(vm, 'start')).body.state).toBe('succeeded')
  expect((await hostOf(vm)).id).not.toBe(id)
  expect(domainStates(vm)).toEqual(['running'])
  await env.ok('operator', 'POST', `/v1/hosts/${id}/enable`)
  await remove(vm)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.lifecycle] a failed VM tells why and can be deleted, not brought to a state it never had', async () => {
  for (const host of env.hosts) host.faults.failNext('start', { code: 'DOMAIN_START_FAILED', message: 'no luck' })
  const { body } = await env.createVm()
  expect(body).toMatchObject({ state: 'failed', cause: { code: 'DOMAIN_START_FAILED', message: 'no luck' } })
  const vm = body.resource as string
  expect(await show(vm)).toMatchObject({ state: 'failed', host: null, addresses: [], cause: { message: 'no luck' } })
  expect(await env.leftovers()).toEqual([])
  expect(await act(vm, 'power-off')).toMatchObject({ status: 409 })
  expect((await show(vm)).state).toBe('failed')
  await remove(vm)
  expect((await env.call('ada', 'GET', `/v1/vms/${vm}`)).status).toBe(404)
  for (const host of env.hosts) host.faults.clear()
})

test('[vm.lifecycle] a host away is down after its grace; a delete meanwhile fails and finishes when it is back', async () => {
  const vm = await make()
  const { host, id } = await hostOf(vm)
  host.faults.disconnect()
  await hostState(id, 'down')
  const { body } = await tryRemove(vm)
  expect(body).toMatchObject({ state: 'failed', cause: { code: expect.any(String), message: expect.any(String) } })
  expect(await show(vm)).toMatchObject({
    state: 'failed',
    cause: { code: body.cause && (body.cause as { code: string }).code },
  })
  expect((await env.call('operator', 'DELETE', `/v1/hosts/${id}`)).body).toMatchObject({ code: 'IN_USE' })
  host.faults.reconnect()
  await hostState(id, 'up')
  await remove(vm)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.lifecycle] a VM on a host that comes back runs on, unnoticed', async () => {
  const vm = await make()
  const { host, id } = await hostOf(vm)
  host.faults.disconnect()
  await hostState(id, 'down')
  host.faults.reconnect()
  await hostState(id, 'up')
  expect(await show(vm)).toMatchObject({ state: 'running', host: id })
  expect((await act(vm, 'stop')).body.state).toBe('succeeded')
  await remove(vm)
})

test('[vm.lifecycle] a start waits for the only host that will do while that is away for a moment, not beyond its grace', async () => {
  const vm = await make()
  const { host, id } = await hostOf(vm)
  const others = env.hostIds.filter((other) => other !== id)
  for (const other of others) await env.ok('operator', 'POST', `/v1/hosts/${other}/disable`)
  await act(vm, 'stop')
  const away = async () => {
    host.faults.disconnect()
    await until('it is away', () => !env.controlPlane().hub.host(id))
  }
  await env.setSetting('infrastructure.hostGraceMs', 20_000)
  await away()
  const start = act(vm, 'start')
  await until('the start waits', async () => {
    const [task] = await env.items('ada', `/v1/tasks?resource=${vm}&action=vm.start&state=running`)
    return task?.step === 'reserveHost'
  })
  host.faults.reconnect()
  expect((await start).body).toMatchObject({ state: 'succeeded', cause: null })
  await act(vm, 'stop')
  await env.setSetting('infrastructure.hostGraceMs', 500)
  await away()
  expect((await act(vm, 'start')).body).toMatchObject({
    state: 'failed',
    cause: { code: 'NO_HOST_FITS', message: expect.stringContaining('1 are not connected') },
  })
  host.faults.reconnect()
  await hostState(id, 'up')
  for (const other of others) await env.ok('operator', 'POST', `/v1/hosts/${other}/enable`)
  await remove(vm)
})

test('[vm.lifecycle] a stopped VM can be deleted after the host it ran on is gone', async () => {
  const vm = await make()
  const { host, id } = await hostOf(vm)
  await act(vm, 'stop')
  host.faults.disconnect()
  await hostState(id, 'down')
  await env.ok('operator', 'DELETE', `/v1/hosts/${id}`)
  expect((await env.call('operator', 'GET', `/v1/pool-mounts?host=${id}`)).body.items).toEqual([])
  await remove(vm)
})
