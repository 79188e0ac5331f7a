/** How soon a client that watches hears of changes, at a steady number of events a second. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type ControlPlane, readConfig, startControlPlane } from '@basalt/control-plane'
import { until } from '@basalt/testkit'
import { type Bed, onBed } from '../bed/bed.ts'
import { addRows, idOf, idSql } from '../bed/rows.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import { startWatcher, type Watcher } from '../load/watcher.ts'

const perSecond = parameter('BENCH_EVENTS', 5_000, 'events a second')
const roundMs = parameter('BENCH_ROUND_MS', 4_000, 'how long each round takes')

const TICK_MS = 20
const OFFERINGS = 1_000
const LATE_MS = 30_000

interface Written {
  events: number
  perSecond: number
}

type Store = ControlPlane['store']

/** Changes as the node makes them: each with its event, some of them in each commit. */
async function write(store: Store): Promise<Written> {
  const began = performance.now()
  let events = 0
  for (let passed = 0; passed < roundMs.value; passed = performance.now() - began) {
    const due = Math.floor((passed / 1000) * perSecond.value) - events
    const batch = Math.min(Math.max(due, 0), OFFERINGS)
    if (batch > 0)
      await store.commit(
        Array.from({ length: batch }, (_, index) => ({
          op: 'update' as const,
          kind: 'offering',
          id: idOf('c', 1 + ((events + index) % OFFERINGS)),
          set: { description: String(events + index) },
        })),
      )
    events += batch
    await sleep(TICK_MS)
  }
  return { events, perSecond: (events / (performance.now() - began)) * 1000 }
}

async function round(watcher: Watcher, store: Store): Promise<{ p99: number; rate: number }> {
  await watcher.ask({ type: 'take' })
  const written = await write(store)
  const delays: number[] = []
  await until(
    'every event has come',
    async () => {
      delays.push(...(await watcher.ask({ type: 'take' })).delaysMs)
      return delays.length >= written.events
    },
    LATE_MS,
  )
  if (delays.length !== written.events) throw new Error(`${written.events} events were ${delays.length} at the client`)
  return { p99: quantile(delays, 0.99), rate: written.perSecond }
}

/** In place of the one in a process of its own: its store is at hand, for more changes than requests can ask for. */
async function nodeInThisProcess(bed: Bed): Promise<ControlPlane> {
  await bed.node.kill()
  const config = await readConfig(`${bed.node.dataDir}.json`)
  const log = { info() {}, error: (message: string, facts?: object) => console.error(message, facts) }
  return startControlPlane(config, { databaseUrl: bed.server.url, log })
}

async function measure(bed: Bed, watcher: Watcher, report: Report): Promise<void> {
  const { store, stop } = await nodeInThisProcess(bed)
  try {
    await addRows(bed.database, 'offering', [1, OFFERINGS], { id: idSql('c', 'i'), name: `'o' || i`, vcpus: '1' })
    const { node, caPem: ca, tokens } = bed
    await watcher.ask({ type: 'watch', url: node.apiUrl, ca, token: tokens.operator, kinds: 'offering' })
    await round(watcher, store)
    const taken: { p99: number; rate: number }[] = []
    for (let each = 0; each < rounds.value; each++) taken.push(await round(watcher, store))
    const rates = taken.map(({ rate }) => rate)
    report.tell({
      measure: 'events to a watching client, p99',
      unit: 'ms',
      better: 'less',
      ours: taken.map(({ p99 }) => p99),
      reach: `below 100 ms at 5,000 events/s`,
      keeps: (mine) => mine < 100 && quantile(rates, 0.5) >= 5_000 * 0.95,
      note: `${Math.round(quantile(rates, 0.5))} events/s, every one of them came`,
    })
  } finally {
    await stop()
  }
}

export const bench: Bench = {
  about: 'how soon a watching client hears of changes that the node makes',
  parameters: { perSecond, roundMs, rounds },
  limitMinutes: 5,
  run: (report) =>
    onBed(async (bed) => {
      const watcher = startWatcher()
      try {
        await measure(bed, watcher, report)
      } finally {
        await watcher.close()
      }
    }),
}
