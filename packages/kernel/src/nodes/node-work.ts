/** What a node does because it is one of several: carries on what it, or another, left behind, and lets go when its lease is lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../kernel.ts'
import type { Module } from '../module.ts'
import type { Store } from '../store.ts'
import type { Tasks } from '../tasks/tasks.ts'
import type { Cluster } from './cluster.ts'
import type { NodeLease, NodeState } from './lease.ts'
import { createTakeOver } from './take-over.ts'

export interface NodeWork {
  /** Carries on what a former life of this node left, as soon as the modules are ready for it; then renews the lease. */
  start(): void
  /** Another node can go on with what this one leaves. */
  othersLive(): boolean
  stop(): void
}

const RETRY_MS = 1_000
/** Rounds between two looks for tasks that nobody carries out, when all nodes live. */
const SLOW_ROUNDS = 10
/** The longest that adopted tasks wait for what their former node left: hosts that have not come back yet, above all. */
const READY_MS = 3_000

export function createNodeWork(deps: {
  store: Store
  modules: readonly Module[]
  tasks: Tasks
  lease: NodeLease
  cluster: Cluster
  log: Log
}): NodeWork {
  const { store, modules, tasks, lease, cluster, log } = deps
  const takeOver = createTakeOver({ database: store.database, lease, log })
  const closing = new AbortController()
  let begun = false
  let round = 0
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: closing.signal }).catch(() => {})

  /** Again and again, since a database that is away for a moment must not strand tasks. */
  async function persistently<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!closing.signal.aborted)
      try {
        return await work()
      } catch (error) {
        log.error('open tasks cannot be taken over yet', { error: String(error) })
        await pause(RETRY_MS)
      }
    return undefined
  }

  async function resume(ids: readonly string[], from: string, ready?: Promise<unknown>): Promise<void> {
    if (ids.length === 0 || closing.signal.aborted) return
    log.info('took over open tasks', { tasks: ids.length, from })
    cluster.ring({ tasks: ids })
    await persistently(() => tasks.resume(ids, ready))
  }

  const allReady = (): Promise<unknown> => Promise.all(modules.map((module) => module.ready?.()))

  async function carryOn(): Promise<void> {
    const own = (await persistently(takeOver.own)) ?? []
    const ready = allReady()
    await resume(own, lease.node, ready)
    await ready
    begun = true
  }

  async function look(nodes: readonly NodeState[]): Promise<void> {
    const someLost = await takeOver.declareLost(nodes)
    // The new epochs of lost nodes shut them out of the network: they must be known before the first task goes on.
    await lease.refresh()
    const ids = await takeOver.others(lease.nodes())
    if (ids.length > 0) {
      // The tasks are ours by now: the next round must not wait for what they wait for.
      void Promise.race([allReady(), pause(READY_MS)]).then(() =>
        resume(ids, someLost ? 'a lost node' : 'another node'),
      )
    }
  }

  lease.onLost(() => {
    log.error('the lease of this node is lost: it lets go of all tasks', { node: lease.node })
    tasks.letGo()
  })
  lease.onTaken(async () => {
    const own = await takeOver.own()
    void resume(own, lease.node)
  })
  lease.onRound(async (nodes) => {
    round++
    const isSlow = round % SLOW_ROUNDS === 1
    if (isSlow || nodes.some(({ alive }) => !alive)) await look(nodes)
    // Only another node hands over.
    if (begun && (isSlow || nodes.length > 1)) await tasks.resumeHanded()
    // Accepted, but this process never learnt of it: the connection broke between the commit and its answer.
    if (isSlow && begun) await tasks.resumeForgotten()
  })

  return {
    start() {
      void carryOn()
      lease.start()
    },
    othersLive: () => lease.nodes().some(({ name, alive }) => alive && name !== lease.node),
    stop: () => closing.abort(),
  }
}
