/**
 * Buckets that count over all nodes, about: nodes tell each other four times a second what each sender has taken, and what others let in
 * is missing here. A sender who spreads over N nodes gets N bursts before they have heard of each other, and pays for them afterwards;
 * over time it gets its rate, and less than a tenth of it more for each further node, since so little is not told. Nodes that cannot
 * reach each other count for themselves, and one that begins anew has forgotten: nobody is held up for what nobody can know.
 */
import type { Cluster } from '../nodes/cluster.ts'
import { type Buckets, createBuckets, type Rate } from './rate-limit.ts'

const TELL_MS = 250
/** Part of what a sender may take meanwhile that is not worth telling. */
const UNTOLD = 0.1

/** @param name tells these buckets from others, the same on every node */
export function createSharedBuckets(
  name: string,
  rate: () => Rate,
  cluster: Pick<Cluster, 'ring' | 'onBell'>,
): Buckets {
  const buckets = createBuckets(rate)
  let taken = new Map<string, number>()
  let isDue = false

  function tell(): void {
    isDue = false
    const least = (rate().perSecond * UNTOLD * TELL_MS) / 1_000
    const spent = [...taken].filter(([, count]) => count > least)
    taken = new Map()
    if (spent.length > 0) cluster.ring({ spent: { [name]: Object.fromEntries(spent) } })
  }
  function count(key: string, much = 1): void {
    taken.set(key, (taken.get(key) ?? 0) + much)
    if (isDue) return
    isDue = true
    setTimeout(tell, TELL_MS).unref()
  }
  cluster.onBell(({ spent }) => {
    for (const [key, much] of Object.entries(spent?.[name] ?? {})) buckets.hear(key, much)
  })
  return {
    ...buckets,
    take(key) {
      const seconds = buckets.take(key)
      if (seconds === 0) count(key)
      return seconds
    },
    owe(key, much) {
      buckets.owe(key, much)
      count(key, much)
    },
  }
}
