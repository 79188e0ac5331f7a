/** What the nodes mean for readiness and for the diagnosis of the cloud. */
import type { Check, Database, Examiner, Finding, NodeLease } from '@basalt/kernel'

/** A node without its lease is not ready: a virtual address belongs on another. */
export const leaseCheck = (lease: NodeLease): Check => ({
  name: 'lease',
  async run() {
    lease.check()
    return `held, epoch ${lease.epoch()}`
  },
})

interface NodeSeen {
  id: string
  name: string
  state: string
  health: Record<string, { ok: boolean }>
  softwareVersion: string
  alive: boolean
  [column: string]: unknown
}

const about = ({ id }: NodeSeen) => ({ kind: 'node', resource: id })

function findingsOf(node: NodeSeen): Finding[] {
  if (!node.alive && node.state !== 'stopped')
    return [
      {
        severity: 'error',
        code: 'NODE_LOST',
        message: `The control-plane node "${node.name}" is lost.`,
        meaning: 'Its tasks and hosts have gone to the other nodes; one more loss is worse.',
        remedy: `Start it again; if it is gone for good: basalt node delete ${node.name}`,
        ...about(node),
      },
    ]
  const bad = Object.entries(node.health).flatMap(([part, { ok }]) => (ok ? [] : [part]))
  if (!node.alive || bad.length === 0) return []
  return [
    {
      severity: 'warning',
      code: 'NODE_UNWELL',
      message: `The control-plane node "${node.name}" is not well: ${bad.join(', ')}.`,
      meaning: 'It may soon lose its lease, or serve badly.',
      remedy: `See what it found: basalt node get ${node.name} -o yaml`,
      ...about(node),
    },
  ]
}

function mixedVersions(nodes: readonly NodeSeen[]): Finding[] {
  const versions = [...new Set(nodes.filter(({ alive }) => alive).map(({ softwareVersion }) => softwareVersion))].sort()
  if (versions.length < 2) return []
  return [
    {
      severity: 'note',
      code: 'NODE_VERSIONS_DIFFER',
      message: `Control-plane nodes run different versions: ${versions.join(', ')}.`,
      meaning: 'That is how it is during an upgrade; steps that take away from the schema wait for its end.',
      remedy: 'Upgrade the remaining nodes.',
    },
  ]
}

const NODES = `select id, name, state, health, software_version as "softwareVersion",
  state = 'up' and lease_expires_at > clock_timestamp() as alive from node order by name`

export const examineNodes = (database: Database): Examiner => ({
  name: 'nodes',
  async examine() {
    const nodes = await database.query<NodeSeen>(NODES)
    return [...nodes.flatMap(findingsOf), ...mixedVersions(nodes)]
  },
})
