/** The life of all connections, by one timer: thousands of hosts that rest cost no more than their pings. */
import { type Pace, QUIET_SINCE, type ToAgent } from '@basalt/contracts'
import { type Channel, CLOSE, SILENT_INTERVALS } from './channel.ts'

/** What is known of a connection that is watched. */
export interface Watched {
  readonly host: { readonly peer: { readonly notAfter: Date } }
  readonly channel: Channel<ToAgent>
  /** The agent pings at this pace; one before revision 3 has none, and is pinged. */
  readonly pace: Pace | undefined
}

/** Since revision 3 only the agent pings, half as often as both sides did before. */
const PING_INTERVALS = 2
/** As soon as two sides that ping at every interval notice that the other has fallen silent. */
const QUIET_INTERVALS = 3.75
/** Heartbeats of which nothing has changed, to one that is sent all the same. */
const LOOKS_TO_HEARTBEAT = 60

export interface Paces {
  /** That of an agent of this protocol revision. */
  of(protocol: number): Pace | undefined
  /** The new pace, once, when it has changed. */
  changed(): Pace | undefined
}

export function createPaces(of: { heartbeatIntervalMs: number; pingIntervalMs: number; poolsMs: () => number }): Paces {
  const now = (): Pace => ({
    pingMs: PING_INTERVALS * of.pingIntervalMs,
    silentMs: Math.round(QUIET_INTERVALS * of.pingIntervalMs),
    statusMs: LOOKS_TO_HEARTBEAT * of.heartbeatIntervalMs,
    poolsMs: of.poolsMs(),
  })
  let current: Pace | undefined
  return {
    of(protocol) {
      current ??= now()
      return protocol >= QUIET_SINCE ? current : undefined
    },
    changed() {
      if (!current || current.poolsMs === of.poolsMs()) return undefined
      current = now()
      return current
    },
  }
}

/** Cuts off who is silent, closes what has no valid certificate any more, pings agents that wait for that. @returns how to end it */
export function watchConnections<W extends Watched>(deps: {
  all: () => Iterable<W>
  paces: Paces
  pingIntervalMs: number
}): () => void {
  const { all, paces, pingIntervalMs } = deps
  const oldSilentMs = SILENT_INTERVALS * pingIntervalMs
  let round = 0

  function watch(): void {
    round++
    const pace = paces.changed()
    const now = Date.now()
    for (const connection of all()) {
      const { channel, host } = connection
      if (host.peer.notAfter.getTime() <= now) channel.close(CLOSE.refused, 'Certificate expired.')
      else if (channel.silentForMs() >= (connection.pace?.silentMs ?? oldSilentMs)) channel.cut()
      else if (!connection.pace && round % 2 === 0) channel.ping()
      else if (connection.pace && pace) channel.send({ type: 'pace', pace })
    }
  }
  const timer = setInterval(watch, pingIntervalMs / 2)
  timer.unref()
  return () => clearInterval(timer)
}
