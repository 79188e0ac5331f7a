import { randomUUID } from 'node:crypto'
import type { DomainSpec, PoolSpec } from '@basalt/contracts'
import { hostCall } from '@basalt/testkit/contracts'
import { createSimulatedHost, type SimulatedHost, type SimulatedHostOptions } from './driver.ts'

export const MEBIBYTE = 1024 ** 2

/** A host of 8 GiB. */
export function host(options: Partial<SimulatedHostOptions> = {}): SimulatedHost {
  return createSimulatedHost({ name: 'host-1', memoryBytes: 8 * 1024 * MEBIBYTE, cpus: 4, ...options })
}

/** A pool of the host, opened. */
export async function openedPool(on: SimulatedHost, kind: PoolSpec['kind'] = 'local'): Promise<PoolSpec> {
  const pool = { pool: randomUUID(), kind, path: `/pools/${randomUUID()}` }
  await on.storage.commands.open({ pool, initialize: true }, hostCall())
  return pool
}

/** A guest with one disk and one NIC; the disk is made. */
export async function guest(on: SimulatedHost, pool: PoolSpec): Promise<DomainSpec> {
  const layer = randomUUID()
  await on.storage.commands.create({ pool, layer, sizeBytes: 16 * MEBIBYTE }, hostCall())
  return {
    vm: randomUUID(),
    title: 'guest',
    hostname: 'guest',
    vcpus: 1,
    memoryBytes: 128 * MEBIBYTE,
    disks: [{ volume: randomUUID(), pool, layer, index: 0 }],
    nics: [{ nic: randomUUID(), mac: '0a:00:00:00:00:0a', mtu: 1442 }],
  }
}
