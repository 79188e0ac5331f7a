/** Virtual networks: networks, NICs. */
import type { Fabrics } from '@basalt/infrastructure'
import { implement, type Module, type Store } from '@basalt/kernel'
import { createNetwork } from './network/create-network.saga.ts'
import { deleteNetwork } from './network/delete-network.saga.ts'
import { networkSlice } from './network/network.actions.ts'
import { networkReconciler } from './network/network.reconcile.ts'
import { network } from './network/network.resource.ts'
import { recoverNetwork } from './network/recover-network.saga.ts'
import { createSwitches } from './network/switches.ts'
import { nic } from './nic/nic.resource.ts'

export { mayGive } from './network/addresses.ts'
export type { NetworkRow } from './network/network.resource.ts'
export { type Choices, createChoices } from './nic/choices.ts'
export type { NicRow } from './nic/nic.resource.ts'
export { createNics, type NicOwner, type NicRequest, type Nics } from './nic/nics.ts'
export { createPorts, type Ports } from './nic/ports.ts'

export const networkResources = [network, nic]

export function networkModule(deps: { store: Store; fabrics: Fabrics }): Module {
  return {
    name: 'network',
    slices: [networkSlice, implement(nic)],
    sagas: [createNetwork, recoverNetwork, deleteNetwork],
    reconcilers: [networkReconciler(deps)],
    bind: (context) => ({ switches: createSwitches({ ...deps, fabrics: deps.fabrics.within(context) }) }),
  }
}
