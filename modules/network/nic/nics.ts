/** NICs of a VM: addresses claimed in the database, ports on the fabric. Each method stands being repeated. */

import { randomBytes } from 'node:crypto'
import type { Fabrics } from '@basalt/infrastructure'
import { conflict, type FencedWriter, type Operation, PLATFORM, type Problem, type Store } from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import { mayGive } from '../network/addresses.ts'
import type { NetworkRow } from '../network/network.resource.ts'
import type { Choice, Choices } from './choices.ts'
import type { NicRow } from './nic.resource.ts'

export interface NicRequest {
  nic: string
  network: string
  /** A chosen address; the next free one when null. */
  address: string | null
}

export interface NicOwner {
  vm: string
  name: string
  hostname: string
  account: string
  zone: string
}

export interface Nics {
  /** Take MAC, address and key for each; returns the addresses in order. */
  claim(owner: NicOwner, requests: readonly NicRequest[]): Promise<string[]>
  /** Let the addresses go; nothing of a port that still has one stays behind. */
  release(vm: string): Promise<void>
  /** Make the ports, bound to a chassis or to none. */
  plug(vm: string, hostname: string, chassis: string | null): Promise<void>
  unplug(vm: string): Promise<void>
  /** Wait until the host has the ports on the network. */
  awaitUp(vm: string, timeoutMs: number, signal: AbortSignal): Promise<void>
  of(vm: string): Promise<NicRow[]>
}

const ATTEMPTS = 32

const gone = (network: string): Problem =>
  conflict('NETWORK_GONE', `The network "${network}" was deleted meanwhile.`, 'Choose another network.')

const full = (network: string): Problem =>
  conflict('NETWORK_FULL', `The network "${network}" has as many ports as it can have.`, 'Use another network.')

const randomMac = (): string =>
  `52:54:00:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`

/** @param deps.choices shared by all: nobody is given what another is about to take */
export function createNics(deps: { store: Store; writer: FencedWriter; fabrics: Fabrics; choices: Choices }): Nics {
  const { store, writer, fabrics, choices } = deps
  const of = async (vm: string): Promise<NicRow[]> =>
    (await store.all<NicRow>('nic', { vm })).sort((a, b) => a.index - b.index)

  async function networkOf(id: string): Promise<NetworkRow> {
    const row = await store.get<NetworkRow>('network', id, PLATFORM)
    if (!row) throw gone(id)
    return row
  }

  function chooseAddress(network: NetworkRow, wanted: string | null, choice: Choice): string {
    if (wanted === null) {
      const address = choice.nextFree(network)
      if (!address)
        throw conflict(
          'NO_FREE_ADDRESS',
          `The network "${network.name}" has no free address left.`,
          'Widen its ranges, or use another network.',
        )
      return address
    }
    if (!mayGive(network, wanted))
      throw conflict(
        'ADDRESS_OUTSIDE_RANGE',
        `${wanted} is not an address that the network "${network.name}" gives to guests.`,
        'Choose one within its ranges.',
      )
    if (choice.isTaken(wanted))
      throw conflict(
        'ADDRESS_TAKEN',
        `${wanted} is taken on the network "${network.name}".`,
        'Choose another address, or leave it out.',
      )
    return wanted
  }

  /** Another node may take the same address or key at the same time; the unique indexes decide, and the loser chooses again. */
  async function claimOne(owner: NicOwner, request: NicRequest, index: number): Promise<string> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const network = await networkOf(request.network)
      if (network.state !== 'ready') throw gone(network.name)
      const choice = await choices.of(network.id)
      const mine = choice.addressOf(request.nic)
      if (mine) return mine
      const address = chooseAddress(network, request.address, choice)
      const promise = choice.promise(address)
      if (!promise) throw full(network.name)
      const row = {
        id: request.nic,
        name: truncated(`${owner.name} ${index}`, 63),
        description: '',
        account: owner.account,
        zone: owner.zone,
        network: network.id,
        vm: owner.vm,
        mac: randomMac(),
        address,
        deleteWithVm: true,
        index,
        tunnelKey: promise.tunnelKey,
      }
      const taken = await writer
        .tryCommit([
          { op: 'require', kind: 'network', id: network.id, states: ['ready'] },
          { op: 'insert', kind: 'nic', row },
        ])
        .finally(promise.settled)
      if (taken) return address
    }
    throw conflict('ADDRESS_CONTENTION', 'Too many others take addresses on the network right now.', 'Try again.')
  }

  async function unplug(rows: readonly NicRow[]): Promise<void> {
    for (const row of rows) {
      const network = await networkOf(row.network)
      const driver = await fabrics.driver(network.fabric)
      await driver.removePort(row.id, fabrics.fence)
    }
  }

  return {
    of,
    async claim(owner, requests) {
      const addresses: string[] = []
      for (const [index, request] of requests.entries()) addresses.push(await claimOne(owner, request, index))
      const set = { addresses }
      await writer.commit([{ op: 'update', kind: 'vm', id: owner.vm, set }])
      return addresses
    },
    async release(vm) {
      const rows = await of(vm)
      if (rows.length === 0) return
      // Usually they are gone. Where unplugging gave up, the row is all that knows of the port.
      await unplug(rows)
      await writer.commit([
        ...rows.map(({ id }): Operation => ({ op: 'delete', kind: 'nic', id })),
        { op: 'update', kind: 'vm', id: vm, set: { addresses: [] } },
      ])
    },
    async plug(vm, hostname, chassis) {
      for (const row of await of(vm)) {
        const network = await networkOf(row.network)
        const driver = await fabrics.driver(network.fabric)
        const { id: port, mac, address, tunnelKey } = row
        await driver.ensurePort(
          { port, network: network.id, mac, address, hostname, tunnelKey, chassis },
          fabrics.fence,
        )
      }
    },
    unplug: async (vm) => unplug(await of(vm)),
    async awaitUp(vm, timeoutMs, signal) {
      for (const row of await of(vm)) {
        const network = await networkOf(row.network)
        const driver = await fabrics.driver(network.fabric)
        await driver.waitPortUp(row.id, timeoutMs, signal)
      }
    },
  }
}
