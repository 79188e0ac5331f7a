/** Each host with the database: its guests, then the disks on its pools. */
import type { AgentCalls, HostRow } from '@basalt/infrastructure'
import type { Difference, Reconciler, Store } from '@basalt/kernel'
import { createLayerComparison } from '@basalt/storage'
import { createGuestComparison } from './guests.reconcile.ts'

export function hostsReconciler(deps: { store: Store; agents: AgentCalls }): Reconciler {
  const { store, agents } = deps
  const guests = createGuestComparison(deps)
  const layers = createLayerComparison(deps)
  const partOf = ({ code }: Difference) => (code.startsWith('GUEST_') ? guests : layers)

  return {
    name: 'hosts',
    doc: 'Guests and disks of each host with VMs and volumes.',
    places: async (only) =>
      (await store.all<HostRow>('host', only ? { id: [...only] } : {})).map(({ id, name }) => ({
        id,
        name: `host ${name}`,
      })),
    async scan({ id }) {
      const [host] = id ? await store.all<HostRow>('host', { id }) : []
      if (host?.state !== 'up' || !agents.connected(host.id)) return null
      // A guest that is gone lets go of its disks.
      return [...(await guests.scan(host)), ...(await layers.scan(host))]
    },
    again: (difference, place) => partOf(difference).again(difference, place),
    repair: (difference, place, hold) => partOf(difference).repair(difference, place, hold),
    mark: async (difference, place, hold) =>
      partOf(difference) === layers ? layers.mark(difference, place, hold) : '',
    watch: (look) => agents.onConnected((host) => look(host)),
  }
}
