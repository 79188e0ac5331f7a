import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Vm } from '@basalt/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type SystemCloud, systemCloud, type Tenant } from './support/cloud.ts'
import type { Guest } from './support/guest.ts'

/** Behind the image's own file system on the root disk. */
const FREE_MIB = 100
const ROOT_SIZE_BYTES = 128 * 2 ** 20

describe('a guest on a real host', () => {
  let cloud: SystemCloud
  let ada: Tenant
  let vm: Vm
  let guest: Guest

  beforeAll(async () => {
    cloud = await systemCloud({ hosts: 1 })
    ada = await cloud.tenant('ada')
    const network = await cloud.createNetwork(ada.cloud, 'net', '10.30.0.0/24')
    vm = await cloud.createVm(ada.cloud, {
      name: 'one',
      networks: [{ network }],
      rootSizeBytes: ROOT_SIZE_BYTES,
      storageClass: await cloud.storageClass('Local'),
    })
    guest = await cloud.guest(vm)
    await guest.mark('lease eth0')
  }, 300_000)

  afterAll(async () => {
    expect(await cloud?.close()).toEqual([])
  }, 60_000)

  const stateOf = async (): Promise<string> => (await ada.cloud.vms.get(vm.id)).state

  /** Start the VM and wait until its guest is there again. */
  async function start(): Promise<void> {
    await ada.cloud.tasks.wait(ada.cloud.vms.start(vm.id))
    await guest.mark('power-button listening')
    await guest.mark('lease eth0')
  }

  /** Do something that ends the guest, and wait until it said what is expected of it. */
  async function lastWords(end: () => Promise<unknown>, expected: RegExp): Promise<void> {
    const serial = await guest.openSerial()
    await end()
    await serial.printed(expected, 10_000)
    serial.close()
  }

  test('[vm.lifecycle] a stop by the power button is the guest’s own doing, and its disk keeps what was written', async () => {
    await guest.mark('power-button listening')
    const write = `echo kept-over-stop | dd of=/dev/vda bs=1M seek=${FREE_MIB} conv=notrunc`
    expect((await guest.run(write)).code).toBe(0)
    const stop = () => ada.cloud.tasks.wait(ada.cloud.vms.stop(vm.id, { mode: 'acpi' }))
    await lastWords(stop, /BASALT poweroff reason=button/)
    expect(await stateOf()).toBe('stopped')
    expect((await cloud.operator.reservations.list({})).items).toEqual([])
    expect(await cloud.leftovers()).toEqual([])
    await start()
    const { stdout } = await guest.run(`dd if=/dev/vda bs=1M skip=${FREE_MIB} count=1 2>/dev/null | head -n 1`)
    expect(stdout).toBe('kept-over-stop\n')
    expect((await ada.cloud.vms.get(vm.id)).addresses).toEqual(vm.addresses)
  }, 180_000)

  test('[vm.lifecycle] a stop through the guest agent, and a start', async () => {
    await guest.run('true')
    const stop = () => ada.cloud.tasks.wait(ada.cloud.vms.stop(vm.id, { mode: 'agent' }))
    await lastWords(stop, /BASALT poweroff reason=agent/)
    expect(await stateOf()).toBe('stopped')
    await start()
  }, 180_000)

  test('[vm.lifecycle] power off asks nobody', async () => {
    const serial = await guest.openSerial()
    await ada.cloud.tasks.wait(ada.cloud.vms.powerOff(vm.id))
    serial.close()
    expect(serial.text()).not.toContain('BASALT poweroff')
    expect(await stateOf()).toBe('stopped')
    await start()
  }, 180_000)

  test('[vm.lifecycle] a guest deaf to the button keeps running, and the API says so', async () => {
    await guest.run('touch /run/ignore-power-button')
    const stop = ada.cloud.tasks.wait(ada.cloud.vms.stop(vm.id, { mode: 'acpi', timeoutMs: 2_000 }))
    await expect(stop).rejects.toMatchObject({ code: 'GUEST_DID_NOT_STOP', remedy: expect.stringMatching(/power/i) })
    await guest.mark('power-button ignored=yes')
    expect(await stateOf()).toBe('running')
    await guest.run('rm /run/ignore-power-button')
  }, 120_000)

  test.each(['guest', 'reset'] as const)(
    '[vm.lifecycle] reboot (%s) boots the guest anew',
    async (mode) => {
      await guest.run('touch /run/before-reboot')
      const serial = await guest.openSerial()
      await ada.cloud.tasks.wait(ada.cloud.vms.reboot(vm.id, { mode }))
      await serial.printed(/BASALT lease eth0/)
      serial.close()
      expect(serial.text().includes('BASALT reboot reason=')).toBe(mode === 'guest')
      expect((await guest.run('test -e /run/before-reboot')).code).toBe(1)
      expect(await stateOf()).toBe('running')
    },
    180_000,
  )

  test('[vm.console] the serial console is a terminal of the guest', async () => {
    const serial = await guest.openSerial()
    serial.type('\necho $((6*7))-$(hostname)\n')
    await serial.printed(/42-one/)
    serial.close()
  }, 60_000)

  test('[vm.console] the screen speaks RFB, and a ticket opens it once', async () => {
    const { path } = await ada.cloud.consoles.ticket(vm.id, 'vnc')
    const ca = await readFile(cloud.demo.places.authorityPem, 'utf8')
    const url = new URL(path, cloud.demo.controlPlane.apiUrl.replace(/^https/, 'wss'))
    const first = new WebSocket(url, { ca })
    const [data] = await once(first, 'message')
    expect(String(data).slice(0, 12)).toBe('RFB 003.008\n')
    const again = new WebSocket(url, { ca })
    const [error] = await once(again, 'error')
    expect(String(error)).toMatch(/40[134]|410/)
    first.close()
    await once(first, 'close')
  }, 60_000)

  test('[vm.console] another tenant gets no console, and does not learn that the VM exists', async () => {
    const bob = await cloud.tenant('bob')
    await expect(bob.cloud.consoles.ticket(vm.id, 'vnc')).rejects.toMatchObject({ status: 404 })
    await expect(bob.cloud.consoles.ticket(vm.id, 'serial')).rejects.toMatchObject({ status: 404 })
    const log = bob.cloud.http.call('GET', `/v1/vms/${vm.id}/console-log`)
    await expect(log).rejects.toMatchObject({ status: 404 })
  }, 60_000)

  test('[vm.lifecycle] the API notices a guest that powers itself off', { timeout: 180_000 }, async () => {
    const serial = await guest.openSerial()
    serial.type('\npoweroff -f\n')
    await ada.cloud.waitFor('vm', vm.id, ({ state }) => state === 'stopped', { timeoutMs: 60_000 })
    serial.close()
    expect((await cloud.operator.reservations.list({})).items).toEqual([])
    await start()
    expect(await cloud.leftovers()).toEqual([])
    await cloud.clear()
    expect(await cloud.leftovers()).toEqual([])
  })
})
