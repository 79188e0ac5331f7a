import type { DomainSpec } from '@basalt/contracts'
import { SimulatorError } from './errors.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/

/** Refuses with `INVALID_PARAMETERS` what a real hypervisor would refuse, or run wrongly. */
export function requireValid({ vm, vcpus, memoryBytes, disks, nics }: DomainSpec): void {
  const ids = [vm, ...disks.map(({ volume }) => volume), ...nics.map(({ nic }) => nic)]
  for (const id of ids) demand(UUID.test(id), `${id} is not a UUID in lower case`)
  demand(Number.isSafeInteger(vcpus) && vcpus >= 1, `${vcpus} is no number of vCPUs`)
  demand(Number.isSafeInteger(memoryBytes) && memoryBytes >= 1024 ** 2, `${memoryBytes} bytes are no memory`)
  demand(new Set(disks.map(({ index }) => index)).size === disks.length, 'two disks have one index')
  for (const { mac } of nics) demand(MAC.test(mac), `${mac} is not a MAC address in lower case`)
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new SimulatorError('INVALID_PARAMETERS', `The guest cannot be defined: ${otherwise}.`)
}
