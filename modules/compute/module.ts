/** Virtual machines, their sizes, and where they are placed. */
import type { AgentCalls, Fabrics } from '@basalt/infrastructure'
import { conflict, implement, type Module, type NodeLease, type Store, stepWriter, turnOf } from '@basalt/kernel'
import { type Choices, createChoices, createNics } from '@basalt/network'
import type { PlacementPolicy } from '@basalt/plugin'
import type { StepContext } from '@basalt/saga'
import { createVolumes, type ImageCache, type StoragePoolRow } from '@basalt/storage'
import { computeSettings } from './compute.settings.ts'
import { offering } from './offering/offering.resource.ts'
import { createPlacement } from './placement/placement.ts'
import { createRoom, type Room } from './placement/room.ts'
import { reservation } from './reservation/reservation.resource.ts'
import { roomReconciler } from './reservation/room.reconcile.ts'
import { createAwaitNetwork } from './vm/await-network.ts'
import type { createConsoles } from './vm/console.ts'
import { createVm } from './vm/create-vm.saga.ts'
import { deleteVm } from './vm/delete-vm.saga.ts'
import { examineVms } from './vm/examine-vms.ts'
import { createGuests } from './vm/guests.ts'
import { hostsReconciler } from './vm/hosts.reconcile.ts'
import { createVmObserver } from './vm/observe-vms.ts'
import { rebootVm } from './vm/reboot-vm.saga.ts'
import { recoverVm } from './vm/recover-vm.saga.ts'
import { createRecovery } from './vm/recovery.ts'
import { recycleVm } from './vm/recycle-vm.saga.ts'
import { startVm } from './vm/start-vm.saga.ts'
import { powerOffVm, stopVm } from './vm/stop-vm.saga.ts'
import { vmSlice } from './vm/vm.actions.ts'
import type { VmDeps } from './vm/vm.deps.ts'
import { type VmRow, vm } from './vm/vm.resource.ts'

export { computeSettings } from './compute.settings.ts'
export type { Consoles, ConsoleTicket } from './vm/console.ts'
export { createConsoles } from './vm/console.ts'
export { vmsOfLostHost } from './vm/lost-host.ts'
export { createVmObserver } from './vm/observe-vms.ts'
export type { VmRow } from './vm/vm.resource.ts'

export const computeResources = [offering, reservation, vm]

interface ComputeOptions {
  store: Store
  lease: NodeLease
  agents: AgentCalls
  fabrics: Fabrics
  cache: ImageCache
  consoles: ReturnType<typeof createConsoles>
  /** Have a say in placement, besides our own filters and weighers. */
  policies: readonly PlacementPolicy[]
  onError(error: unknown, host: string): void
}

async function poolOf(store: Store, id: string): Promise<StoragePoolRow> {
  const [pool] = await store.all<StoragePoolRow>('storagePool', { id })
  if (!pool) throw conflict('POOL_GONE', 'The storage pool is gone.', 'Try again: another one may be chosen.')
  return pool
}

function bindVm(
  options: ComputeOptions,
  context: StepContext,
  { room, choices }: { room: Room; choices: Choices },
): VmDeps {
  const { store, agents, cache, policies } = options
  const fabrics = options.fabrics.within(context)
  const writer = stepWriter(store, context)
  const nics = createNics({ store, writer, fabrics, choices })
  const volumes = createVolumes({ store, agents, writer, context })
  const get = async (id: string): Promise<VmRow> => {
    const [row] = await store.all<VmRow>('vm', { id })
    if (!row) throw conflict('VM_GONE', `The VM ${id} is gone.`, 'Nothing is left to do.')
    return row
  }
  const guests = createGuests({ store, agents, context, nics, volumes })
  const placement = createPlacement({ store, agents, writer, room, policies, signal: context.signal })
  return {
    placement,
    nics,
    volumes,
    guests,
    awaitNetwork: createAwaitNetwork({ store, agents, nics }),
    recovery: createRecovery({ store, agents, writer, context, nics, volumes, guests, placement }),
    images: {
      ensure: async (image, pool, host, signal, progress) =>
        cache.ensure({
          image: image.id,
          imageName: image.name,
          pool: await poolOf(store, pool),
          host,
          signal,
          progress,
        }),
    },
    vms: {
      get,
      async demandOf(id) {
        const { zone, vcpus, memoryBytes, image } = await get(id)
        const [root] = await volumes.of(id)
        if (!root) throw conflict('NO_ROOT_DISK', 'The VM has no root disk.', 'Delete the VM and create it anew.')
        const [made] = await store.all<{ architecture: string }>('image', { id: image })
        const architecture = made?.architecture ?? 'x86_64'
        return {
          zone,
          vcpus,
          memoryBytes,
          diskBytes: 0,
          storageClass: null,
          architecture,
          pinnedHost: root.host,
          pinnedPool: root.pool,
        }
      },
    },
  }
}

export function computeModule(options: ComputeOptions): Module {
  const shared = { room: createRoom(options), choices: createChoices(options.store, () => turnOf(options.lease)) }
  const observer = createVmObserver(options)
  return {
    name: 'compute',
    settings: computeSettings,
    slices: [implement(offering), implement(reservation), vmSlice],
    sagas: [createVm, startVm, stopVm, powerOffVm, rebootVm, recoverVm, recycleVm, deleteVm],
    bind: (context) => bindVm(options, context, shared),
    routes: options.consoles.routes,
    reconcilers: [hostsReconciler(options), roomReconciler(options)],
    examiners: [examineVms(options.store)],
    start: async () => observer.start(),
    stop: async () => observer.stop(),
  }
}
