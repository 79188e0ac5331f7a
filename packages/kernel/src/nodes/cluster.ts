/** This node's way to the others. The app carries it over the nodes' own connections; a node alone has nobody to talk to. */
import type { RouteContext } from '../module.ts'
import { unavailable } from '../problem.ts'

/** News for other nodes, as soon as possible. Whoever misses one finds out by looking, a little later. */
export interface Bell {
  /** Something was written: event streams look. */
  flushed?: boolean
  /** Tasks that ended or changed hands. */
  tasks?: readonly string[]
  /** Resources that were let go: who waits for one may have its turn. */
  released?: readonly string[]
  /** What senders have taken of their rates, by the name of the rate. */
  spent?: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export interface ClusterCallOptions {
  /** Default 15,000. */
  timeoutMs?: number
  signal?: AbortSignal
  onProgress?(percent: number, message?: string): void
}

/** What a method that other nodes ask for gets besides its parameters. */
export interface ClusterCall {
  /** Name of the node that asks. */
  from: string
  signal: AbortSignal
  progress(percent: number, message?: string): void
}

export interface Cluster {
  /** Asks another node. Rejects with NODE_UNREACHABLE, or with the other node's error (code, message and remedy are kept). */
  call(node: string, method: string, params: unknown, options?: ClusterCallOptions): Promise<unknown>
  /** Serves a method to the other nodes, which are trusted as this one is. Parameters and answers are JSON. */
  serve(method: string, handler: (params: never, call: ClusterCall) => Promise<unknown>): void
  /** Has another node answer a request of the API in our place, bodies of any length included. Rejects with NODE_UNREACHABLE. */
  forward(node: string, context: Pick<RouteContext, 'request' | 'reply'>): Promise<void>
  /** Tells every other node that can be reached. */
  ring(bell: Bell): void
  onBell(listener: (bell: Bell) => void): void
}

export const nodeUnreachable = (node: string, cause?: unknown): Error =>
  unavailable(
    'NODE_UNREACHABLE',
    `The control-plane node "${node}" cannot be reached from here.`,
    'Try again in a moment; if it stays, look at that node: GET /v1/nodes.',
    cause,
  )

export const noCluster: Cluster = {
  call: async (node) => {
    throw nodeUnreachable(node)
  },
  serve() {},
  forward: async (node) => {
    throw nodeUnreachable(node)
  },
  ring() {},
  onBell() {},
}
