/** Hosts that were deleted while their agents were connected are cut off; they are refused when they come back. */
import { isOutage, type Log, type Store } from '@basalt/kernel'
import type { AgentHub } from '@basalt/transport'

const LOOK_MS = 5_000
/** Hosts that are looked at together; where there are more, the next look goes on with them. */
const TOGETHER = 1_000
/** Looks in which all are looked at, however many there are. */
const LOOKS = 12

/** @returns how to stop looking */
export function cutOffRemovedHosts({ store, hub, log }: { store: Store; hub: AgentHub; log: Log }): () => void {
  let isLooking = false
  let begin = 0

  function next(): string[] {
    const hosts = hub.hosts()
    if (begin >= hosts.length) begin = 0
    const end = begin + Math.max(TOGETHER, Math.ceil(hosts.length / LOOKS))
    const some = hosts.slice(begin, end).map(({ hostId }) => hostId)
    begin = end
    return some
  }
  async function look(): Promise<void> {
    const connected = next()
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
