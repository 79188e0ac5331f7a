/** The decision where a VM goes, with its commit, at many hosts; beside a plain scan over all of them that commits nothing. */
import { randomBytes } from 'node:crypto'
import { allResources } from '@basalt/control-plane'
import { createSealer, createStore, openDatabase, type StepWriter } from '@basalt/kernel'
import type { Demand } from '../../../modules/compute/placement/candidate.ts'
import { createPlacement } from '../../../modules/compute/placement/placement.ts'
import { createRoom } from '../../../modules/compute/placement/room.ts'
import { type Bed, onBed } from '../bed/bed.ts'
import { addRows, analyze, idSql } from '../bed/rows.ts'
import type { Bench, Report, Rounds } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import { closedLoop, type Outcome } from '../load/callers.ts'

const hosts = parameter('BENCH_PLACEMENT_HOSTS', 10_000, 'hosts to choose from')
const callers = parameter('BENCH_CALLERS', 64, 'VMs that look for a place at the same time')
const roundMs = parameter('BENCH_ROUND_MS', 2_000, 'how long each round takes')

const GIB = 2 ** 30

/** Hosts number `from` to `to` that all have room, each with the one pool. */
export async function addPlaces(
  { database, furniture }: Bed,
  range: readonly [from: number, to: number],
): Promise<void> {
  const { zone, cluster, pool } = furniture
  await addRows(database, 'host', range, {
    id: idSql('8', 'i'),
    name: `'place-' || i`,
    zone: `'${zone}'`,
    cluster: `'${cluster}'`,
    state: `'up'`,
    enabled: 'true',
    chassis: `'place-' || i`,
    vcpuCapacity: '1000000',
    memoryCapacityBytes: `${2 ** 50}`,
  })
  await addRows(database, 'poolMount', range, {
    id: idSql('9', 'i'),
    name: `'mount-' || i`,
    zone: `'${zone}'`,
    pool: `'${pool}'`,
    host: idSql('8', 'i'),
    state: `'usable'`,
    totalBytes: `${2 ** 50}`,
    availableBytes: `${2 ** 49}`,
  })
  await analyze(database, ['host', 'poolMount'])
}

interface Placing {
  place(): Promise<number>
  /** Finds the host and holds its room in memory, as the first half of `place`; nothing is committed. */
  decide(): Promise<number>
  close(): Promise<void>
}

/** Placement as a node has it, in this process, for VMs that have no row. */
export function placingOn(bed: Bed): Placing {
  const database = openDatabase(bed.server.url)
  const store = createStore(database, allResources, createSealer(randomBytes(32)))
  const agents = { connected: () => true }
  const room = createRoom({ store, agents })
  const tryCommit: StepWriter['tryCommit'] = async (unit) => {
    // Without the VM's own row, which creation writes for other reasons.
    await store.commit(unit.filter((operation) => !('kind' in operation) || operation.kind !== 'vm'))
    return true
  }
  const writer: StepWriter = {
    commit: store.commit,
    tryCommit,
    withRecord() {
      throw new Error('there is no record')
    },
    tryWithRecord: (unit, settled) => tryCommit(unit).finally(settled),
  }
  const placement = createPlacement({ store, agents, writer, room, policies: [], signal: new AbortController().signal })
  const demand: Demand = {
    zone: bed.furniture.zone,
    vcpus: 1,
    memoryBytes: GIB,
    diskBytes: GIB,
    storageClass: null,
    architecture: 'x86_64',
    pinnedHost: null,
    pinnedPool: null,
  }
  return {
    async place() {
      await placement.reserve({ id: crypto.randomUUID(), name: 'vm' }, demand)
      return 200
    },
    async decide() {
      const { value: view } = await room.look(demand.zone)
      const best = view?.best(demand)
      if (!view || !best) throw new Error('there is no place')
      view.promise(best.host, demand).settled()
      return 200
    },
    close: () => database.close(),
  }
}

/** The best of all hosts by free memory, as one would write it at first; nothing is made durable. */
export function scanning(count: number): () => Promise<number> {
  const all = Array.from({ length: count }, (_, index) => ({
    id: `host-${index}`,
    up: true,
    cpus: 1e6,
    memory: 2 ** 50,
  }))
  return async () => {
    let best = all[0]
    for (const host of all) if (host.up && host.cpus > 0 && host.memory > (best?.memory ?? 0)) best = host
    if (best) best.memory -= GIB
    return 200
  }
}

async function measure(bed: Bed, report: Report): Promise<void> {
  const { place, decide, close } = placingOn(bed)
  const scan = scanning(hosts.value)
  const [ours, alone, yardstick]: [Outcome[], Outcome[], Outcome[]] = [[], [], []]
  try {
    await closedLoop(callers.value, roundMs.value, place)
    for (let round = 0; round < rounds.value; round++) {
      const outcome = await closedLoop(callers.value, roundMs.value, place)
      if (outcome.statuses[0]) throw new Error(`${outcome.statuses[0]} VMs found no place`)
      ours.push(outcome)
      alone.push(await closedLoop(1, roundMs.value / 4, decide))
      yardstick.push(await closedLoop(1, roundMs.value / 4, scan))
    }
  } finally {
    await close()
  }
  tell(report, `placement with its commit at ${hosts.value} hosts`, ours, yardstick, {
    rate: { reach: '100,000/s', keeps: (mine) => mine >= 100_000 },
    p99: { reach: 'below 1 ms', keeps: (mine) => mine < 1, note: `${callers.value} at a time` },
  })
  tell(report, `placement without its commit at ${hosts.value} hosts`, alone, yardstick, {
    rate: { note: 'the host is found, and its room held in memory' },
    p99: {},
  })
}

type Remarks = Pick<Rounds, 'reach' | 'keeps' | 'note'>

function tell(
  report: Report,
  measure: string,
  ours: readonly Outcome[],
  yardstick: readonly Outcome[],
  remarks: { rate: Remarks; p99: Remarks },
): void {
  report.tell({
    measure,
    unit: 'decisions/s',
    better: 'more',
    ours: ours.map(({ perSecond }) => perSecond),
    yardstick: yardstick.map(({ perSecond }) => perSecond),
    beside: 'linear scan of objects in memory, without a commit',
    ...remarks.rate,
  })
  report.tell({
    measure: `${measure}, p99`,
    unit: 'ms',
    better: 'less',
    ours: ours.map(({ latenciesMs }) => quantile([...latenciesMs], 0.99)),
    ...remarks.p99,
  })
}

export const bench: Bench = {
  about: 'where a VM goes, decided and made durable, at many hosts',
  parameters: { hosts, callers, roundMs, rounds },
  limitMinutes: 8,
  run: (report) =>
    onBed(async (bed) => {
      await addPlaces(bed, [1, hosts.value])
      await measure(bed, report)
    }),
}
