/** What one node writes wakes the event streams of all. */
import type { Store } from '../store.ts'
import type { Cluster } from './cluster.ts'

/** Bells are rung at most this often, however much is written. */
const QUIET_MS = 20

export function shareFlushes(store: Store, cluster: Cluster): void {
  let ringing: NodeJS.Timeout | undefined
  store.onFlush(({ where }) => {
    if (where === 'elsewhere' || ringing) return
    ringing = setTimeout(() => {
      ringing = undefined
      cluster.ring({ flushed: true })
    }, QUIET_MS)
    ringing.unref()
  })
  cluster.onBell(({ flushed }) => {
    if (flushed) store.flushedElsewhere()
  })
}
