/**
 * How many handshakes may be under way at an agents' port. When all hosts come at once each handshake takes as long as all that are under
 * way take together: with too many, each takes longer than its agent waits, and none is ever done. Connections that come besides are
 * dropped at once, which costs next to nothing, and their agents try again.
 */
import type { Server } from 'node:https'

/** As many as are done in so many seconds, at the pace of the second before: an agent waits for ten. */
const IN_TIME_S = 3
/** Whatever the pace: a few that never end theirs would keep all others out. */
const LEAST = 250
const MOST = 1_000
const LOOK_MS = 1_000

/** @param done in `ms` */
export const handshakesAtOnce = (done: number, ms: number): number =>
  Math.min(MOST, Math.max(LEAST, Math.ceil((done / ms) * 1_000 * IN_TIME_S)))

/** From now on `server` takes on as many as it gets done in time. */
export function limitHandshakes(server: Server): void {
  let [established, done, atOnce] = [0, 0, LEAST]
  let lookedAtMs = performance.now()
  const allow = (): void => {
    server.maxConnections = established + atOnce
  }
  function look(): void {
    const now = performance.now()
    atOnce = handshakesAtOnce(done, now - lookedAtMs)
    lookedAtMs = now
    done = 0
    allow()
  }
  const timer = setInterval(look, LOOK_MS).unref()
  server.once('close', () => clearInterval(timer))
  server.on('secureConnection', (socket) => {
    established++
    done++
    allow()
    socket.once('close', () => {
      established--
      allow()
    })
  })
  allow()
}
