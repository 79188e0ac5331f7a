/** What {@link startKeepalive} needs. */
export interface KeepaliveDeps {
  readonly sendPing: () => void
  /** Called once, when the peer has been silent for too long. */
  readonly onDead: (silentMs: number) => void
  /** Silence after which a ping is sent, and between further pings. */
  readonly intervalMs: number
  /** Pings without any answer after which the peer counts as dead. */
  readonly maxUnanswered: number
}

/** A running keepalive. */
export interface Keepalive {
  /** To be called for everything received: any message proves the peer alive. */
  received(): void
  stop(): void
}

/** Pings a silent peer, and reports it dead when it stays silent. */
export function startKeepalive(deps: KeepaliveDeps): Keepalive {
  let lastReceived = performance.now()
  let unanswered = 0
  const timer = setInterval(() => {
    const silentMs = performance.now() - lastReceived
    if (silentMs < deps.intervalMs) return
    if (unanswered < deps.maxUnanswered) {
      unanswered += 1
      deps.sendPing()
      return
    }
    clearInterval(timer)
    deps.onDead(silentMs)
  }, deps.intervalMs)
  return {
    received: () => {
      lastReceived = performance.now()
      unanswered = 0
    },
    stop: () => clearInterval(timer),
  }
}
