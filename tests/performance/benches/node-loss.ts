/** A node is killed while VMs are asked for of all nodes: how soon others have its hosts and end its tasks, and that nothing is lost. */
import { until } from '@basalt/testkit'
import type { Bed } from '../bed/bed.ts'
import { checkBooks, createsOf, openTasks } from '../bed/vms.ts'
import type { Report } from '../harness/bench.ts'
import type { Outcome } from '../load/callers.ts'
import { type Load, refusalsOf } from '../load/load.ts'

export interface Losses {
  /** How many nodes are killed, one after the other is back. */
  rounds: number
  /** VMs that are asked for meanwhile. */
  sagas: number
  callers: number
  /** Resolves when hosts are spread evenly again. */
  evenAfter(): Promise<number>
}

const BURST_MS = 120_000
const BACK_MS = 300_000
const END_MS = 300_000

interface Loss {
  hosts: number
  open: number
  hostsMs: number
  tasksMs: number
  failed: Record<string, number>
}

const createdIn = async ({ database }: Bed): Promise<number> => {
  const [row] = await database.query<{ count: number }>(`select count(*) as count from task where action = 'vm.create'`)
  return row?.count ?? 0
}

/** Open tasks of the node. */
async function tasksOf({ database }: Bed, node: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>('select id from task where node = $1 and finished_at is null', [
    node,
  ])
  return rows.map(({ id }) => id)
}

interface Ended {
  node: string
  state: string
  code: string | null
  [column: string]: unknown
}

const ENDED = `select node, state, cause ->> 'code' as code from task where id = any($1::uuid[]) and finished_at is not null`

/** Tasks that a lost node left have ended, and not through that node. Failures by their codes. */
async function endedElsewhere(
  { database }: Bed,
  left: readonly string[],
  lost: string,
): Promise<Record<string, number>> {
  let ended: Ended[] = []
  await until(
    'what the lost node was at has ended',
    async () => {
      ended = await database.query<Ended>(ENDED, [left])
      return ended.length === left.length
    },
    END_MS,
  )
  const wrong = ended.filter(({ node, state }) => node === lost || !['succeeded', 'failed'].includes(state))
  if (wrong.length > 0) throw new Error(`tasks of the lost node have not ended elsewhere: ${JSON.stringify(wrong[0])}`)
  const failed: Record<string, number> = {}
  for (const { state, code } of ended) if (state === 'failed') failed[code ?? ''] = (failed[code ?? ''] ?? 0) + 1
  return failed
}

/** Each of its hosts has been connected to another since. */
async function hostsBack(bed: Bed, lost: number): Promise<void> {
  await until('the hosts of the lost node are with others', async () => (await bed.fleet.spread())[lost] === 0, BACK_MS)
}

/** Every request was accepted, by this node or that, and none twice. */
function checkAccepted({ statuses }: Outcome, made: number, wanted: number): void {
  if (statuses[202] !== wanted || made !== wanted)
    throw new Error(
      `${wanted} VMs were asked for; answers were ${JSON.stringify(statuses)}, and ${made} tasks are there`,
    )
}

async function loseOne(bed: Bed, load: Load, { sagas, callers }: Losses): Promise<Loss> {
  const lost = bed.nodes.length - 1
  const node = bed.nodes[lost]
  if (!node) throw new Error('there is no node to lose')
  const before = await createdIn(bed)
  const creates = createsOf(bed, false)
  const asked = creates.asked.map((each) => ({ ...each, headers: { ...each.headers, 'idempotency-key': 'vm{n}' } }))
  const accepting = load.ask({ target: { ...creates, asked, failsOver: true }, pace: { callers, count: sagas } })
  await until('half of the VMs are accepted', async () => (await createdIn(bed)) - before >= sagas / 2, BURST_MS)
  const hosts = (await bed.fleet.spread())[lost] ?? 0
  await node.kill()
  const began = performance.now()
  const left = await tasksOf(bed, node.name)
  const since = <T>(work: Promise<T>): Promise<[T, number]> => work.then((value) => [value, performance.now() - began])
  const [[, hostsMs], [failed, tasksMs], outcome] = await Promise.all([
    since(hostsBack(bed, lost)),
    since(endedElsewhere(bed, left, node.name)),
    accepting,
  ])
  if (refusalsOf(outcome)) throw new Error(`creates were answered with errors: ${refusalsOf(outcome)}`)
  await until('every task has ended', async () => (await openTasks(bed)) === 0, END_MS)
  checkAccepted(outcome, (await createdIn(bed)) - before, sagas)
  await checkBooks(bed)
  return { hosts, open: left.length, hostsMs, tasksMs, failed }
}

function tell(report: Report, losses: readonly Loss[], nodes: number): void {
  const span = (of: 'hosts' | 'open'): string => {
    const values = losses.map((each) => each[of])
    return `${Math.min(...values)} to ${Math.max(...values)}`
  }
  const failed = losses.flatMap((each) => Object.entries(each.failed))
  const failures = failed.map(([code, count]) => `${count} ${code}`).join(', ') || 'none failed'
  const common = { unit: 's', better: 'less' } as const
  report.tell({
    measure: 'a node is killed, until all its hosts are connected to others',
    ...common,
    ours: losses.map(({ hostsMs }) => hostsMs / 1000),
    note: `${span('hosts')} hosts, ${nodes} nodes before`,
  })
  report.tell({
    measure: 'a node is killed, until all its open tasks have ended through others',
    ...common,
    ours: losses.map(({ tasksMs }) => tasksMs / 1000),
    note: `${span('open')} tasks were open: ${failures}; nothing lost, nothing twice`,
  })
}

export async function loseNodes(bed: Bed, load: Load, report: Report, losses: Losses): Promise<void> {
  const { rounds, evenAfter } = losses
  // As slow as real ones: else most VMs run before the node is killed.
  await bed.fleet.slow(1)
  const lost: Loss[] = []
  for (let round = 0; round < rounds; round++) {
    lost.push(await loseOne(bed, load, losses))
    await bed.nodes.at(-1)?.start()
    await evenAfter()
  }
  tell(report, lost, bed.nodes.length)
}
