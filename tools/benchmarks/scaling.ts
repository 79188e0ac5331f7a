/** What follows from the kept results for large estates: each row is a measured figure, or a calculation from such. */
import type { Result } from '../../tests/performance/harness/result-file.ts'
import { measureIn } from './results.ts'
import { number } from './table.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
/** How often a host at rest tells how it is (`DEFAULT_HEARTBEAT_INTERVAL_MS` times `LOOKS_TO_HEARTBEAT` of packages/transport). */
const HEARTBEAT_SECONDS = 300
const HOSTS = 100_000
const VMS = 1_000_000
/** Of one core: beyond it answers wait. */
const BUSY_SHARE = 0.5
/** Memory that a node's process may take before V8 would be given more. */
const NODE_MEMORY_BYTES = 4 * GIB

interface Figures {
  agents: number
  nodeMib: number
  emptyNodeMib: number
  nodeCpu: number
  databaseCpu: number
  creates: number
  vmNodeMs: number
  vmDatabaseMs: number
  vmRows: number
  vmTransactions: number
  vmWal: number
  vmInventory: number
  vmHistory: number
  storm: number
}

const SOURCES: Record<Exclude<keyof Figures, 'agents'>, readonly [bench: string, measure: string]> = {
  nodeMib: ['agents', 'agents connected, memory of the node'],
  emptyNodeMib: ['agents', 'no agents, memory of the node'],
  nodeCpu: ['agents', 'agents at rest, processor time of the node'],
  databaseCpu: ['agents', 'agents at rest, processor time of PostgreSQL'],
  storm: ['agents', 'reconnect storm, until all hosts are connected'],
  creates: ['creates', 'create VM, whole saga'],
  vmNodeMs: ['creates', 'create VM, processor time of the node'],
  vmDatabaseMs: ['creates', 'create VM, processor time of PostgreSQL'],
  vmRows: ['creates', 'create VM, rows written'],
  vmTransactions: ['creates', 'create VM, transactions'],
  vmWal: ['creates', 'create VM, write-ahead log'],
  vmInventory: ['creates', 'create VM, what stays as long as it lives'],
  vmHistory: ['creates', 'create VM, history, which its retention ends'],
}

/** Null as long as one of them was not measured. */
function figuresOf(results: readonly Result[]): Figures | null {
  const agents = results.find(({ bench }) => bench === 'agents')?.parameters.BENCH_AGENTS
  const found = Object.entries(SOURCES).map(([name, [bench, measure]]) => [
    name,
    measureIn(results, bench, measure)?.ours.median,
  ])
  if (agents === undefined || found.some(([, value]) => value === undefined)) return null
  return { agents, ...Object.fromEntries(found) }
}

type Row = readonly [what: string, figure: string, how: string]

const measured = (what: string, value: number, unit: string, bench: string): Row => [
  what,
  `${number(value)} ${unit}`,
  `measured (${bench})`,
]
const calculated = (what: string, value: number, unit: string, how: string): Row => [
  what,
  `${number(value)} ${unit}`,
  `calculated: ${how}`,
]

function nodeRows(each: Figures): Row[] {
  const perHostKib = ((each.nodeMib - each.emptyNodeMib) / each.agents) * 1024
  const perHostCpu = each.nodeCpu / 100 / each.agents
  const byMemory = (NODE_MEMORY_BYTES - each.emptyNodeMib * MIB) / (perHostKib * 1024)
  const byCpu = BUSY_SHARE / perHostCpu
  return [
    measured('memory of a node without agents', each.emptyNodeMib, 'MiB', 'agents'),
    measured(`memory of a node with ${number(each.agents)} agents`, each.nodeMib, 'MiB', 'agents'),
    calculated('memory of a node for each agent', perHostKib, 'KiB', 'the difference of the two above'),
    measured(
      `processor time of a node with ${number(each.agents)} agents at rest`,
      each.nodeCpu,
      '% of a core',
      'agents',
    ),
    measured('all hosts back after a restart', each.storm, 's', `agents, ${number(each.agents)} of them`),
    calculated('hosts of one node by memory', byMemory, 'hosts', `${NODE_MEMORY_BYTES / GIB} GiB for its process`),
    calculated(
      'hosts of one node by processor',
      byCpu,
      'hosts',
      `${BUSY_SHARE * 100} % of a core at rest, the rest is for work`,
    ),
    calculated(
      'nodes for 100,000 hosts',
      Math.ceil(HOSTS / Math.min(byCpu, byMemory)) + 1,
      'nodes',
      'the lower of the two, and one that may fail',
    ),
    calculated(
      'heartbeats of 100,000 hosts',
      HOSTS / HEARTBEAT_SECONDS,
      'a second',
      `one each ${HEARTBEAT_SECONDS} s; what many tell is compared with the database by one statement, and nothing is written`,
    ),
  ]
}

function vmRows(each: Figures): Row[] {
  return [
    measured('VMs created by one node', each.creates, 'a second', 'creates'),
    measured('processor time of the node for one VM', each.vmNodeMs, 'ms', 'creates'),
    measured('processor time of PostgreSQL for one VM', each.vmDatabaseMs, 'ms', 'creates'),
    measured('rows written for one VM', each.vmRows, 'rows', 'creates'),
    measured('transactions for one VM', each.vmTransactions, 'transactions', 'creates: many VMs share them'),
    measured('write-ahead log for one VM', each.vmWal / 1024, 'KiB', 'creates'),
    measured('what stays of one VM', each.vmInventory / 1024, 'KiB', 'creates'),
    measured('history of its creation', each.vmHistory / 1024, 'KiB', 'creates'),
    calculated(
      'VMs a second that a core of the control plane bears',
      1000 / each.vmNodeMs,
      'a second',
      'its processor time for one',
    ),
    calculated(
      'VMs a second that a core of PostgreSQL bears',
      1000 / each.vmDatabaseMs,
      'a second',
      'its processor time for one',
    ),
    calculated('inventory of 1,000,000 VMs', (each.vmInventory * VMS) / GIB, 'GiB', 'what stays of one VM'),
    calculated('history of creating 1,000,000 VMs', (each.vmHistory * VMS) / GIB, 'GiB', 'history of one creation'),
    calculated('write-ahead log of creating 1,000,000 VMs', (each.vmWal * VMS) / GIB, 'GiB', 'write-ahead log of one'),
    calculated('creating 1,000,000 VMs on one node', VMS / each.creates / 3600, 'hours', 'VMs created by one node'),
    calculated(
      'PostgreSQL with 100,000 hosts at rest',
      (each.databaseCpu / each.agents) * HOSTS,
      '% of a core',
      `${number(each.databaseCpu)} % with ${number(each.agents)} agents, measured`,
    ),
  ]
}

/** Of the benches that measure at the size that was promised; empty as long as they were not run. */
function promisedRows(results: readonly Result[]): Row[] {
  const rowOf = (
    bench: string,
    what: string,
    measure: string,
    unit: string,
    inUnit = (value: number) => value,
  ): Row[] => {
    const found = measureIn(results, bench, measure)
    return found ? [measured(what, inUnit(found.ours.median), unit, bench)] : []
  }
  const { BENCH_AGENTS: agents = 0, BENCH_NODES: nodes = 0 } =
    results.find(({ bench }) => bench === 'many-agents')?.parameters ?? {}
  const { BENCH_HOSTS: hosts = 0, BENCH_VMS: vms = 0 } =
    results.find(({ bench }) => bench === 'scale')?.parameters ?? {}
  const many = `${number(agents)} agents on ${nodes} nodes`
  const whole = `${number(vms)} VMs on ${number(hosts)} hosts`
  const cloud = `${vms} VMs on ${hosts} hosts`
  return [
    ...rowOf('many-agents', `memory of all nodes, ${many}`, `agents at rest, memory of all ${nodes} nodes`, 'MiB'),
    ...rowOf('many-agents', `a list's p95 beside ${many}`, 'list 20 beside the agents, p95', 'ms'),
    ...rowOf(
      'many-agents',
      `all hosts back after a restart, ${many}`,
      'reconnect storm, until all hosts are connected',
      's',
    ),
    ...rowOf('scale', `creating ${whole} on one node`, `${cloud}, until all run`, 'minutes', (seconds) => seconds / 60),
    ...rowOf('scale', `memory of that node then`, `${cloud}, memory of the node at rest`, 'MiB'),
    ...rowOf(
      'scale',
      `processor time of that node at rest`,
      `${cloud}, processor time of the node at rest`,
      '% of a core',
    ),
  ]
}

/** What the simulation of several nodes showed; empty as long as it was not run. */
function simulationRows(results: readonly Result[]): Row[] {
  const { BENCH_NODES: nodes = 0, BENCH_AGENTS: agents = 0 } =
    results.find(({ bench }) => bench === 'nodes')?.parameters ?? {}
  const whole = `${number(agents)} hosts, ${nodes} nodes`
  const rowOf = (what: string, measure: string, unit: string, how: string): Row[] => {
    const found = measureIn(results, 'nodes', measure)
    return found ? [[what, `${number(found.ours.median)} ${unit}`, `measured (nodes, ${how})`]] : []
  }
  const beside = (whose: string): string => `processor time of ${whose} for one VM`
  return [
    ...rowOf(
      'processor time of a node alone for one VM, beside the next',
      `with 1 node, ${beside('all nodes')}`,
      'ms',
      whole,
    ),
    ...rowOf(`${beside(`${nodes} nodes together`)}`, `with ${nodes} nodes, ${beside('all nodes')}`, 'ms', whole),
    ...rowOf(
      'processor time of PostgreSQL for one VM with a node alone, beside the next',
      `with 1 node, ${beside('PostgreSQL')}`,
      'ms',
      whole,
    ),
    ...rowOf(
      `processor time of PostgreSQL for one VM with ${nodes} nodes`,
      `with ${nodes} nodes, ${beside('PostgreSQL')}`,
      'ms',
      whole,
    ),
    ...rowOf(
      `a node joins, until hosts are spread evenly`,
      `node ${nodes} joins, until hosts are spread evenly`,
      's',
      whole,
    ),
    ...rowOf(
      'a node is killed, until others have all its hosts',
      'a node is killed, until all its hosts are connected to others',
      's',
      whole,
    ),
    ...rowOf(
      'a node is killed, until others have ended all its open tasks',
      'a node is killed, until all its open tasks have ended through others',
      's',
      whole,
    ),
  ]
}

export function scaling(results: readonly Result[]): string {
  const figures = figuresOf(results)
  if (!figures) return 'Not measured yet: `npm run bench -- --keep creates agents`.'
  const rows = [...nodeRows(figures), ...vmRows(figures), ...promisedRows(results), ...simulationRows(results)]
  return [
    '| what | figure | how it is known |',
    '| --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n')
}
