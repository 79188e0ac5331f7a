/** VMs of a host that is lost for ever: without their disks they are failed, with disks elsewhere they are stopped. */
import type { Fabrics, LostHostDuty } from '@basalt/infrastructure'
import type { Operation, Store } from '@basalt/kernel'
import { createPorts } from '@basalt/network'
import { hostLost } from '@basalt/storage'
import type { ReservationRow } from '../reservation/reservation.resource.ts'
import type { VmRow } from './vm.resource.ts'

export function vmsOfLostHost(deps: { store: Store; fabrics: Fabrics }): LostHostDuty {
  const { store, fabrics } = deps

  /** VMs with a disk on the host. */
  async function ownersOf(host: string): Promise<string[]> {
    const volumes = await store.all<{ vm: string | null }>('volume', { host })
    return volumes.flatMap(({ vm }) => (vm ? [vm] : []))
  }

  async function affected(host: string): Promise<string[]> {
    const running = await store.all<VmRow>('vm', { host })
    return [...new Set([...running.map(({ id }) => id), ...(await ownersOf(host))])]
  }

  async function roomOf(vm: string, host: string): Promise<Operation[]> {
    const [room] = await store.all<ReservationRow>('reservation', { id: vm, host })
    if (!room) return []
    const add = { vcpusReserved: -room.vcpus, memoryReservedBytes: -room.memoryBytes }
    return [
      { op: 'delete', kind: 'reservation', id: vm },
      { op: 'adjust', kind: 'host', id: host, add },
    ]
  }

  return {
    affected,
    async giveUp({ id: host, name }, { writer }) {
      const ports = createPorts({ store, fabrics })
      const lost = new Set(await ownersOf(host))
      const vms = await store.all<VmRow>('vm', { id: await affected(host) })
      for (const vm of vms) {
        // Should the host come back, its guest finds no port.
        await ports.plug(vm.id, vm.hostname, null)
        const kept = vm.state === 'running' ? { state: 'stopped' } : {}
        const set = {
          host: null,
          lastHost: null,
          ...(lost.has(vm.id) ? { state: 'failed', cause: hostLost(name) } : kept),
        }
        await writer.commit([...(await roomOf(vm.id, host)), { op: 'update', kind: 'vm', id: vm.id, set }])
      }
      if (vms.length === 0) return ''
      return `VMs failed, since their disks were there: ${lost.size}; stopped, to start elsewhere: ${vms.length - lost.size}.`
    },
  }
}
