import { randomInt } from 'node:crypto'
import { bySaga, conflict, implement, invalid, recovering, type Store } from '@basalt/kernel'
import { checkPlan, defaultGateway } from './addresses.ts'
import { createNetwork } from './create-network.saga.ts'
import { deleteNetwork } from './delete-network.saga.ts'
import { network } from './network.resource.ts'
import { recoverNetwork } from './recover-network.saga.ts'

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

const GUESSES = 16
/** Ranges up to this size are looked through when guessing finds nothing. */
const SMALL_RANGE = 65_536

/** A key at random among those that are free: two nodes that choose at once rarely meet, and the unique index catches them. */
async function freeTunnelKey(store: Store, { id, firstTunnelKey, lastTunnelKey }: FabricRow): Promise<number> {
  const size = lastTunnelKey - firstTunnelKey + 1
  for (let guess = 0; guess < GUESSES; guess++) {
    const key = firstTunnelKey + randomInt(size)
    if ((await store.all('network', { fabric: id, tunnelKey: key })).length === 0) return key
  }
  const used = new Set((await store.all<{ tunnelKey: number }>('network', { fabric: id })).map((row) => row.tunnelKey))
  const free = Array.from({ length: Math.min(size, SMALL_RANGE) }, (_, index) => firstTunnelKey + index).filter(
    (key) => !used.has(key),
  )
  if (free.length > 0) return free[randomInt(free.length)] as number
  throw conflict('NO_TUNNEL_KEY', 'The fabric has no network keys left.', 'An operator adds a fabric with more keys.')
}

export const networkSlice = implement(network, {
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
  recover: bySaga(recoverNetwork, async (context) => ({
    ...recovering('network', context),
    ids: { network: context.id },
  })),
  delete: bySaga(deleteNetwork, async ({ id }) => ({ input: {}, ids: { network: id } })),
})
