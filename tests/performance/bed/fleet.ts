/** Simulated hosts in a process of their own, which speak the agents' own protocol over mutual TLS. */
import { join } from 'node:path'
import type { Database } from '@basalt/kernel'
import { type NodeProcess, until } from '@basalt/testkit'
import type { Fault } from '../../../apps/simulator/src/schedule.ts'
import { type Child, startChild } from '../load/child.ts'
import { addRows, idOf, idSql } from './rows.ts'

export interface FleetHost {
  id: string
  name: string
  index: number
}

export type FleetQuestion =
  | { type: 'begin'; agentUrl: string; authority: string; latencyFactor: number }
  | { type: 'add'; hosts: FleetHost[] }
  | { type: 'state' }
  | { type: 'connected' }
  | { type: 'follow'; schedule: Fault[] }

export interface FleetState {
  hosts: number
  connected: number
  guests: number
  /** How often the faults of the schedule struck. */
  faults: number
}

export interface Fleet {
  /** Announces so many further hosts in SQL, certifies them and connects them; resolves when all are up. */
  add(count: number): Promise<void>
  state(): Promise<FleetState>
  /** How many are connected. */
  connected(): Promise<number>
  /** Resolves with the milliseconds until all are connected and their rows say `up`. */
  allUp(timeoutMs?: number): Promise<number>
  /** Faults by schedule from now on. */
  follow(schedule: Fault[]): Promise<void>
  close(): Promise<void>
}

export interface FleetOptions {
  database: Database
  node: NodeProcess
  place: { zone: string; cluster: string }
  /** 0 answers at once, 1 as measured on real hosts. */
  latencyFactor?: number
}

/** Longest wait for a host, for each thousand of them. */
const UP_MS_PER_THOUSAND = 60_000
const BATCH = 500

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { database, node, place, latencyFactor = 0 } = options
  const child: Child<FleetQuestion, FleetState> = startChild(join(import.meta.dirname, 'fleet-process.ts'))
  await child.ask({ type: 'begin', agentUrl: node.agentUrl, authority: join(node.dataDir, 'authority'), latencyFactor })
  let hosts = 0

  async function announce(count: number): Promise<FleetHost[]> {
    await addRows(database, 'host', [hosts + 1, hosts + count], {
      id: idSql('f', 'i'),
      name: `'sim-' || i`,
      zone: `'${place.zone}'`,
      cluster: `'${place.cluster}'`,
      state: `'registering'`,
      enabled: 'true',
      chassis: `'sim-' || i`,
    })
    const made = Array.from({ length: count }, (_, each) => hosts + each + 1)
    hosts += count
    return made.map((number) => ({ id: idOf('f', number), name: `sim-${number}`, index: number - 1 }))
  }

  const upCount = async (): Promise<number> => {
    const [row] = await database.query<{ count: number }>(
      `select count(*) as count from host where state = 'up' and id >= '${idOf('f', 0)}'`,
    )
    return row?.count ?? 0
  }
  const state = (): Promise<FleetState> => child.ask({ type: 'state' })
  const connected = async (): Promise<number> => (await child.ask({ type: 'connected' })).connected
  const allUp: Fleet['allUp'] = async (timeoutMs = 30_000 + (hosts / 1000) * UP_MS_PER_THOUSAND) => {
    const began = performance.now()
    await until(
      `${hosts} hosts are up`,
      async () => (await connected()) === hosts && (await upCount()) === hosts,
      timeoutMs,
    )
    return performance.now() - began
  }

  return {
    async add(count) {
      const made = await announce(count)
      for (let at = 0; at < made.length; at += BATCH)
        await child.ask({ type: 'add', hosts: made.slice(at, at + BATCH) })
      await allUp()
    },
    state,
    connected,
    allUp,
    async follow(schedule) {
      await child.ask({ type: 'follow', schedule })
    },
    close: () => child.close(),
  }
}
