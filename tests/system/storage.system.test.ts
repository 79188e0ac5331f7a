import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Task, Vm } from '@basalt/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type SystemCloud, systemCloud } from './support/cloud.ts'

const MIB = 2 ** 20

describe('many VMs and their disks', () => {
  let cloud: SystemCloud

  beforeAll(async () => {
    cloud = await systemCloud({ hosts: 2 })
  }, 300_000)

  afterEach(async () => {
    await cloud.clear()
    expect(await cloud.leftovers()).toEqual([])
  }, 120_000)

  afterAll(async () => {
    expect(await cloud?.close()).toEqual([])
  }, 60_000)

  /** Two VMs at once for each host, which all want the image. */
  async function createFour(storageClass: string): Promise<Vm[]> {
    const names = ['a', 'b', 'c', 'd']
    return Promise.all(names.map((name) => cloud.createVm(cloud.operator, { name, storageClass })))
  }

  async function cachedOn(pool: string): Promise<(string | null)[]> {
    const entries = (await cloud.operator.cacheEntries.list({ limit: 1000 })).items.filter(
      (entry) => entry.pool === pool,
    )
    expect(entries.every(({ state }) => state === 'ready')).toBe(true)
    return entries.map(({ host }) => host ?? null).sort()
  }

  test.each([
    ['Local', 'local'],
    ['Shared', 'smp'],
  ])(
    '[ps.local][ps.smp][img.cache] VMs on pools of class %s share one image each',
    async (name, type) => {
      const { operator } = cloud
      const storageClass = await cloud.storageClass(name)
      const pool = (await operator.storagePools.list({ class: storageClass })).items[0]
      expect(pool?.type).toBe(type)
      const vms = await createFour(storageClass)
      const hosts = [...new Set(vms.map(({ host }) => host ?? null))].sort()
      expect(hosts).toHaveLength(2)
      expect(await cachedOn(pool?.id ?? '')).toEqual(type === 'local' ? hosts : [null])
      const layers = (await operator.layers.list({ limit: 1000 })).items.filter((layer) => layer.pool === pool?.id)
      const images = layers.filter(({ parent }) => !parent)
      const clones = layers.filter(({ parent }) => parent)
      expect(images).toHaveLength(type === 'local' ? 2 : 1)
      expect(clones).toHaveLength(4)
      for (const { parent, host } of clones)
        expect(images.find(({ id }) => id === parent)).toMatchObject({ host: host ?? null })
      const mounts = (await operator.poolMounts.list({ limit: 1000 })).items.filter((mount) => mount.pool === pool?.id)
      expect(mounts).toHaveLength(2)
      for (const { state, totalBytes, availableBytes } of mounts) {
        expect(state).toBe('usable')
        expect(availableBytes).toBeGreaterThan(0)
        expect(totalBytes).toBeGreaterThan(availableBytes)
      }
    },
    180_000,
  )

  test('[ps.local][core.saga] a disk that is full while a VM is made undoes it; with room again it works', async () => {
    const { operator, zone } = cloud
    const { cluster } = cloud.demo
    const path = '/var/lib/libvirt/small'
    const onHosts = (command: string, ...args: string[]) =>
      Promise.all(cloud.hosts.map((host) => host.exec(command, args)))
    await onHosts('mkdir', path)
    await onHosts('mount', '-t', 'tmpfs', '-o', 'size=128m,mode=711', 'small', path)
    const { id: storageClass } = await operator.storageClasses.create({ name: 'Small', zone })
    const made = operator.storagePools.create({
      name: 'small',
      zone,
      cluster,
      class: storageClass,
      type: 'local',
      path,
    })
    const { resource: pool } = await operator.tasks.wait(made)
    // The rest of the disk goes to others.
    await onHosts('sh', '-c', `cat /dev/zero > ${path}/others 2>/dev/null || true`)
    const refused = cloud.createVm(operator, { name: 'too-much', storageClass })
    await expect(refused).rejects.toMatchObject({ code: 'NO_SPACE', remedy: expect.stringMatching(/enlarge|remove/i) })
    await onHosts('rm', `${path}/others`)
    expect(await cloud.leftovers()).toEqual([])
    const vm = await cloud.createVm(operator, { name: 'fits', storageClass })
    await (await cloud.guest(vm)).mark('lease eth0')
    // A guest's first writes have been paid for; now a clone finds the disk full.
    await onHosts('sh', '-c', `cat /dev/zero > ${path}/others 2>/dev/null || true`)
    await expect(cloud.createVm(operator, { name: 'again', storageClass })).rejects.toMatchObject({ code: 'NO_SPACE' })
    await onHosts('rm', `${path}/others`)
    await cloud.clear()
    await operator.tasks.wait(operator.storagePools.delete(pool))
    await onHosts('umount', path)
  }, 240_000)

  test('[img.add] images that lie about themselves, or reach for files of the host, are refused', async () => {
    const { operator } = cloud
    const directory = await mkdtemp(join(tmpdir(), 'images-'))
    const qemuImg = (...args: string[]) => promisify(execFile)('qemu-img', args)
    const good = join(directory, 'good.qcow2')
    await qemuImg('create', '-q', '-f', 'qcow2', good, '64M')
    const outside = join(directory, 'outside.qcow2')
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', '/etc/passwd', '-F', 'raw', outside, '64M')
    const dataFile = join(directory, 'data-file.qcow2')
    const elsewhere = `data_file=${join(directory, 'data.raw')},data_file_raw=on`
    await qemuImg('create', '-q', '-f', 'qcow2', '-o', elsewhere, dataFile, '64M')
    const raw = join(directory, 'raw.qcow2')
    await writeFile(raw, Buffer.alloc(2 * MIB, 'text'))

    async function add(name: string, file: string, sha256?: string): Promise<Task> {
      const task = await operator.images.create({ name, ...(sha256 ? { sha256 } : {}) })
      await operator.uploadImage(task.resource, file)
      return operator.tasks.wait(task)
    }
    const sha256 = createHash('sha256')
      .update(await readFile(good))
      .digest('hex')
    await expect(add('other-bytes', good, 'f'.repeat(64))).rejects.toMatchObject({ code: 'IMAGE_CHECKSUM_MISMATCH' })
    for (const [name, file] of Object.entries({ outside, dataFile, raw }))
      await expect(add(name, file)).rejects.toMatchObject({ code: 'IMAGE_INVALID', remedy: expect.any(String) })
    const { items } = await operator.images.list({ state: 'failed' })
    expect(items.map(({ name }) => name).sort()).toEqual(['dataFile', 'other-bytes', 'outside', 'raw'])
    await add('good', good, sha256)
    await rm(directory, { recursive: true })
  }, 60_000)

  test('[vm.create] ten VMs asked for at once all come up; those that wait for others to boot say so', async () => {
    const { operator } = cloud
    const messages = new Set<string>()
    const names = Array.from({ length: 10 }, (_, index) => `vm${index}`)
    const tasks = await Promise.all(names.map((name) => cloud.requestVm(operator, { name })))
    await Promise.all(
      tasks.map((task) => operator.tasks.wait(task, { onProgress: ({ message }) => void messages.add(message) })),
    )
    expect([...messages].some((message) => /waiting for a boot slot, \d+ ahead/.test(message))).toBe(true)
    for (const { resource } of tasks) {
      const [address] = (await operator.vms.get(resource)).addresses
      expect(await (await cloud.guest({ id: resource })).mark('lease eth0')).toContain(` ${address}/24 `)
    }
    expect(new Set((await operator.nics.list({ limit: 1000 })).items.map(({ address }) => address)).size).toBe(10)
  }, 300_000)
})
