/** Hosts that were deleted while their agents were connected are cut off; they are refused when they come back. */
import { isOutage, type Log, type Store } from '@basalt/kernel'
import type { AgentHub } from '@basalt/transport'

const LOOK_MS = 5_000

/** @returns how to stop looking */
export function cutOffRemovedHosts({ store, hub, log }: { store: Store; hub: AgentHub; log: Log }): () => void {
  let isLooking = false

  async function look(): Promise<void> {
    const connected = hub.hosts().map(({ hostId }) => hostId)
    if (connected.length === 0) return
    const removed = await store.database.query<{ id: string }>(
      'select id from unnest($1::uuid[]) c(id) where not exists (select from host h where h.id = c.id)',
      [connected],
    )
    for (const { id } of removed) hub.disconnect(id, 'This host was removed from the cloud.')
  }

  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((error: unknown) => {
        if (!isOutage(error)) log.error('removed hosts cannot be looked for', { error: String(error) })
      })
      .finally(() => {
        isLooking = false
      })
  }, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}
