/**
 * The node's lease: as long as it lasts, this node may write and send. Its end is PostgreSQL's to tell; here a deadline is kept that
 * comes earlier, by a clock that a stalled event loop or a suspended machine cannot hold up. Everything with an effect asks
 * {@link NodeLease.check} first, so that a node that stood still and wakes does nothing before it has learnt of its loss. That spares
 * work and confusion; what protects are the epochs in the database, in the agents' ledgers and in OVN.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '../database.ts'
import { Problem } from '../problem.ts'
import { createElapsed } from './elapsed.ts'
import { RELEASE, RENEW, TAKE, TELL_HEALTH } from './lease-sql.ts'

/** A node as the last renewal told. */
export interface NodeState {
  name: string
  state: 'up' | 'stopped' | 'lost'
  epoch: number
  /** Its lease lasts. */
  alive: boolean
  apiUrl: string
  agentUrl: string
  softwareVersion: string
  hosts: number
}

/** What this node tells of itself. */
export interface NodeFacts {
  node: string
  apiUrl: string
  agentUrl: string
  softwareVersion: string
  /** Agents that are connected here now. */
  hosts?: () => number
}

export interface LeaseTiming {
  /** How long a lease lasts. Default 5,000. */
  leaseMs: number
  /** Time between renewals. Default 1,000. */
  renewMs: number
}

export interface NodeLease {
  readonly node: string
  epoch(): number
  isHeld(): boolean
  /** @throws Problem NODE_WITHOUT_LEASE */
  check(): void
  /** Undefined while it is held; else resolves when it is again, and rejects with NODE_WITHOUT_LEASE when that takes long. */
  ready(): Promise<void> | undefined
  /** All nodes, this one included. */
  nodes(): readonly NodeState[]
  /** Renew now, for what {@link NodeLease.nodes} tells. */
  refresh(): Promise<void>
  /** Milliseconds that the database's clock is ahead of ours, as of the last renewal. */
  clockOffsetMs(): number
  /** Keeps what the node sees of itself and its surroundings in its row. */
  tellHealth(health: Record<string, unknown>): Promise<void>
  /** Called at once when the lease is lost: let go of everything. */
  onLost(listener: () => void): void
  /** Called with a new lease, before anybody may write: close what the former one left. */
  onTaken(listener: () => Promise<void>): void
  /** Called after a renewal, unless the round before is still under way. */
  onRound(listener: (nodes: readonly NodeState[]) => Promise<void>): void
  /** Begin to renew. */
  start(): void
  /** Give the lease up: other nodes go on at once. */
  release(): Promise<void>
  /** As if the process had died. For tests. */
  crash(): void
  /** As if the event loop stood still, from the lease's point of view; the answer ends that. For tests. */
  stall(): () => void
}

export interface LeaseOptions {
  /** Connections of its own: renewals must not wait behind other statements. */
  database: Database
  facts: NodeFacts
  timing?: Partial<LeaseTiming>
  /** Another run of the program has taken the name: this one can never act again. */
  onSuperseded(): void
  onError(error: unknown): void
  elapsedMs?: () => number
}

const DEFAULT: LeaseTiming = { leaseMs: 5_000, renewMs: 1_000 }
/** Part of the lease that is given away for clocks that run at different speeds. */
const MARGIN = 0.1
/** How long a request waits for a lease that was lost. */
const PATIENCE_MS = 3_000

const withoutLease = (node: string, why: string): Problem =>
  new Problem({
    status: 503,
    code: 'NODE_WITHOUT_LEASE',
    detail: `The control-plane node "${node}" ${why}, so it changes nothing now.`,
    remedy: 'Try again in a moment; other nodes answer meanwhile.',
    retryAfterSeconds: 1,
  })

interface Renewal extends NodeState {
  session: string | null
  renewed: boolean
  databaseMs: number
  [column: string]: unknown
}

/** Takes the lease, ending one that a former run under the same name may still have. */
export async function takeLease(options: LeaseOptions): Promise<NodeLease> {
  const { database, facts, onError, elapsedMs = createElapsed() } = options
  const { node } = facts
  const { leaseMs, renewMs } = { ...DEFAULT, ...options.timing }
  const session = randomUUID()
  const lost = new Set<() => void>()
  const taken = new Set<() => Promise<void>>()
  const rounds = new Set<(nodes: readonly NodeState[]) => Promise<void>>()
  const waiting = new Set<() => void>()
  let epoch = 0
  let deadlineMs = 0
  let nodes: readonly NodeState[] = []
  let offsetMs = 0
  let phase: 'held' | 'lost' | 'superseded' | 'over' = 'lost'
  let stalled = false
  let inRound = false
  let lapse: NodeJS.Timeout | undefined
  let next: NodeJS.Timeout | undefined

  function lose(): void {
    if (phase !== 'held') return
    phase = 'lost'
    clearTimeout(lapse)
    for (const listener of lost) listener()
    schedule(0)
  }
  function isHeld(): boolean {
    if (phase !== 'held') return false
    if (elapsedMs() < deadlineMs) return true
    lose()
    return false
  }
  function prolong(askedAtMs: number): void {
    deadlineMs = askedAtMs + leaseMs * (1 - MARGIN)
    clearTimeout(lapse)
    if (stalled) return
    // Nobody may be about to do anything; what is under way has to be let go all the same.
    lapse = setTimeout(isHeld, deadlineMs - elapsedMs() + 1)
  }
  function schedule(ms: number): void {
    clearTimeout(next)
    if (!stalled && (phase === 'held' || phase === 'lost')) next = setTimeout(() => void beat(), ms)
  }

  async function take(force: boolean): Promise<void> {
    const askedAtMs = elapsedMs()
    const { apiUrl, agentUrl, softwareVersion } = facts
    const values = [randomUUID(), leaseMs, node, session, apiUrl, agentUrl, softwareVersion, force]
    const [row] = await database.query<{ epoch: number }>(TAKE, values)
    if (phase === 'over') return
    if (!row) {
      phase = 'superseded'
      options.onSuperseded()
      return
    }
    epoch = row.epoch
    prolong(askedAtMs)
    for (const listener of taken) await listener()
    if (phase === 'lost' && elapsedMs() < deadlineMs) phase = 'held'
    if (phase === 'held') for (const resolve of waiting) resolve()
  }

  async function renew(): Promise<void> {
    const askedAtMs = elapsedMs()
    const rows = await database.query<Renewal>(RENEW, [node, leaseMs, epoch, session, facts.hosts?.() ?? 0])
    if (stalled || phase === 'over' || !isHeld()) return
    const [first] = rows
    if (!first?.renewed) return lose()
    prolong(askedAtMs)
    offsetMs = first.databaseMs - Date.now()
    nodes = rows.map((row) => (row.name === node ? { ...row, alive: true } : row))
  }

  /** Beside the renewals, which must not wait for what a round does. */
  async function tellRound(): Promise<void> {
    if (inRound) return
    inRound = true
    try {
      for (const listener of rounds) await listener(nodes)
    } catch (error) {
      onError(error)
    } finally {
      inRound = false
    }
  }

  async function beat(): Promise<void> {
    const begunAtMs = elapsedMs()
    try {
      if (isHeld()) {
        await renew()
        if (isHeld()) void tellRound()
      } else if (phase === 'lost') await take(false)
    } catch (error) {
      onError(error)
    }
    schedule(Math.max(renewMs / 10, renewMs - (elapsedMs() - begunAtMs)))
  }

  await take(true)
  await renew()

  return {
    node,
    epoch: () => epoch,
    isHeld,
    check() {
      if (!isHeld()) throw withoutLease(node, 'has lost its lease')
    },
    ready() {
      if (isHeld()) return undefined
      if (phase !== 'lost') return Promise.reject(withoutLease(node, phase === 'over' ? 'stops' : 'was replaced'))
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => () => {
          waiting.delete(held)
          clearTimeout(timer)
          settle()
        }
        const held = end(resolve)
        const timer = setTimeout(
          end(() => reject(withoutLease(node, 'has lost its lease'))),
          PATIENCE_MS,
        )
        waiting.add(held)
      })
    },
    nodes: () => nodes,
    refresh: renew,
    clockOffsetMs: () => offsetMs,
    async tellHealth(health) {
      if (isHeld()) await database.query(TELL_HEALTH, [node, epoch, JSON.stringify(health)])
    },
    onLost: (listener) => void lost.add(listener),
    onTaken: (listener) => void taken.add(listener),
    onRound: (listener) => void rounds.add(listener),
    start: () => schedule(0),
    async release() {
      if (phase === 'over') return
      const held = phase === 'held'
      phase = 'over'
      clearTimeout(next)
      clearTimeout(lapse)
      if (held) await database.query(RELEASE, [node, epoch, session])
    },
    crash() {
      phase = 'over'
      clearTimeout(next)
      clearTimeout(lapse)
    },
    stall() {
      stalled = true
      clearTimeout(next)
      clearTimeout(lapse)
      return () => {
        stalled = false
        schedule(0)
      }
    },
  }
}

/** A lease that never ends, for a kernel that has its database for itself. */
export function unlimitedLease(node: string): NodeLease {
  return {
    node,
    epoch: () => 0,
    isHeld: () => true,
    check() {},
    ready: () => undefined,
    nodes: () => [],
    refresh: async () => {},
    clockOffsetMs: () => 0,
    tellHealth: async () => {},
    onLost() {},
    onTaken() {},
    onRound() {},
    start() {},
    release: async () => {},
    crash() {},
    stall: () => () => {},
  }
}
