/** Hosts spread over the nodes that live: a node with more than its share asks some to go to one with less, few at a time. */
import type { NodeLease, NodeState } from '@basalt/kernel'
import type { AgentHub } from '@basalt/transport'

/** A difference that is not worth a reconnection: a tenth, at least one host. */
const SLACK = 0.1
/** Part of the hosts that is asked to go in one round. */
const PACE = 0.02
/** Whoever has just come stays a while: after a node is lost, hosts come in waves. */
const SETTLED_MS = 10_000

/**
 * How many hosts a node has too many, and where they could go, the emptiest node first. A node that cannot be reached takes no part: most
 * likely it was killed a moment ago, and its lease is not over yet.
 */
export function surplusOf(
  self: string,
  hosts: number,
  nodes: readonly NodeState[],
  isReached: (node: string) => boolean,
): { surplus: number; to: NodeState[] } {
  const others = nodes.filter(({ name, alive }) => alive && name !== self && isReached(name))
  const total = others.reduce((sum, node) => sum + node.hosts, hosts)
  const share = Math.ceil(total / (others.length + 1))
  const isWorthIt = hosts > share + Math.max(1, Math.floor(share * SLACK))
  const to = others.filter((node) => node.hosts < share).sort((a, b) => a.hosts - b.hosts)
  return { surplus: isWorthIt && to.length > 0 ? hosts - share : 0, to }
}

/** Where agents may connect: nodes that live. */
export const nodeUrlsOf = (lease: NodeLease): string[] =>
  lease.nodes().flatMap(({ alive, agentUrl }) => (alive ? [agentUrl] : []))

/** Agents learn of nodes that come. Those that go they may go on trying: a node that is lost usually comes back. */
export function tellNodes({ lease, hub }: { lease: NodeLease; hub: AgentHub }): void {
  let told = new Set(nodeUrlsOf(lease))
  lease.onRound(async () => {
    const urls = nodeUrlsOf(lease)
    if (urls.some((url) => !told.has(url))) hub.tellNodes()
    told = new Set(urls)
  })
}

export interface Rebalancing {
  lease: NodeLease
  hub: AgentHub
  /** Whether this node has a connection to another. */
  isReached(node: string): boolean
}

export function startRebalancing({ lease, hub, isReached }: Rebalancing): void {
  lease.onRound(async (nodes) => {
    const hosts = hub.hosts()
    const { surplus, to } = surplusOf(lease.node, hosts.length, nodes, isReached)
    if (surplus === 0) return
    const now = Date.now()
    const settled = hosts.filter(({ connectedAt }) => now - connectedAt.getTime() > SETTLED_MS)
    // As long as many come, they come to others as well: what those told of themselves is too old.
    if (hosts.length - settled.length > hosts.length * SLACK) return
    const leaving = settled
      .filter(({ hostId }) => !hub.isBusy(hostId))
      .slice(0, Math.min(surplus, Math.max(1, Math.ceil(hosts.length * PACE))))
    for (const [index, { hostId }] of leaving.entries()) {
      const target = to[index % to.length]
      if (target) hub.move(hostId, target.agentUrl)
    }
  })
}
