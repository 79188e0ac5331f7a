/** Disks of a host that is lost for ever. */
import type { LostHostDuty } from '@basalt/infrastructure'
import type { Operation, Store } from '@basalt/kernel'
import type { VolumeRow } from './volume.resource.ts'

/** Why disks and VMs are failed after their host was abandoned. */
export const hostLost = (name: string) => ({
  code: 'HOST_LOST',
  message: `The host "${name}", which had it, was given up as lost.`,
  remedy: 'Delete it. Should the host come back with its disks, recover the VM.',
})

export const disksOfLostHost = ({ store }: { store: Store }): LostHostDuty => ({
  affected: async (host) => (await store.all<VolumeRow>('volume', { host })).map(({ id }) => id),
  async giveUp({ id: host, name }, { writer }) {
    const volumes = await store.all<VolumeRow>('volume', { host })
    if (volumes.length === 0) return ''
    const set = { state: 'failed', host: null, cause: hostLost(name) }
    await writer.commit(volumes.map(({ id }): Operation => ({ op: 'update', kind: 'volume', id, set })))
    return `Disks given up: ${volumes.length}.`
  },
})
