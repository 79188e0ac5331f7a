/** The cable between a simulated host and its control plane, as faults pull it and the agent follows it. */
export interface SimulatedLink {
  isConnected(): boolean
  /** Plugged in: the agent may connect. */
  connect(): void
  /** Pulled until `connect`. */
  disconnect(): void
  /** Cut for a moment: what was under way is lost, the agent connects anew. False when nobody follows the cable. */
  drop(): boolean
  /** Follow the cable. Returns a function that stops it. */
  follow(follower: LinkFollower): () => void
}

/** Whoever moves messages over the cable. */
export interface LinkFollower {
  connected(): void
  disconnected(): void
  dropped(): void
}

/** A cable that is plugged in. */
export function createLink(): SimulatedLink {
  const followers = new Set<LinkFollower>()
  let connected = true
  return {
    isConnected: () => connected,
    connect() {
      if (connected) return
      connected = true
      for (const follower of followers) follower.connected()
    },
    disconnect() {
      if (!connected) return
      connected = false
      for (const follower of followers) follower.disconnected()
    },
    drop() {
      for (const follower of followers) follower.dropped()
      return followers.size > 0
    },
    follow(follower) {
      followers.add(follower)
      return () => void followers.delete(follower)
    },
  }
}
