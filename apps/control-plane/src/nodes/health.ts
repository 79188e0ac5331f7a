/** What a node sees of itself and its surroundings; kept in its row, for `GET /v1/nodes` and alarms. */
import { statfs } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Database, Log, NodeLease } from '@basalt/kernel'
import type { ControlPlaneConfig } from '../config.ts'
import type { Peers } from './peers.ts'

/** One thing that was looked at: fine or not, and facts. */
export interface Finding {
  ok: boolean
  [fact: string]: unknown
}

export type Health = Record<string, Finding>

export interface HealthOptions {
  config: ControlPlaneConfig
  lease: NodeLease
  peers: Peers
  database: Database
  log: Log
}

const LOOK_MS = 10_000
/** Finer than what counts as bad; each look at the event loop wakes it. */
const RESOLUTION_MS = 100
const CONNECT_MS = 1_000
/** Beyond these a part is not fine. */
const LIMITS = { databaseMs: 500, clockMs: 1_000, eventLoopMs: 500, diskFree: 0.05 } as const

async function databaseFinding(database: Database): Promise<Finding> {
  const begunAt = performance.now()
  try {
    await database.query('select 1')
    const latencyMs = Math.round(performance.now() - begunAt)
    return { ok: latencyMs <= LIMITS.databaseMs, latencyMs }
  } catch (error) {
    return { ok: false, error: (error as Error).message }
  }
}

function peersFinding({ lease, peers }: HealthOptions): Finding {
  const others = lease.nodes().filter(({ name, alive }) => alive && name !== lease.node)
  const unreachable = others.map(({ name }) => name).filter((name) => !peers.isUp(name))
  return { ok: unreachable.length === 0, reachable: others.length - unreachable.length, unreachable }
}

async function diskFinding(path: string): Promise<Finding> {
  const { blocks, bavail, bsize } = await statfs(path)
  return { ok: bavail / blocks >= LIMITS.diskFree, availableBytes: bavail * bsize, totalBytes: blocks * bsize }
}

function clockFinding(lease: NodeLease): Finding {
  const offsetMs = Math.round(lease.clockOffsetMs())
  return { ok: Math.abs(offsetMs) <= LIMITS.clockMs, offsetMs }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS })
    const end = (isThere: boolean) => () => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', end(true))
    socket.once('timeout', end(false))
    socket.once('error', end(false))
  })
}

async function virtualAddressFinding(address: string, port: number): Promise<Finding> {
  const here = Object.values(networkInterfaces()).some((list) => list?.some((each) => each.address === address))
  return { ok: await answers(address, port), address, here }
}

async function look(options: HealthOptions, eventLoopMs: number): Promise<Health> {
  const { config, lease, database } = options
  const { virtualAddress, api, dataDir } = config
  return {
    database: await databaseFinding(database),
    peers: peersFinding(options),
    disk: await diskFinding(dataDir),
    clock: clockFinding(lease),
    eventLoop: { ok: eventLoopMs <= LIMITS.eventLoopMs, longestMs: eventLoopMs },
    ...(virtualAddress ? { virtualAddress: await virtualAddressFinding(virtualAddress, api.port) } : {}),
  }
}

/** Looks every ten seconds and tells the log what has changed for better or worse. Returns the way to end it. */
export function startHealth(options: HealthOptions): () => void {
  const { lease, log } = options
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const bad = new Set<string>()

  async function round(): Promise<void> {
    const longestMs = Math.round(delay.max / 1e6)
    delay.reset()
    const health = await look(options, longestMs)
    for (const [part, finding] of Object.entries(health)) {
      if (finding.ok === !bad.has(part)) continue
      if (finding.ok) bad.delete(part)
      else bad.add(part)
      const facts = { node: lease.node, part, ...finding }
      if (finding.ok) log.info('a part of this node is fine again', facts)
      else log.error('a part of this node is not fine', facts)
    }
    await lease.tellHealth(health)
  }

  const lookNow = (): void =>
    void round().catch((error) => log.error('the health of this node is not known', { error: String(error) }))
  const timer = setInterval(lookNow, LOOK_MS)
  const first = setTimeout(lookNow, 1_000)
  return () => {
    clearInterval(timer)
    clearTimeout(first)
    delay.disable()
  }
}
