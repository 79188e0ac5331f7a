import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitUntil } from '@basalt/quickstart'
import type { Task } from '@basalt/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type SystemCloud, systemCloud } from './support/cloud.ts'
import { freeze, kill, type LabProcess, thaw } from './support/processes.ts'

const AGENT: LabProcess = { node: 'host1', name: 'host-agent' }
const LIBVIRT: LabProcess = { node: 'host1', name: 'libvirtd' }
const NORTHBOUND: LabProcess = { node: 'central', name: 'ovnnb_db' }
const CONTROLLER: LabProcess = { node: 'host1', name: 'ovn-controller' }

describe('a cloud in which something dies', () => {
  let cloud: SystemCloud
  let storageClass: string

  beforeAll(async () => {
    cloud = await systemCloud({ hosts: 1 })
    storageClass = await cloud.storageClass('Local')
    // From here on the image is at hand, on this pool.
    await cloud.createVm(cloud.operator, { name: 'first', storageClass })
    await cloud.clear()
  }, 300_000)

  afterEach(async () => {
    for (const process_ of [AGENT, LIBVIRT, NORTHBOUND, CONTROLLER]) thaw(cloud.demo.lab, process_)
    await cloud.clear()
    expect(await cloud.leftovers()).toEqual([])
  }, 120_000)

  afterAll(async () => {
    expect(await cloud?.close()).toEqual([])
  }, 60_000)

  /** Ask for a VM while a process is frozen; resolves when the task waits for it in this step. */
  async function stuckAt(step: string, frozen: LabProcess): Promise<Task> {
    freeze(cloud.demo.lab, frozen)
    const { id } = await cloud.requestVm(cloud.operator, { name: 'vm', storageClass })
    const task = await cloud.operator.waitFor('task', id, (row) => row.step === step || row.finishedAt !== null)
    expect(task).toMatchObject({ step, state: 'running' })
    return task as Task
  }

  /** The task has ended: the VM runs, or everything is undone and its row says why. */
  async function settled({ id, resource }: Task): Promise<'running' | 'undone'> {
    const { operator } = cloud
    const task = await operator.waitFor('task', id, ({ finishedAt }) => finishedAt !== null, { timeoutMs: 120_000 })
    const vm = await operator.vms.get(resource)
    if (task?.state === 'failed') {
      expect(vm).toMatchObject({ state: 'failed', host: null, cause: { code: expect.any(String) } })
      expect((await operator.volumes.list({})).items).toEqual([])
      expect((await operator.nics.list({})).items).toEqual([])
      return 'undone'
    }
    expect(task).toMatchObject({ state: 'succeeded', percent: 100 })
    expect(vm.state).toBe('running')
    await (await cloud.guest(vm)).mark('lease eth0')
    return 'running'
  }

  async function forgetCachedImages(): Promise<void> {
    const { operator } = cloud
    for (const { id } of (await operator.cacheEntries.list({})).items)
      await operator.tasks.wait(operator.cacheEntries.delete(id))
  }

  test.each([
    ['cacheImage', AGENT],
    ['cloneRootVolume', AGENT],
    ['plugNics', NORTHBOUND],
    ['startOnHost', LIBVIRT],
    ['awaitNetwork', CONTROLLER],
  ])(
    '[core.saga] kill -9 of the control plane in %s: the next one takes the task over',
    async (step, frozen) => {
      if (step === 'cacheImage') await forgetCachedImages()
      const task = await stuckAt(step, frozen)
      await cloud.killControlPlane()
      thaw(cloud.demo.lab, frozen)
      await cloud.mend()
      expect(await settled(task)).toBe('running')
    },
    240_000,
  )

  test.each([
    ['cloneRootVolume', AGENT],
    ['startOnHost', LIBVIRT],
  ])(
    '[core.saga] kill -9 of the agent in %s',
    async (step, frozen) => {
      const task = await stuckAt(step, frozen)
      kill(cloud.demo.lab, AGENT)
      if (frozen !== AGENT) thaw(cloud.demo.lab, frozen)
      await cloud.mend()
      await settled(task)
    },
    240_000,
  )

  test('[core.saga] kill -9 of libvirtd while it starts the guest', async () => {
    const task = await stuckAt('startOnHost', LIBVIRT)
    kill(cloud.demo.lab, LIBVIRT)
    await cloud.mend()
    await settled(task)
  }, 240_000)

  test('[core.saga] a management link that is cut while the guest starts: the host’s answer is not lost', async () => {
    const task = await stuckAt('startOnHost', LIBVIRT)
    const [host] = cloud.hosts
    await host?.cutLink('management')
    thaw(cloud.demo.lab, LIBVIRT)
    await waitUntil('the guest runs', 60_000, async () => {
      const listed = await host?.exec('virsh', ['-c', 'qemu:///system', 'list', '--name'])
      return listed?.stdout.includes(task.resource) || null
    })
    await host?.restoreLink('management')
    expect(await settled(task)).toBe('running')
  }, 240_000)

  test('[vm.lifecycle] a guest whose QEMU is killed is stopped, says why, and starts again', async () => {
    const { operator } = cloud
    const vm = await cloud.createVm(operator, { name: 'vm', storageClass })
    await (await cloud.guest(vm)).mark('lease eth0')
    const [host] = cloud.hosts
    const pid = await readFile(join(host?.paths.run ?? '', `libvirt/qemu/${vm.id}.pid`), 'utf8')
    process.kill(Number(pid), 'SIGKILL')
    const stopped = await operator.waitFor('vm', vm.id, ({ state }) => state === 'stopped', { timeoutMs: 60_000 })
    expect(stopped).toMatchObject({ host: null, cause: { code: 'GUEST_CRASHED' } })
    await operator.tasks.wait(operator.vms.start(vm.id))
    await (await cloud.guest(vm)).mark('lease eth0')
    expect((await operator.vms.get(vm.id)).cause).toBeNull()
  }, 180_000)

  test('[host.lifecycle] a host that loses power is down, then up again; its VM is stopped and can be started', async () => {
    const { operator } = cloud
    const vm = await cloud.createVm(operator, { name: 'vm', storageClass })
    const [host] = cloud.hosts
    const [row] = (await operator.hosts.list({})).items
    const stateOfHost = (wanted: string) =>
      operator.waitFor('host', row?.id ?? '', ({ state }) => state === wanted, { timeoutMs: 90_000 })
    await host?.kill()
    await stateOfHost('down')
    const refused = operator.tasks.wait(cloud.requestVm(operator, { name: 'refused', storageClass }))
    await expect(refused).rejects.toMatchObject({ code: 'NO_HOST_FITS' })
    await host?.revive()
    await stateOfHost('up')
    await operator.waitFor('vm', vm.id, ({ state }) => state === 'stopped', { timeoutMs: 60_000 })
    await operator.tasks.wait(operator.vms.start(vm.id))
    await (await cloud.guest(vm)).mark('lease eth0')
  }, 240_000)
})
