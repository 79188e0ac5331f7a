/** NICs of a VM: addresses claimed in the database, with their ports. Each method stands being repeated. */
import { randomBytes } from 'node:crypto'
import type { Fabrics } from '@basalt/infrastructure'
import { conflict, type Operation, type Problem, type StepWriter, type Store, type Unit } from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import { mayGive } from '../network/addresses.ts'
import type { NetworkRow } from '../network/network.resource.ts'
import type { Choice, Choices } from './choices.ts'
import { createPorts, gone, networkOf, type Ports } from './ports.ts'

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

export interface Nics extends Ports {
  /** Take MAC, address and key for each; returns the addresses in order, which it has, and the VM shows, when the step is done. */
  claim(owner: NicOwner, requests: readonly NicRequest[]): Promise<string[]>
  /** Let the addresses go; nothing of a port that still has one stays behind. */
  release(vm: string): Promise<void>
}

const ATTEMPTS = 32

const full = (network: string): Problem =>
  conflict('NETWORK_FULL', `The network "${network}" has as many ports as it can have.`, 'Use another network.')

const noneFree = (network: string): Problem =>
  conflict(
    'NO_FREE_ADDRESS',
    `The network "${network}" has no free address left.`,
    'Widen its ranges, or use another network.',
  )

const outside = (address: string, network: string): Problem =>
  conflict(
    'ADDRESS_OUTSIDE_RANGE',
    `${address} is not an address that the network "${network}" gives to guests.`,
    'Choose one within its ranges.',
  )

const taken = (address: string, network: string): Problem =>
  conflict(
    'ADDRESS_TAKEN',
    `${address} is taken on the network "${network}".`,
    'Choose another address, or leave it out.',
  )

interface Chosen {
  address: string
  promise: NonNullable<ReturnType<Choice['promise']>>
}

const randomMac = (): string =>
  `52:54:00:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`

/** @param deps.choices shared by all: nobody is given what another is about to take */
export function createNics(deps: { store: Store; writer: StepWriter; fabrics: Fabrics; choices: Choices }): Nics {
  const { store, writer, choices } = deps
  const ports = createPorts(deps)
  function choose(network: NetworkRow, wanted: string | null, choice: Choice): Chosen | { refused: Problem } {
    const address = wanted ?? choice.nextFree(network)
    if (!address) return { refused: noneFree(network.name) }
    if (wanted !== null && !mayGive(network, wanted)) return { refused: outside(wanted, network.name) }
    if (wanted !== null && choice.isTaken(wanted)) return { refused: taken(wanted, network.name) }
    const promise = choice.promise(address)
    return promise ? { address, promise } : { refused: full(network.name) }
  }

  /** Another node may take the same address or key at the same time; the unique indexes decide, and the loser chooses again. */
  async function claimOne(owner: NicOwner, request: NicRequest, index: number): Promise<string> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const network = await networkOf(store, request.network)
      if (network.state !== 'ready') throw gone(network.name)
      const { value: choice, isKept } = await choices.of(network.id, attempt > 0)
      if (!choice) throw gone(network.name)
      const mine = choice.addressOf(request.nic)
      if (mine) return mine
      const chosen = choose(network, request.address, choice)
      // What an older look refuses, a fresh one may not.
      if ('refused' in chosen && isKept) continue
      if ('refused' in chosen) throw chosen.refused
      const { address, promise } = chosen
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
      const claim: Unit = [
        { op: 'require', kind: 'network', id: network.id, states: ['ready'] },
        { op: 'insert', kind: 'nic', row },
      ]
      if (await writer.tryWithRecord(claim, promise.settled)) return address
    }
    throw conflict('ADDRESS_CONTENTION', 'Too many others take addresses on the network right now.', 'Try again.')
  }

  return {
    ...ports,
    async claim(owner, requests) {
      const addresses: string[] = []
      for (const [index, request] of requests.entries()) addresses.push(await claimOne(owner, request, index))
      writer.withRecord({ op: 'update', kind: 'vm', id: owner.vm, set: { addresses } })
      return addresses
    },
    async release(vm) {
      // Usually they are gone. Where unplugging gave up, the row is all that knows of the port.
      const rows = await ports.unplug(vm)
      if (rows.length === 0) return
      await writer.commit([
        ...rows.map(({ id }): Operation => ({ op: 'delete', kind: 'nic', id })),
        { op: 'update', kind: 'vm', id: vm, set: { addresses: [] } },
      ])
    },
  }
}
