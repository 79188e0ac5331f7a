/** Which live node has what: rendezvous hashing, so that a node that comes or goes moves only its own share. */
import { createHash } from 'node:crypto'

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
