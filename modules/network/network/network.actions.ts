import type { Fabrics } from '@basalt/infrastructure'
import { bySaga, conflict, implement, invalid, type Store } from '@basalt/kernel'
import { checkPlan, defaultGateway } from './addresses.ts'
import { createNetwork } from './create-network.saga.ts'
import { deleteNetwork } from './delete-network.saga.ts'
import { network } from './network.resource.ts'

interface FabricRow {
  id: string
  firstTunnelKey: number
  lastTunnelKey: number
}

/** The zone's fabric; tenants never name one. */
async function fabricOf(store: Store, zone: string): Promise<FabricRow> {
  const [fabric] = await store.all<FabricRow>('fabric', { zone })
  if (!fabric)
    throw conflict('NO_FABRIC', 'This zone has no fabric to carry networks.', 'An operator adds one: POST /v1/fabrics.')
  return fabric
}

/** A key at random among those that are free: two nodes that choose at once rarely meet, and the unique index catches them. */
async function freeTunnelKey(store: Store, { id, firstTunnelKey, lastTunnelKey }: FabricRow): Promise<number> {
  const size = lastTunnelKey - firstTunnelKey + 1
  for (let attempt = 0; attempt < 64; attempt++) {
    const key = firstTunnelKey + Math.floor(Math.random() * size)
    if ((await store.all('network', { fabric: id, tunnelKey: key })).length === 0) return key
  }
  throw conflict(
    'NO_TUNNEL_KEY',
    'The fabric has hardly any network keys left.',
    'An operator widens its range of keys.',
  )
}

export const networkSlice = (_deps: { fabrics: Fabrics }) =>
  implement(network, {
    create: bySaga(createNetwork, async ({ id, input, row, store }) => {
      const plan = {
        cidr: input.cidr,
        gateway: input.gateway ?? defaultGateway(input.cidr),
        ranges: input.ranges ?? [],
      }
      const problems = checkPlan(plan)
      if (problems.length > 0) throw invalid(problems)
      const fabric = await fabricOf(store, row.zone as string)
      const tunnelKey = await freeTunnelKey(store, fabric)
      return { input: {}, ids: { network: id }, set: { gateway: plan.gateway, fabric: fabric.id, tunnelKey } }
    }),
    delete: bySaga(deleteNetwork, async ({ id }) => ({ input: {}, ids: { network: id } })),
  })
