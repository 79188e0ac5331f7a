/** The life of all connections, by one timer: thousands of hosts that rest cost no more than their pings. */
import { type Pace, QUIET_SINCE, type ToAgent } from '@basalt/contracts'
import { type Channel, CLOSE } from './channel.ts'

/** What is known of a connection that is watched. */
export interface Watched {
  readonly host: { readonly peer: { readonly notAfter: Date }; readonly protocol: number }
  readonly channel: Channel<ToAgent>
  readonly silentMs: number
}

/** Only the control plane pings, half as often as both sides did before revision 3. */
const PING_INTERVALS = 2
/** As soon as two sides that ping at every interval notice that the other has fallen silent. */
const QUIET_INTERVALS = 3.75

export interface Paces {
  readonly pingMs: number
  now(): Pace
  /** The new pace, once, when it has changed. */
  changed(): Pace | undefined
}

export function createPaces(of: { statusMs: number; pingIntervalMs: number; poolsMs: () => number }): Paces {
  const pingMs = PING_INTERVALS * of.pingIntervalMs
  const make = (): Pace => ({
    pingMs,
    silentMs: Math.round(QUIET_INTERVALS * of.pingIntervalMs),
    statusMs: of.statusMs,
    poolsMs: of.poolsMs(),
  })
  let current: Pace | undefined
  return {
    pingMs,
    now() {
      current ??= make()
      return current
    },
    changed() {
      if (!current || current.poolsMs === of.poolsMs()) return undefined
      current = make()
      return current
    },
  }
}

export interface Watch<W> {
  add(connection: W): void
  remove(connection: W): void
  stop(): void
}

/** Turns in which all are pinged once. */
const TURNS = 40
/** Pings that go out together: a burst wakes this process less often than as many that come one by one. */
const BURST = 500
/** Turns taken together at most. */
const MOST_TOGETHER = 10

/** In turns: cuts off who is silent, closes what has no valid certificate any more, pings the others. */
export function watchConnections<W extends Watched>(paces: Paces): Watch<W> {
  const { pingMs } = paces
  const turns = Array.from({ length: TURNS }, () => new Set<W>())
  const turnOf = new WeakMap<W, Set<W>>()
  let added = 0
  let count = 0
  let at = 0

  function look({ channel, host, silentMs }: W, now: number): void {
    if (host.peer.notAfter.getTime() <= now) channel.close(CLOSE.refused, 'Certificate expired.')
    else if (channel.silentForMs() >= silentMs) channel.cut()
    else channel.ping()
  }
  function tellPace(): void {
    const pace = paces.changed()
    if (!pace) return
    for (const turn of turns)
      for (const { channel, host } of turn) if (host.protocol >= QUIET_SINCE) channel.send({ type: 'pace', pace })
  }
  function next(): void {
    const now = Date.now()
    const together = Math.max(1, Math.min(MOST_TOGETHER, Math.floor((BURST * TURNS) / Math.max(1, count))))
    for (let taken = 0; taken < together; taken++) {
      at = (at + 1) % TURNS
      for (const connection of turns[at] ?? []) look(connection, now)
    }
    tellPace()
    timer = setTimeout(next, (together * pingMs) / TURNS).unref()
  }
  let timer = setTimeout(next, pingMs / TURNS).unref()
  return {
    add(connection) {
      const turn = turns[added++ % TURNS] as Set<W>
      turnOf.set(connection, turn.add(connection))
      count++
    },
    remove(connection) {
      if (turnOf.get(connection)?.delete(connection)) count--
    },
    stop: () => clearTimeout(timer),
  }
}
