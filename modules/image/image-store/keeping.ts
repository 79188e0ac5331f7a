/** Which control-plane node has a store's directory, and how the others get there. */
import type { Cluster, NodeLease, RouteContext, Store } from '@basalt/kernel'
import { isUuid } from '@basalt/resource'
import type { ImageStoreRow } from './image-store.resource.ts'

export interface Keeping {
  isHere(store: Pick<ImageStoreRow, 'node'>): boolean
  /** Its node lives. */
  isReachable(store: Pick<ImageStoreRow, 'node'>): boolean
  /** The node that has the file of an image, when this one does not. */
  keeperOf(image: string): Promise<string | undefined>
  /** Has that node answer a request. */
  forward(node: string, context: RouteContext): Promise<void>
}

export function createKeeping(deps: { store: Store; lease: NodeLease; cluster: Cluster }): Keeping {
  const { store, lease, cluster } = deps
  const isHere = ({ node }: Pick<ImageStoreRow, 'node'>): boolean => node === '' || node === lease.node
  return {
    isHere,
    isReachable: ({ node }) => lease.nodes().some(({ name, alive }) => alive && name === node),
    async keeperOf(image) {
      const [row] = isUuid(image) ? await store.all<{ store: string }>('image', { id: image }) : []
      const [at] = row ? await store.all<ImageStoreRow>('imageStore', { id: row.store }) : []
      return at && !isHere(at) ? at.node : undefined
    },
    forward: (node, context) => cluster.forward(node, context),
  }
}
