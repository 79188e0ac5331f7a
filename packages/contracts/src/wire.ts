/**
 * The agent protocol. Agents dial out: one WebSocket over mutual TLS is the control channel (UTF-8 JSON text messages,
 * one object each), every console or upload is a WebSocket of its own (binary messages) so that TCP gives it flow control.
 *
 * Order on the control channel: agent sends `hello`, the control plane answers `welcome` or `reject`; then commands flow down,
 * and `progress`, `result`, `heartbeat` and `event` flow up.
 *
 * Since revision 3 a host that rests only answers the control plane's WebSocket pings: a `heartbeat` comes when something has changed,
 * and once in a long while. Before, both sides pinged, and a heartbeat came at every interval.
 */

/** Highest and lowest protocol revision this build speaks; the peer's range must overlap. */
export const PROTOCOL = { current: 3, oldest: 1 } as const
/** Revision since which the control plane tells of its nodes. */
export const NODE_LIST_SINCE = 2
/** Revision since which only the control plane pings, and agents tell only what has changed. */
export const QUIET_SINCE = 3

/** A message on the control channel may not be longer than this. */
export const MAX_CONTROL_MESSAGE_BYTES = 4 * 1024 * 1024

export const CONTROL_PATH = '/agent/v1/control'
export const STREAM_PATH = '/agent/v1/streams/'
export const REGISTER_PATH = '/agent/v1/register'
export const ROTATE_PATH = '/agent/v1/rotate'
export const IMAGE_PATH = '/agent/v1/images/'

/**
 * Who stands behind a command. An agent keeps the highest epoch it saw per resource and refuses a lower one with
 * `STALE_EPOCH`: a control-plane node that was paused and wakes cannot change a host.
 */
export interface Fence {
  /** The resource the work is about (UUID); the key under which the epoch is kept. */
  resource: string
  /** Grows with every take-over of the task. Safe integer. */
  epoch: number
  /** The task (UUID) and the step in it that issued the command. */
  task: string
  step: string
}

/** An error as it crosses the wire: stable code, one sentence, and what to do about it. */
export interface WireError {
  code: string
  message: string
  remedy?: string
  /** Machine-readable facts, e.g. `{ availableBytes: 1024 }`. */
  details?: Record<string, unknown>
}

/** First message of an agent. */
export interface Hello {
  type: 'hello'
  protocol: { current: number; oldest: number }
  agentVersion: string
  /** The kernel's boot id: a change means that the host restarted. */
  bootId: string
  /** Fresh for each start of the agent process. */
  sessionId: string
  inventory: import('./host.ts').HostInventory
  /** How it feels now: the first heartbeat. Since revision 3; before that it is sent by itself. */
  status?: import('./host.ts').HostStatus
}

export interface Welcome {
  type: 'welcome'
  protocol: number
  /** How often the agent looks how its host feels. */
  heartbeatIntervalMs: number
  /** The control-plane node that holds this connection. */
  node: string
  /**
   * Time between two pings; a side that gives no sign of life for three of them is gone. The heartbeat's interval when absent. Not for
   * agents of revision 3, see `pace`.
   */
  pingIntervalMs?: number
  /** Since revision 3. */
  pace?: Pace
  /** Base URLs of all nodes, where the agent may connect as well. */
  nodeUrls?: string[]
}

/** How often a host is asked for a sign of life, and how often it tells more. */
export interface Pace {
  /** Time between two pings of the control plane. */
  pingMs: number
  /** A side of which nothing was heard for so long is gone. */
  silentMs: number
  /** The longest time between two heartbeats, whether anything has changed or not. */
  statusMs: number
  /** How often it looks how full its pools are. */
  poolsMs: number
}

/** The pace has changed. Since revision 3. */
export interface NewPace {
  type: 'pace'
  pace: Pace
}

/** The control plane's nodes have changed. Since revision 2. */
export interface NodeList {
  type: 'nodes'
  /** As `nodeUrls` of {@link Welcome}. */
  urls: string[]
}

export interface Reject {
  type: 'reject'
  error: WireError
}

/** Do something. `id` is stable over retries: an agent that already did it answers from its ledger. */
export interface Command {
  type: 'command'
  id: string
  /** `<interface>.<method>`, e.g. `hypervisor.start`. */
  name: string
  params: unknown
  /** Absent on commands that only read. */
  fence?: Fence
  /** How long the caller will wait, from receipt. */
  deadlineMs: number
  /** W3C trace context (`traceparent`) of who asks, when traces are collected. */
  trace?: string
}

/** Give up on a command: the agent aborts it if it still runs. */
export interface Cancel {
  type: 'cancel'
  id: string
}

/** Ask the agent to dial a stream socket at `STREAM_PATH + stream`. */
export interface OpenStream {
  type: 'openStream'
  /** One-time name of the stream, unguessable. */
  stream: string
  kind: StreamKind
  params: unknown
}

export type StreamKind = 'vnc' | 'serial'

export interface Progress {
  type: 'progress'
  id: string
  /** 0..100 */
  percent: number
  message?: string
}

export type Result =
  | { type: 'result'; id: string; ok: true; value: unknown }
  | { type: 'result'; id: string; ok: false; error: WireError }

/** The control plane has the result: the ledger may forget it. */
export interface Acknowledge {
  type: 'acknowledge'
  id: string
}

export interface Heartbeat {
  type: 'heartbeat'
  status: import('./host.ts').HostStatus
}

/** Something changed on the host without a command, e.g. a guest powered itself off. */
export interface HostEvent {
  type: 'event'
  event: import('./host.ts').HostChange
}

/** A stream could not be opened; the control plane stops waiting for the socket. */
export interface StreamFailed {
  type: 'streamFailed'
  stream: string
  error: WireError
}

export type FromAgent = Hello | Progress | Result | Heartbeat | HostEvent | StreamFailed
export type ToAgent = Welcome | NodeList | NewPace | Reject | Command | Cancel | OpenStream | Acknowledge

/** Body of `POST REGISTER_PATH`: a one-time token and a PKCS#10 request; answered with the certificate chain. */
export interface RegisterRequest {
  token: string
  csrPem: string
  hostname: string
}

export interface RegisterResponse {
  host: string
  certificatePem: string
  caPem: string
}

/** Body of `POST ROTATE_PATH` over mutual TLS. */
export interface RotateRequest {
  csrPem: string
}

/** What a host-side method gets besides its parameters. */
export interface HostCall {
  signal: AbortSignal
  /** Who asks, when the command changes something: task, step and resource, e.g. for the host's log. */
  fence?: Fence
  /** W3C trace context of who asks, when traces are collected. */
  trace?: string
  progress(percent: number, message?: string): void
}

/** A host-side interface: every method takes one JSON object and a {@link HostCall}, and answers with JSON. */
export type HostInterface = Record<string, (params: never, call: HostCall) => Promise<unknown>>

/** The control plane's view of a host-side interface: the same methods without the host's own call context. */
export type Remote<Interface> = {
  [Method in keyof Interface]: Interface[Method] extends (params: infer P, call: HostCall) => Promise<infer R>
    ? (
        params: P,
        options?: { onProgress?: (percent: number, message?: string) => void; timeoutMs?: number },
      ) => Promise<R>
    : never
}
