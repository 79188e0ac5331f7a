/** The cable between a simulated host and its control plane, as faults pull it and the agent follows it. */
export interface SimulatedLink {
  isConnected(): boolean
  /** Plugged in: the agent may connect. */
  connect(): void
  /** Pulled until `connect`. */
  disconnect(): void
  /** Cut for a moment: answers on their way are lost, the agent connects anew. False when nobody follows the cable. */
  drop(): boolean
  /** The host's power failed, and with it the agent's. False when nobody follows the cable. */
  losePower(): boolean
  /** Resolves when the cable is plugged in the next time; rejects with the signal's reason when that is aborted. */
  nextConnect(signal: AbortSignal): Promise<void>
  /** Follow the cable. Returns a function that stops it. */
  follow(follower: LinkFollower): () => void
}

/** Whoever moves messages over the cable. */
export interface LinkFollower {
  /** The connection is cut; whether it may be made anew, `isConnected` tells. */
  dropped(): void
  lostPower(): void
}

/** A cable that is plugged in. */
export function createLink(): SimulatedLink {
  const followers = new Set<LinkFollower>()
  const plugs = new EventTarget()
  let connected = true

  function tell(what: keyof LinkFollower): boolean {
    for (const follower of followers) follower[what]()
    return followers.size > 0
  }

  return {
    isConnected: () => connected,
    connect() {
      connected = true
      plugs.dispatchEvent(new Event('plugged'))
    },
    disconnect() {
      connected = false
      tell('dropped')
    },
    drop: () => tell('dropped'),
    losePower: () => tell('lostPower'),
    nextConnect: (signal) =>
      new Promise((resolve, reject) => {
        const done = new AbortController()
        const settle = (how: () => void) => () => {
          done.abort()
          how()
        }
        plugs.addEventListener('plugged', settle(resolve), { signal: done.signal })
        signal.addEventListener(
          'abort',
          settle(() => reject(signal.reason)),
          { signal: done.signal },
        )
      }),
    follow(follower) {
      followers.add(follower)
      return () => void followers.delete(follower)
    },
  }
}
