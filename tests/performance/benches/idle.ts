/** What a control plane costs that has nothing to do, and how soon one is there from empty directories. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildNodeProgram, httpClient, nodeProcess } from '@basalt/testkit'
import { type Bed, onBed } from '../bed/bed.ts'
import { proportionalBytes } from '../bed/processes.ts'
import { databaseBytes, processorShare } from '../bed/usage.ts'
import { atScale, type Bench, type Report } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'

const hosts = parameter('BENCH_IDLE_HOSTS', 1_000, 'connected simulated hosts')
const watchMs = parameter('BENCH_IDLE_MS', 10_000, 'how long each round watches')

const settleMs = parameter('BENCH_IDLE_SETTLE_MS', 45_000, 'how long hosts have been there before it is watched')

const MIB = 2 ** 20

/** Node and PostgreSQL: share of one core, and memory with what is shared counted once. */
async function watch(bed: Bed): Promise<{ share: number; bytes: number }> {
  const { nodes, database } = await processorShare(bed, watchMs.value)
  return { share: nodes + database, bytes: proportionalBytes(bed.node.pid) + databaseBytes(bed) }
}

async function watchIdle(bed: Bed, count: number, report: Report): Promise<void> {
  const seen: Awaited<ReturnType<typeof watch>>[] = []
  for (let round = 0; round < rounds.value; round++) seen.push(await watch(bed))
  const at = count === 1 ? 'with 1 host' : `with ${count} hosts`
  report.tell({
    measure: `idle ${at}, processor time with PostgreSQL`,
    unit: '% of a core',
    better: 'less',
    ours: seen.map(({ share }) => share * 100),
    reach: 'below 2 % with 1,000 hosts',
    keeps: atScale(count >= 1_000, (mine) => mine < 2),
  })
  report.tell({
    measure: `idle ${at}, memory with PostgreSQL`,
    unit: 'MiB',
    better: 'less',
    ours: seen.map(({ bytes }) => bytes / MIB),
    ...(count === 1 ? { reach: 'below 250 MiB', keeps: (mine: number) => mine < 250 } : {}),
  })
}

/** A node with its own database, from directories that do not exist yet. */
async function fromEmpty(program: string, directory: string, name: string): Promise<number> {
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, 'operator-password', { mode: 0o600 })
  const settings = { operator: { username: 'admin', passwordFile } }
  const node = await nodeProcess({ directory, program, name, settings })
  const began = performance.now()
  try {
    await node.start()
    const http = httpClient(node.apiUrl, await node.authorityPem())
    const body = { username: 'admin', password: 'operator-password' }
    const { status } = await http({ method: 'POST', path: '/v1/sessions', body })
    if (status !== 201) throw new Error(`the first session was answered ${status}`)
    return performance.now() - began
  } finally {
    await node.kill()
  }
}

async function startsFromEmpty(report: Report): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'empty-'))
  const program = await buildNodeProgram(directory)
  const times: number[] = []
  for (let round = 0; round < rounds.value; round++) times.push(await fromEmpty(program, directory, `node-${round}`))
  report.tell({
    measure: 'empty directories to the first session',
    unit: 's',
    better: 'less',
    ours: times.map((ms) => ms / 1000),
    reach: 'below 3 s',
    keeps: (mine) => mine < 3,
    note: 'with its own PostgreSQL',
  })
}

/** From an empty directory for PostgreSQL to a running simulated VM, everything between through the API. */
async function toFirstVm(report: Report): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < rounds.value; round++) {
    const began = performance.now()
    await onBed(async (bed) => {
      const { zone, offering, image, network } = bed.furniture
      await bed.ok('ada', 'POST', '/v1/vms', { name: 'first', zone, offering, image, networks: [{ network }] })
      times.push(performance.now() - began)
    })
  }
  report.tell({
    measure: 'empty directories to the first simulated VM',
    unit: 's',
    better: 'less',
    ours: times.map((ms) => ms / 1000),
    reach: 'below 5 s',
    keeps: (mine) => mine < 5,
    note: 'with the furniture of a zone, an image and the process of the host',
  })
}

export const bench: Bench = {
  about: 'memory and processor time without work, and how soon a control plane is there',
  parameters: { hosts, watchMs, settleMs, rounds },
  limitMinutes: 10,
  async run(report) {
    await report.attempt('empty directories to the first session', () => startsFromEmpty(report))
    await report.attempt('empty directories to the first simulated VM', () => toFirstVm(report))
    await report.attempt('idle', () =>
      onBed(async (bed) => {
        await watchIdle(bed, 1, report)
        await bed.fleet.add(hosts.value - 1)
        // Each that has come is compared with the database once: that is no rest yet.
        await sleep(settleMs.value)
        await watchIdle(bed, hosts.value, report)
      }),
    )
  },
}
