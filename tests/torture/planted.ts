/** States that no action leads to: rows that say otherwise than the world, as after a disaster. */
import { randomUUID } from 'node:crypto'
import type { Operation } from '@basalt/kernel'
import type { CloudEnvironment } from '@basalt/testkit'

export const PLANTED_CAUSE = { code: 'PLANTED', message: 'Somebody said so.', remedy: null }

/** Have a row say something, behind the back of all actions. */
export const say = (env: CloudEnvironment, kind: string, id: string, set: Record<string, unknown>): Promise<void> =>
  env.controlPlane().store.commit([{ op: 'update', kind, id, set }])

/** A host that was there once and is away, with a VM whose disk was only on it. Answers with the host's id. */
export async function plantLostHost(env: CloudEnvironment, name: string): Promise<string> {
  const { zone, cluster, offering, image, network, pool, storageClass } = env.furniture
  const { store } = env.controlPlane()
  const [account] = await store.all<{ id: string }>('account', { name: 'ada' })
  const { id: host } = await env.ok('operator', 'POST', '/v1/hosts', { name, zone, cluster })
  const [vm, volume, nic] = [randomUUID(), randomUUID(), randomUUID()]
  const common = { name: `${name} vm`, description: '', zone }
  const owned = { ...common, account: account?.id }
  const room = { vcpus: 1, memoryBytes: 2 ** 30 }
  const place = { pool, host }
  const insert = (kind: string, row: Record<string, unknown> & { id: string }): Operation => ({
    op: 'insert',
    kind,
    row,
  })
  await store.commit([
    insert('vm', {
      ...owned,
      ...room,
      id: vm,
      offering,
      image,
      hostname: 'planted',
      addresses: ['10.0.0.200'],
      host,
      lastHost: host,
      state: 'running',
    }),
    insert('nic', {
      ...owned,
      id: nic,
      network,
      vm,
      mac: '52:54:00:00:00:01',
      address: '10.0.0.200',
      deleteWithVm: true,
      index: 0,
      tunnelKey: 4711,
    }),
    insert('volume', {
      ...owned,
      ...place,
      id: volume,
      class: storageClass,
      sizeBytes: 2 ** 20,
      vm,
      image,
      topLayer: volume,
      state: 'inUse',
    }),
    insert('layer', { ...common, ...place, id: volume, parent: null, virtualSizeBytes: 2 ** 20 }),
    insert('reservation', { ...common, ...room, id: vm, host }),
    {
      op: 'update',
      kind: 'host',
      id: host,
      set: { state: 'down', vcpusReserved: room.vcpus, memoryReservedBytes: room.memoryBytes },
    },
  ])
  return host
}
