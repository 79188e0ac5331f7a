import type { Vm } from '@basalt/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SystemCloud, systemCloud, type Tenant } from './support/cloud.ts'
import type { Guest } from './support/guest.ts'

const CIDR = '10.20.0.0/24'

describe('two tenants on two hosts', () => {
  let cloud: SystemCloud
  let ada: Tenant
  let bob: Tenant
  let vms: Vm[]
  let bobs: Vm
  let guests: [Guest, Guest]
  let bobsGuest: Guest

  beforeAll(async () => {
    cloud = await systemCloud({ hosts: 2 })
    ada = await cloud.tenant('ada')
    bob = await cloud.tenant('bob')
    const [network, bobsNetwork] = await Promise.all([
      cloud.createNetwork(ada.cloud, 'net', CIDR),
      cloud.createNetwork(bob.cloud, 'net', CIDR),
    ])
    const userData = '#!/bin/sh\nmark user-data ran as $(hostname)\n'
    // One after the other: each goes to the host with most room.
    const one = await cloud.createVm(ada.cloud, { name: 'one', networks: [{ network }], userData })
    const two = await cloud.createVm(ada.cloud, { name: 'two', networks: [{ network }] })
    bobs = await cloud.createVm(bob.cloud, { name: 'one', networks: [{ network: bobsNetwork, address: '10.20.0.9' }] })
    vms = [one, two]
    guests = [await cloud.guest(one), await cloud.guest(two)]
    bobsGuest = await cloud.guest(bobs)
  }, 300_000)

  afterAll(async () => {
    expect(await cloud?.close()).toEqual([])
  }, 60_000)

  const addressOf = (index: number): string => vms[index]?.addresses[0] as string

  test('[vm.create][net.dhcp] guests on different hosts get by DHCP the addresses that the API shows', async () => {
    expect(guests[0].host.name).not.toBe(guests[1].host.name)
    for (const [index, guest] of guests.entries()) {
      const lease = await guest.mark('lease eth0')
      expect(lease).toContain(`lease eth0 ${addressOf(index)}/24 `)
      expect(lease).toContain('mtu=1400')
      const { stdout } = await guest.run('ip -4 -o address show dev eth0')
      expect(stdout).toContain(` ${addressOf(index)}/24 `)
    }
    expect(await bobsGuest.mark('lease eth0')).toContain('lease eth0 10.20.0.9/24 ')
  }, 180_000)

  test('[vm.userdata] user data runs in the guest, under its host name', async () => {
    expect(await guests[0].mark('user-data')).toBe('BASALT user-data ran as one')
    expect(await guests[0].mark('userdata exit')).toContain('exit=0')
  }, 120_000)

  test('[l3.network] guests of a network reach each other across hosts by ping and TCP', async () => {
    expect(await guests[0].pings(addressOf(1))).toBe(true)
    expect(await guests[1].pings(addressOf(0))).toBe(true)
    expect(await guests[0].httpGet(addressOf(1))).toContain('"hostname":"two"')
    expect(await guests[1].httpGet(addressOf(0))).toContain('"hostname":"one"')
  }, 120_000)

  test('[l3.network] a network of another tenant with the same addresses is another world', async () => {
    expect((await ada.cloud.vms.list({})).items.map(({ id }) => id).sort()).toEqual(vms.map(({ id }) => id).sort())
    expect((await bob.cloud.vms.list({})).items.map(({ id }) => id)).toEqual([bobs.id])
    await expect(bob.cloud.vms.get(vms[0]?.id as string)).rejects.toMatchObject({ status: 404 })
    for (const address of [addressOf(0), addressOf(1)]) {
      expect(await bobsGuest.pings(address)).toBe(false)
      expect(await bobsGuest.httpGet(address)).toBe('')
    }
    expect(await guests[0].pings('10.20.0.9')).toBe(false)
    expect(await guests[0].httpGet('10.20.0.9')).toBe('')
    // Its own neighbourhood works: it is the network that keeps them apart.
    expect(await bobsGuest.httpGet('127.0.0.1')).toContain('"hostname":"one"')
  }, 180_000)

  test('[l3.network] a network without a router is cut off from the external network', async () => {
    const { external } = cloud.demo.lab
    expect(await guests[0].pings(external.address)).toBe(false)
    await external.exec('ip', ['route', 'replace', CIDR, 'dev', 'external'])
    const ping = external.exec('ping', ['-q', '-c', '3', '-W', '1', addressOf(0)])
    await expect(ping).rejects.toMatchObject({ code: 'LAB_COMMAND_FAILED' })
    await external.exec('ip', ['route', 'delete', CIDR, 'dev', 'external'])
  }, 60_000)

  test('[vm.lifecycle][net.dhcp] deleting VMs and networks leaves nothing behind', async () => {
    expect(await cloud.leftovers()).toEqual([])
    await cloud.clear()
    expect(await cloud.leftovers()).toEqual([])
    expect((await cloud.operator.nics.list({})).items).toEqual([])
    expect((await cloud.operator.volumes.list({})).items).toEqual([])
  }, 120_000)
})
