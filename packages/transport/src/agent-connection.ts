import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type FromAgent,
  type Hello,
  type HostChange,
  type HostStatus,
  type OpenStream,
  type PoolStatus,
  PROTOCOL,
  QUIET_SINCE,
  type Welcome,
} from '@basalt/contracts'
import type { Identity } from '@basalt/pki'
import { openSession, type Session, type SessionEnd } from './agent-session.ts'
import { type StreamOpeners, serveStream } from './agent-streams.ts'
import { type Backoff, DEFAULT_BACKOFF, waitBeforeRetryMs } from './backoff.ts'
import { type TransportError, transportError } from './errors.ts'
import { createExecutor, type HostInterfaces } from './executor.ts'
import { createHostView } from './host-view.ts'
import type { Ledger } from './ledger.ts'
import { createNodeUrls } from './node-urls.ts'
import type { ProtocolRange } from './protocol.ts'
import { createDialling, tlsOptionsOf } from './tls-options.ts'

/** What an agent tells of itself at every connection; the rest of {@link Hello} is the transport's. */
export type AgentFacts = Pick<Hello, 'agentVersion' | 'bootId' | 'inventory'>

/** How the connection fares; for logs and for `basalt-agent status`. */
export type ConnectionChange =
  | { readonly state: 'connecting'; readonly url: string }
  | { readonly state: 'connected'; readonly url: string; readonly welcome: Welcome }
  | {
      readonly state: 'disconnected'
      readonly url: string
      readonly reason: TransportError
      readonly retryInMs: number
    }

export interface AgentConnectionOptions {
  /**
   * Base URLs (`wss://host:port`) of the control plane's nodes: one is enough to begin with, each tells of the others. They are tried
   * in random order, so that hosts spread.
   */
  readonly urls: readonly string[]
  /** What nodes told in an earlier life of the agent; see `onNodes`. */
  readonly toldUrls?: readonly string[]
  /** Told of all nodes' URLs, so that they can be remembered. */
  readonly onNodes?: (urls: readonly string[]) => void
  readonly identity: Identity
  readonly hello: () => Promise<AgentFacts>
  /** Looked at all the time; told when it has changed. */
  readonly status: () => Promise<HostStatus>
  /** How the pools fare that the host has open; without it the control plane asks. */
  readonly pools?: () => Promise<PoolStatus[]>
  /** What the host can do, by interface. */
  readonly interfaces: HostInterfaces
  readonly streams?: StreamOpeners
  readonly ledger: Ledger
  readonly onChange?: (change: ConnectionChange) => void
  /** Told of failures that concern no single command, such as a ledger that cannot be written. */
  readonly onProblem?: (error: unknown) => void
  readonly backoff?: Backoff
  /** Longest wait for a connection and for the welcome. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** Protocol revisions to speak; by default this build's. */
  readonly protocol?: ProtocolRange
}

/** The agent's end: keeps one connection to the control plane up. */
export interface AgentConnection {
  /** Tells of a change on the host. Kept while there is no connection, the last 1,000; heartbeats carry the whole truth. */
  emit(event: HostChange): void
  /** Uses a renewed certificate from now on: reconnects at once, and commands that run are not disturbed. */
  updateIdentity(identity: Identity): void
  /**
   * Ends the connection, aborts running commands (they are asked for again after a restart) and waits for their end.
   * @param graceMs longest wait for a driver that does not listen. Default 10,000
   */
  close(graceMs?: number): Promise<void>
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000
const DEFAULT_GRACE_MS = 10_000
const MAX_WAITING_EVENTS = 1000

/** Dials out and stays connected until closed. The ledger remains the caller's to close. */
export function createAgentConnection(options: AgentConnectionOptions): AgentConnection {
  const { ledger, backoff = DEFAULT_BACKOFF, protocol = PROTOCOL } = options
  const nodes = createNodeUrls(options.urls)
  nodes.told(options.toldUrls ?? [])
  const timeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS
  const onProblem = options.onProblem ?? (() => undefined)
  const executor = createExecutor({ interfaces: options.interfaces, ledger, onProblem })
  const view = createHostView(options)
  const sessionId = randomUUID()
  const closing = new AbortController()
  let retryNow = new AbortController()
  let identity = options.identity
  let dialling = createDialling(identity)
  let current: Session | undefined
  let live: Session | undefined
  let waitingEvents: HostChange[] = []

  // Without a session messages are dropped: results stay in the ledger, and commands are asked for again.
  const sendLater = (message: FromAgent) => live?.send(message)

  function openStream(request: OpenStream, url: string): void {
    const dialOptions = { url, tls: tlsOptionsOf(identity), openers: options.streams ?? {}, timeoutMs }
    void serveStream(request, dialOptions).then((failed) => {
      if (failed !== undefined) sendLater(failed)
    })
  }
  function told(urls: readonly string[]): void {
    nodes.told(urls)
    options.onNodes?.(urls)
  }
  function welcomed(session: Session, url: string, welcome: Welcome): void {
    live = session
    if (welcome.nodeUrls) told(welcome.nodeUrls)
    const events = waitingEvents
    waitingEvents = []
    for (const event of events) session.send({ type: 'event', event })
    options.onChange?.({ state: 'connected', url, welcome })
  }
  async function connectOnce(url: string): Promise<SessionEnd> {
    const facts = await options.hello()
    const status = protocol.current >= QUIET_SINCE ? await view.look() : undefined
    const hello: Hello = { type: 'hello', protocol, sessionId, ...facts, status }
    closing.signal.throwIfAborted()
    options.onChange?.({ state: 'connecting', url })
    const session = openSession({
      url,
      dialling,
      hello,
      timeoutMs,
      executor,
      ledger,
      view,
      sendLater,
      onWelcome: (welcome) => welcomed(session, url, welcome),
      onNodes: told,
      onOpenStream: (request) => openStream(request, url),
      onProblem,
    })
    current = session
    const end = await session.ended
    live = undefined
    return end
  }
  async function run(): Promise<void> {
    let failures = 0
    while (!closing.signal.aborted) {
      const url = nodes.next()
      const end = await connectOnce(url).catch(neverDialled)
      failures = end.welcomed ? 0 : failures + 1
      if (end.moved) nodes.moveTo(end.moved.to)
      // Two agents with one identity would throw each other out for ever; then the slowest pace.
      const retryInMs = waitBeforeRetryMs(backoff, end.replaced ? Number.POSITIVE_INFINITY : failures)
      options.onChange?.({ state: 'disconnected', url, reason: end.reason, retryInMs })
      await pause(retryInMs)
    }
  }
  async function pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([closing.signal, retryNow.signal])
    await delay(ms, undefined, { signal }).catch((error) => {
      if (!signal.aborted) throw error
    })
    if (retryNow.signal.aborted) retryNow = new AbortController()
  }
  const running = run()
  return {
    emit(event) {
      if (live === undefined) waitingEvents = [...waitingEvents, event].slice(-MAX_WAITING_EVENTS)
      else live.send({ type: 'event', event })
    },
    updateIdentity(renewed) {
      identity = renewed
      dialling = createDialling(renewed)
      retryNow.abort()
      current?.close('The certificate was renewed.')
    },
    async close(graceMs = DEFAULT_GRACE_MS) {
      closing.abort()
      current?.close('The agent stops.')
      await running
      await executor.close(graceMs)
    },
  }
}

/** The host could not say what it is, or the URL is wrong: tried again like a failed connection. */
function neverDialled(cause: unknown): SessionEnd {
  const message = cause instanceof Error ? cause.message : String(cause)
  return { welcomed: false, replaced: false, reason: transportError('HOST_ERROR', message, { cause }) }
}
