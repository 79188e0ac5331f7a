import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:https'
import type { Duplex } from 'node:stream'
import {
  CONTROL_PATH,
  type FromAgent,
  type Hello,
  type HostChange,
  type HostStatus,
  MAX_CONTROL_MESSAGE_BYTES,
  NODE_LIST_SINCE,
  PROTOCOL,
  QUIET_SINCE,
  STREAM_PATH,
  type StreamKind,
  type ToAgent,
} from '@basalt/contracts'
import { type WebSocket, WebSocketServer } from 'ws'
import { createAcknowledgements } from './acknowledgements.ts'
import { createBinaryStream, STREAM_SOCKET_OPTIONS } from './binary-stream.ts'
import { type Channel, type ChannelHandlers, CLOSE, createChannel } from './channel.ts'
import { toWireError } from './errors.ts'
import { parseFromAgent } from './frames.ts'
import { type CallEnd, type CallOptions, createCalls } from './hub-calls.ts'
import { createExpectedStreams, type OpenStreamOptions } from './hub-streams.ts'
import { createPaces, type Watched, watchConnections } from './hub-watch.ts'
import { type Authorize, authenticate, type Peer } from './peer.ts'
import { agreeOnProtocol, type ProtocolRange, protocolUnsupported } from './protocol.ts'
import { refuseUpgrade } from './upgrade.ts'

/** A host that is connected. */
export interface ConnectedHost {
  readonly hostId: string
  readonly peer: Peer
  /** What it said of itself; the inventory's contents come from the host unchecked. */
  readonly hello: Omit<Hello, 'status'>
  /** The agreed protocol revision. */
  readonly protocol: number
  readonly connectedAt: Date
}

/** Events of the hub and their arguments. */
export interface HubEvents {
  /** `status` is how the host feels, from agents that say so at once; a heartbeat of the same follows. */
  connected: [host: ConnectedHost, status?: HostStatus]
  /** `replaced` tells that the host is connected all the same, by a newer connection. */
  disconnected: [host: ConnectedHost, how: { code: number; reason: string; replaced: boolean }]
  /** `isRoutine` tells that the same was told a moment ago, by an agent that tells everything at every interval. */
  heartbeat: [host: ConnectedHost, status: HostStatus, isRoutine: boolean]
  event: [host: ConnectedHost, event: HostChange]
}

/** The control plane's end of all agents that are connected to this node. */
export interface AgentHub {
  readonly events: EventEmitter<HubEvents>
  /**
   * Has a host carry out a command. If the connection drops meanwhile, the call waits for the host to come back and asks again under
   * the same id.
   * @throws TransportError HOST_DISCONNECTED, HOST_TIMEOUT, CANCELLED, MESSAGE_TOO_LARGE, or the host's own code
   */
  call(hostId: string, command: string, params: unknown, options?: CallOptions): Promise<unknown>
  /** Tells the host that the result of a command whose id the caller chose is safe and may be forgotten. */
  acknowledge(hostId: string, id: string): void
  /** Has the host open a byte stream. @throws TransportError as {@link AgentHub.call} */
  openStream(hostId: string, kind: StreamKind, params: unknown, options?: OpenStreamOptions): Promise<Duplex>
  host(hostId: string): ConnectedHost | undefined
  hosts(): ConnectedHost[]
  /** Cuts a host off, for example after its certificate was revoked. It may try again and is then authorized anew. */
  disconnect(hostId: string, reason: string): void
  /** Tells all hosts that `nodeUrls` has changed. */
  tellNodes(): void
  /** Asks a host to connect to another node, whose URL this is. */
  move(hostId: string, url: string): void
  /** Whether the host owes an answer. */
  isBusy(hostId: string): boolean
  /** Cuts all hosts off at once and sends nothing any more; calls wait for hosts that come back. */
  sever(): void
  /** Serves the agents' paths of this server; upgrades of other paths are left to others. */
  attach(server: Server): void
  /** Cuts all hosts off and rejects what waits for them. */
  close(): void
}

export interface AgentHubOptions {
  /** Name of this control-plane node; agents report it. */
  readonly node: string
  readonly authorize: Authorize
  /** How often agents look how their hosts feel. Default 5,000. */
  readonly heartbeatIntervalMs?: number
  /** How often they tell so, though nothing has changed. By default sixty times as long. */
  readonly statusIntervalMs?: number
  /** Whoever gives no sign of life for almost four of these is cut off, on either side. Default 2,000, or the heartbeat's. */
  readonly pingIntervalMs?: number
  /** How often agents look how full their pools are, as of now. Default 30,000. */
  readonly poolsIntervalMs?: () => number
  /** Where agents may connect as well, told to each that comes. */
  readonly nodeUrls?: () => readonly string[]
  /** Longest wait for the first message of a new connection. Default 10,000. */
  readonly helloTimeoutMs?: number
  /** Protocol revisions to speak; by default this build's. */
  readonly protocol?: ProtocolRange
  /** Told of every call when it is over. */
  readonly onCallEnd?: (call: CallEnd) => void
}

interface Connection extends Watched {
  readonly host: ConnectedHost
  readonly channel: Channel<ToAgent>
  /** Heartbeats until then are routine; those of agents that tell only what has changed never are. */
  routineUntilMs: number
}

const DEFAULT_HEARTBEAT_INTERVAL_MS = 5000
/** Looks of an agent of which nothing has changed, to one that it tells all the same. */
const LOOKS_TO_HEARTBEAT = 60
const DEFAULT_PING_INTERVAL_MS = 2000
const DEFAULT_HELLO_TIMEOUT_MS = 10_000
const DEFAULT_POOLS_INTERVAL_MS = 30_000

/** Makes the control plane's end of the agent protocol; {@link AgentHub.attach} connects it to a server. */
export function createAgentHub(options: AgentHubOptions): AgentHub {
  const { node, authorize, protocol = PROTOCOL } = options
  const heartbeatIntervalMs = options.heartbeatIntervalMs ?? DEFAULT_HEARTBEAT_INTERVAL_MS
  const pingIntervalMs = options.pingIntervalMs ?? Math.min(DEFAULT_PING_INTERVAL_MS, heartbeatIntervalMs)
  const connections = new Map<string, Connection>()
  const severed = new WeakSet<Connection>()
  const events = new EventEmitter<HubEvents>()
  const acknowledgements = createAcknowledgements(tellSafe)
  const calls = createCalls({ send, acknowledge, onEnd: options.onCallEnd })
  const streams = createExpectedStreams(send)
  const controlSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CONTROL_MESSAGE_BYTES })
  const streamSockets = new WebSocketServer({ noServer: true, ...STREAM_SOCKET_OPTIONS })

  const paces = createPaces({
    statusMs: options.statusIntervalMs ?? LOOKS_TO_HEARTBEAT * heartbeatIntervalMs,
    pingIntervalMs,
    poolsMs: options.poolsIntervalMs ?? (() => DEFAULT_POOLS_INTERVAL_MS),
  })
  const watch = watchConnections<Connection>(paces)
  let closed = false

  function send(hostId: string, message: ToAgent): boolean {
    const connection = connections.get(hostId)
    connection?.channel.send(...acknowledgements.take(hostId), message)
    return connection !== undefined
  }
  function acknowledge(hostId: string, id: string): void {
    if (connections.has(hostId)) acknowledgements.add(hostId, id)
  }
  function tellSafe(hostId: string): void {
    const messages = acknowledgements.take(hostId)
    connections.get(hostId)?.channel.send(...messages)
  }
  function accept(peer: Peer, hello: Hello, channel: Channel<ToAgent>): Connection | undefined {
    const agreed = agreeOnProtocol(protocol, hello.protocol)
    if (agreed === undefined) {
      channel.send({ type: 'reject', error: protocolUnsupported(protocol, hello.protocol) })
      channel.close(CLOSE.refused, 'No common protocol revision.')
      return undefined
    }
    const { hostId } = peer
    const { status, ...told } = hello
    const host = { hostId, peer, hello: told, protocol: agreed, connectedAt: new Date() }
    const pace = paces.now()
    const isQuiet = agreed >= QUIET_SINCE
    const connection: Connection = { host, channel, silentMs: pace.silentMs, routineUntilMs: 0 }
    const old = connections.get(hostId)
    connections.set(hostId, connection)
    watch.add(connection)
    old?.channel.close(CLOSE.replaced, 'A newer connection of this host took over.')
    const nodeUrls = [...(options.nodeUrls?.() ?? [])]
    channel.send({ type: 'welcome', protocol: agreed, heartbeatIntervalMs, node, pingIntervalMs, nodeUrls, pace })
    events.emit('connected', host, isQuiet ? status : undefined)
    if (isQuiet && status) events.emit('heartbeat', host, status, false)
    calls.resend(hostId)
    return connection
  }
  function onHeartbeat(connection: Connection, status: HostStatus): void {
    const { host } = connection
    const now = performance.now()
    const isRoutine = host.protocol < QUIET_SINCE && now < connection.routineUntilMs
    if (!isRoutine) connection.routineUntilMs = now + paces.now().statusMs
    events.emit('heartbeat', host, status, isRoutine)
  }
  function receive(connection: Connection, message: FromAgent): void {
    const { host, channel } = connection
    const { hostId } = host
    if (message.type === 'hello') channel.close(CLOSE.invalidMessage, 'A second hello.')
    else if (message.type === 'progress') calls.onProgress(hostId, message)
    else if (message.type === 'result') calls.onResult(hostId, message)
    else if (message.type === 'streamFailed') streams.onFailed(hostId, message)
    else if (message.type === 'heartbeat') onHeartbeat(connection, message.status)
    else events.emit('event', host, message.event)
  }
  function removed(connection: Connection, code: number, reason: string): void {
    watch.remove(connection)
    const { hostId } = connection.host
    // Its end was told when it was severed.
    if (severed.has(connection)) return
    const replaced = connections.get(hostId) !== connection
    if (!replaced) {
      connections.delete(hostId)
      acknowledgements.take(hostId)
      streams.abandon(hostId)
    }
    events.emit('disconnected', connection.host, { code, reason, replaced })
  }
  function serveControl(socket: WebSocket, peer: Peer, wire: Duplex): void {
    let connection: Connection | undefined
    const helloTimer = setTimeout(
      () => channel.close(CLOSE.silent, 'No hello.'),
      options.helloTimeoutMs ?? DEFAULT_HELLO_TIMEOUT_MS,
    )
    const handlers: ChannelHandlers<FromAgent> = {
      parse: parseFromAgent,
      onMessage(message) {
        if (connection !== undefined) receive(connection, message)
        else if (message.type !== 'hello') channel.close(CLOSE.invalidMessage, 'The first message must be hello.')
        else {
          clearTimeout(helloTimer)
          connection = accept(peer, message, channel)
        }
      },
      onClose(code, reason) {
        clearTimeout(helloTimer)
        if (connection !== undefined) removed(connection, code, reason)
      },
    }
    const channel: Channel<ToAgent> = createChannel(socket, handlers, wire)
  }
  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string): Promise<void> {
    const peer = await authenticate(request, authorize)
    if (path === CONTROL_PATH) {
      controlSockets.handleUpgrade(request, socket, head, (control) => serveControl(control, peer, socket))
      return
    }
    const name = path.slice(STREAM_PATH.length)
    if (!streams.isExpected(peer.hostId, name)) {
      refuseUpgrade(socket, 404, { code: 'STREAM_UNKNOWN', message: 'Nobody waits for this stream.' })
      return
    }
    streamSockets.handleUpgrade(request, socket, head, (arrived) => {
      const stream = createBinaryStream(arrived)
      if (!streams.arrive(peer.hostId, name, stream)) stream.destroy()
    })
  }
  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = new URL(request.url ?? '/', 'https://host').pathname
    if (path !== CONTROL_PATH && !path.startsWith(STREAM_PATH)) return
    // Until the upgrade is done nobody else listens, and an error without a listener ends the process.
    const ignore = () => undefined
    socket.on('error', ignore)
    // Left without an answer an agent would wait for one before it turns to another node.
    if (closed) refuseUpgrade(socket, 503, { code: 'NODE_STOPS', message: 'This node stops: turn to another.' })
    else
      upgrade(request, socket, head, path)
        .catch((error) => refuseUpgrade(socket, 403, toWireError(error)))
        .finally(() => socket.off('error', ignore))
  }
  return {
    events,
    call: (hostId, command, params, callOptions = {}) => calls.call(hostId, command, params, callOptions),
    acknowledge,
    openStream: (hostId, kind, params, streamOptions = {}) => streams.open(hostId, kind, params, streamOptions),
    host: (hostId) => connections.get(hostId)?.host,
    hosts: () => [...connections.values()].map(({ host }) => host),
    disconnect: (hostId, reason) => connections.get(hostId)?.channel.close(CLOSE.refused, reason),
    tellNodes() {
      const urls = [...(options.nodeUrls?.() ?? [])]
      for (const { host, channel } of connections.values())
        if (host.protocol >= NODE_LIST_SINCE) channel.send({ type: 'nodes', urls })
    },
    move: (hostId, url) => connections.get(hostId)?.channel.close(CLOSE.moved, url),
    isBusy: (hostId) => calls.isBusy(hostId),
    sever() {
      const all = [...connections.values()]
      // Forgotten before their sockets tell of their end, so that nothing reaches them meanwhile.
      connections.clear()
      streams.abandon()
      for (const connection of all) {
        severed.add(connection)
        acknowledgements.take(connection.host.hostId)
        connection.channel.cut()
        events.emit('disconnected', connection.host, { code: 1006, reason: 'This node lets go.', replaced: false })
      }
    },
    attach: (server) => void server.on('upgrade', onUpgrade),
    close() {
      closed = true
      watch.stop()
      acknowledgements.stop()
      for (const [hostId, { channel }] of connections) {
        tellSafe(hostId)
        channel.close(CLOSE.normal, 'The control plane stops.')
      }
      calls.close()
      streams.abandon()
    },
  }
}
