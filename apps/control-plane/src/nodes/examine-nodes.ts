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
  health: Record<string, { ok: boolean; unreachable?: readonly string[] }>
  softwareVersion: string
  agentUrl: string
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
  // What stands between nodes is told of both.
  const bad = Object.entries(node.health).flatMap(([part, { ok }]) => (ok || part === 'peers' ? [] : [part]))
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

/** Nodes that live and do not reach each other, by what they see themselves. */
function apart(nodes: readonly NodeSeen[]): Finding[] {
  const living = nodes.filter(({ alive }) => alive)
  const cut = living.flatMap((node) => {
    const unreachable = node.health.peers?.unreachable ?? []
    return living.filter(({ name }) => unreachable.includes(name)).map((other) => ({ node, other }))
  })
  return cut.map(({ node, other }) => ({
    severity: 'error',
    code: 'NODES_APART',
    message: `The control-plane node "${node.name}" cannot reach the node "${other.name}", though both live.`,
    meaning: `What is asked of "${node.name}" and needs a host that is connected to "${other.name}" is handed over to it if it is a task and needs no host elsewhere, and else fails with HOST_OUT_OF_REACH; waiting tasks and event streams notice changes up to seconds later.`,
    remedy: `Let "${node.name}" connect to ${other.agentUrl} (firewall, routes, the setting agents.url of "${other.name}").`,
    ...about(node),
  }))
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

const NODES = `select id, name, state, health, software_version as "softwareVersion", agent_url as "agentUrl",
  state = 'up' and lease_expires_at > clock_timestamp() as alive from node order by name`

export const examineNodes = (database: Database): Examiner => ({
  name: 'nodes',
  async examine() {
    const nodes = await database.query<NodeSeen>(NODES)
    return [...nodes.flatMap(findingsOf), ...apart(nodes), ...mixedVersions(nodes)]
  },
})
