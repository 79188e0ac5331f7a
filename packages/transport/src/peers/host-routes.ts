/** Hosts of all nodes as if they were connected to this one: calls go to the node that holds the host's connection. */
import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Fence, HostInventory, StreamKind } from '@basalt/contracts'
import { TransportError, transportError } from '../errors.ts'
import type { AgentHub } from '../hub.ts'
import type { CallOptions } from '../hub-calls.ts'
import type { PeerLinks } from './peer-links.ts'
import type { PeerServer } from './peer-server.ts'

/** A host came to a node or left its node; the hub's events of the same names are of this node alone. */
export interface RouteEvents {
  connected: [host: { hostId: string; node: string }]
  disconnected: [host: { hostId: string; node: string }, how: { replaced: boolean }]
}

export interface HostRoutes {
  readonly events: EventEmitter<RouteEvents>
  /** The node that the host is connected to, as far as we know. */
  host(hostId: string): { node: string } | undefined
  /** What the host told of itself when it connected; undefined while it is away. */
  inventory(hostId: string): Promise<HostInventory | undefined>
  /** As {@link AgentHub.call}, wherever the host is; a call goes on when the host moves to another node. */
  call(hostId: string, command: string, params: unknown, options: CallOptions): Promise<unknown>
  openStream(hostId: string, kind: StreamKind, params: unknown): Promise<Duplex>
}

interface RemoteCall {
  id: string
  host: string
  command: string
  params: unknown
  fence?: Fence
  deadlineMs: number
}

type HostNews = { whole: readonly string[] } | { host: string; connected: boolean }

const HOSTS = 'hosts'
const DEFAULT_DEADLINE_MS = 60_000
/** The other side notices first that time is up: its error tells more. */
const ANSWER_MS = 2_000

export function createHostRoutes(deps: {
  self: string
  hub: AgentHub
  links: PeerLinks
  server: PeerServer
}): HostRoutes {
  const { self, hub, links, server } = deps
  const elsewhere = new Map<string, string>()
  /** Hosts that were at nodes to which the connection broke; they may well be there still. */
  const behind = new Map<string, string>()
  const events = new EventEmitter<RouteEvents>()
  const following = new Map<string, Set<(node: string) => void>>()

  /** Be told when the host comes to a node; answers with the way to end it. Many calls follow their hosts at once. */
  function follow(hostId: string, listener: (node: string) => void): () => void {
    const here = following.get(hostId) ?? new Set()
    following.set(hostId, here)
    here.add(listener)
    return () => {
      here.delete(listener)
      if (here.size === 0 && following.get(hostId) === here) following.delete(hostId)
    }
  }

  const nodeOf = (hostId: string): string | undefined => (hub.host(hostId) ? self : elsewhere.get(hostId))
  function came(hostId: string, node: string): void {
    behind.delete(hostId)
    if (node === self) elsewhere.delete(hostId)
    else elsewhere.set(hostId, node)
    events.emit('connected', { hostId, node })
    for (const listener of following.get(hostId) ?? []) listener(node)
  }
  function left(hostId: string, node: string): void {
    if (node !== self && elsewhere.get(hostId) !== node) return
    if (node !== self) elsewhere.delete(hostId)
    events.emit('disconnected', { hostId, node }, { replaced: nodeOf(hostId) !== undefined })
  }

  hub.events.on('connected', ({ hostId }) => {
    came(hostId, self)
    server.tell(HOSTS, { host: hostId, connected: true })
  })
  hub.events.on('disconnected', ({ hostId }, { replaced }) => {
    if (replaced) return
    left(hostId, self)
    server.tell(HOSTS, { host: hostId, connected: false })
  })
  server.greetWith(HOSTS, () => ({ whole: hub.hosts().map(({ hostId }) => hostId) }))
  links.onNews((node, topic, body) => {
    if (topic !== HOSTS) return
    const news = body as HostNews
    if ('whole' in news) for (const host of news.whole) came(host, node)
    else if (news.connected) came(news.host, node)
    else left(news.host, node)
  })
  links.onChange((node, isUp) => {
    if (isUp) return
    for (const [hostId, at] of [...elsewhere]) {
      if (at !== node) continue
      behind.set(hostId, node)
      left(hostId, node)
    }
  })
  server.serve('host.call', ({ id, host, command, params, fence, deadlineMs }: RemoteCall, { signal, progress }) =>
    hub.call(host, command, params, { id, fence, deadlineMs, signal, onProgress: progress }),
  )
  server.serve('host.inventory', async ({ host }: { host: string }) => hub.host(host)?.hello.inventory)
  server.serve('host.acknowledge', async ({ host, id }: { host: string; id: string }) => hub.acknowledge(host, id))

  /** A host that is connected to a node that lives, but not for us: its agent is well, and waiting here for it would not help. */
  function checkReach(hostId: string): void {
    const node = behind.get(hostId)
    if (node === undefined || nodeOf(hostId) !== undefined || !links.follows(node)) return
    throw transportError(
      'HOST_OUT_OF_REACH',
      `The host is connected to the node "${node}", which "${self}" cannot reach.`,
      {
        remedy: `Ask the node "${node}", or have the network between the nodes mended: basalt doctor.`,
        details: { host: hostId, node },
      },
    )
  }

  /** One try at the node where the host is; the signal also tells that the host has moved. */
  async function attempt(node: string, call: RemoteCall, options: CallOptions, signal: AbortSignal): Promise<unknown> {
    const { id, host, command, params, fence, deadlineMs } = call
    const { onProgress } = options
    if (node === self) return hub.call(host, command, params, { id, fence, deadlineMs, signal, onProgress })
    return links.ask(node, 'host.call', call, { timeoutMs: deadlineMs + ANSWER_MS, signal, onProgress })
  }

  /** Whoever asked has the result: its host may forget it. */
  function acknowledge(node: string, host: string, id: string): void {
    if (node === self) hub.acknowledge(host, id)
    else links.ask(node, 'host.acknowledge', { host, id }).catch(() => {})
  }

  /** Resolves when the host is somewhere. */
  function located(hostId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || nodeOf(hostId) !== undefined) return resolve()
      const end = (): void => {
        stop()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const stop = follow(hostId, end)
      signal.addEventListener('abort', end)
    })
  }

  /** Tries until the host has moved elsewhere: then the answer is `moved`. */
  async function tryAt(node: string, call: RemoteCall, options: CallOptions): Promise<{ value: unknown } | 'moved'> {
    const given = new AbortController()
    let hasMoved = false
    const giveUp = (): void => given.abort(options.signal?.reason)
    const stop = follow(call.host, (to) => {
      if (to === node) return
      hasMoved = true
      given.abort()
    })
    const told = (): void => {
      if (options.id === undefined) acknowledge(node, call.host, call.id)
    }
    options.signal?.addEventListener('abort', giveUp, { once: true })
    if (options.signal?.aborted) giveUp()
    try {
      const value = await attempt(node, call, options, given.signal)
      told()
      return { value }
    } catch (error) {
      const isLost = error instanceof TransportError && error.code === 'NODE_UNREACHABLE'
      if (!options.signal?.aborted && (hasMoved || isLost)) return 'moved'
      told()
      throw error
    } finally {
      stop()
      options.signal?.removeEventListener('abort', giveUp)
    }
  }

  async function call(hostId: string, command: string, params: unknown, options: CallOptions): Promise<unknown> {
    const { fence, deadlineMs: total = DEFAULT_DEADLINE_MS, id = randomUUID() } = options
    const deadlineAtMs = performance.now() + total
    for (let node = nodeOf(hostId) ?? self; ; node = nodeOf(hostId) ?? self) {
      if (!options.waitForHost) checkReach(hostId)
      const deadlineMs = Math.max(1, Math.round(deadlineAtMs - performance.now()))
      const result = await tryAt(node, { id, host: hostId, command, params, fence, deadlineMs }, options)
      if (result !== 'moved') return result.value
      // Sent already, perhaps: asked again under the same id, its host does it once.
      const patience = AbortSignal.timeout(Math.max(1, Math.round(deadlineAtMs - performance.now())))
      const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience
      await located(hostId, signal)
    }
  }

  return {
    events,
    host(hostId) {
      const node = nodeOf(hostId)
      return node === undefined ? undefined : { node }
    },
    async inventory(hostId) {
      const node = nodeOf(hostId)
      if (node === undefined || node === self) return hub.host(hostId)?.hello.inventory
      return ((await links.ask(node, 'host.inventory', { host: hostId })) ?? undefined) as HostInventory | undefined
    },
    call,
    async openStream(hostId, kind, params) {
      checkReach(hostId)
      const node = nodeOf(hostId) ?? self
      return node === self
        ? hub.openStream(hostId, kind, params)
        : links.openStream(node, { host: hostId, kind, params })
    },
  }
}
