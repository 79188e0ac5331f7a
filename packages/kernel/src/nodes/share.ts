/** Which live node has what: rendezvous hashing, so that a node that comes or goes moves only its own share. */
import { createHash } from 'node:crypto'
import type { NodeLease } from './lease.ts'

const weightOf = (node: string, id: string): string => createHash('sha256').update(`${node}\0${id}`).digest('hex')

/** The node that takes what has this id; undefined when there is none. All who know the same nodes give the same answer. */
export function ownerOf(id: string, nodes: readonly string[]): string | undefined {
  let owner: { node: string; weight: string } | undefined
  for (const node of nodes) {
    const weight = weightOf(node, id)
    if (!owner || weight > owner.weight) owner = { node, weight }
  }
  return owner?.node
}

/** A node's place among those that live, by their names. */
export interface Turn {
  /** From 0 on. */
  position: number
  of: number
}

/**
 * For choices that every node makes of the same: when each prefers its own part, they do not stand in each other's way. Nodes may differ for
 * a moment in which of them live, so nothing may depend on it.
 */
export function turnOf({ node, nodes }: Pick<NodeLease, 'node' | 'nodes'>): Turn {
  const others = nodes().flatMap(({ name, alive }) => (alive && name !== node ? [name] : []))
  return { position: others.filter((name) => name < node).length, of: others.length + 1 }
}
