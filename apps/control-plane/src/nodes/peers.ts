/** This node among the others: who may dial it, whom it dials, and what travels between them. */
import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:https'
import type { Duplex } from 'node:stream'
import type { StreamKind } from '@basalt/contracts'
import { type Bell, type Cluster, type NodeLease, nodeUnreachable, Problem } from '@basalt/kernel'
import type { IssuedIdentity } from '@basalt/pki'
import {
  type AgentHub,
  createHostRoutes,
  createPeerLinks,
  createPeerServer,
  type HostRoutes,
  TransportError,
} from '@basalt/transport'
import { forwardRequest, forwardUpgrade } from './forward.ts'

export interface Peers {
  cluster: Cluster
  routes: HostRoutes
  /** Nodes that this one has a connection to. */
  isUp(node: string): boolean
  attach(server: Server): void
  /** Has another node serve a WebSocket in our place; false when it is this node, or none that lives. */
  forwardUpgrade(node: string, request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /** Dial the nodes that live, as renewals tell. */
  start(): void
  /** Nothing is sent and nobody is listened to until the lease is held again. */
  sever(): void
  close(): void
}

export interface PeersOptions {
  lease: NodeLease
  hub: AgentHub
  identity: IssuedIdentity
  caPem: string
  /** Default 1,000. A node that gives no sign of life for three of them is gone. */
  pingIntervalMs?: number
}

const BELL = 'bell'

/** The error of another node, as callers of the API see it. */
function told(error: unknown, node: string): unknown {
  if (!(error instanceof TransportError)) return error
  const { code, message, remedy, details } = error
  if (code === 'NODE_UNREACHABLE') return nodeUnreachable(node, error)
  const status = typeof details?.status === 'number' ? details.status : 502
  return new Problem({ status, code, detail: message, remedy: remedy ?? 'Try again in a moment.', cause: error })
}

/** A problem keeps its status over the wire. */
async function withStatus<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Problem) Object.assign(error, { details: { status: error.status } })
    throw error
  }
}

export function createPeers({ lease, hub, identity, caPem, pingIntervalMs = 1_000 }: PeersOptions): Peers {
  let isOpen = true
  const server = createPeerServer({
    pingIntervalMs,
    admit: () => lease.check(),
    openStream: ({ host, kind, params }) => hub.openStream(host, kind as StreamKind, params),
  })
  const links = createPeerLinks({
    pingIntervalMs,
    tls: () => ({ key: identity.keyPem, cert: identity.chainPem, ca: caPem }),
  })
  const routes = createHostRoutes({ self: lease.node, hub, links, server })

  const cluster: Cluster = {
    async call(node, method, params, options) {
      lease.check()
      try {
        return await links.ask(node, method, params, options)
      } catch (error) {
        throw told(error, node)
      }
    },
    serve: (method, handler) => server.serve(method, (params, question) => withStatus(handler(params, question))),
    forward(node, context) {
      const there = lease.nodes().find(({ name, alive }) => alive && name === node)
      return there ? forwardRequest(there, caPem, context) : Promise.reject(nodeUnreachable(node))
    },
    ring: (bell) => server.tell(BELL, bell),
    onBell: (listener) => links.onNews((_, topic, body) => topic === BELL && listener(body as Bell)),
  }

  /** Nodes whose lease is over are let go: whatever they may still say counts no more. */
  function follow(): void {
    if (!isOpen) return
    const others = lease.nodes().filter(({ name, alive }) => alive && name !== lease.node)
    links.follow(others.map(({ name, agentUrl }) => ({ name, url: agentUrl })))
  }

  return {
    cluster,
    routes,
    isUp: links.isUp,
    attach: server.attach,
    forwardUpgrade(node, request, socket, head) {
      const there = node === lease.node ? undefined : lease.nodes().find(({ name, alive }) => alive && name === node)
      if (there) forwardUpgrade(there, caPem, request, socket, head)
      return there !== undefined
    },
    start() {
      follow()
      lease.onRound(async () => follow())
    },
    sever() {
      server.sever()
      links.sever()
    },
    close() {
      isOpen = false
      server.sever()
      links.sever()
    },
  }
}
