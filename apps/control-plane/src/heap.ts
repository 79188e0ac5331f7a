/**
 * How far the heap may grow before all of it is collected. V8 lets one grow to four times of what lived, which is quick, and little memory
 * while little lives: so it stays. Of a node with thousands of hosts it would be hundreds of MiB more, and never given back, since hosts
 * leave it no idle moment; such a node collects sooner, for a tenth more processor time under load.
 */
import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'

const MIB = 2 ** 20
/** Of what lives: that of about 6,000 hosts. */
const LARGE_BYTES = 96 * MIB
/** Far enough below that a heap does not go to and fro. */
const SMALL_BYTES = 64 * MIB
/** How many percent a large heap grows; 0 leaves it to V8. */
const [LARGE_GROWTH, SMALL_GROWTH] = [50, 0]

/** By how many percent a heap of which so much lives may grow. @param before what was said last */
export function heapGrowth(livingBytes: number, before: number): number {
  if (livingBytes >= LARGE_BYTES) return LARGE_GROWTH
  return livingBytes < SMALL_BYTES ? SMALL_GROWTH : before
}

/** Node.js adds the kind of collection to its entries. */
const isFull = (entry: PerformanceEntry & { detail?: NodeGCPerformanceDetail }): boolean =>
  entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR

/** Looks after each full collection, when what is left is what lives. */
export function keepHeapSmall(): void {
  let growth = SMALL_GROWTH
  const look = (): void => {
    const next = heapGrowth(getHeapStatistics().used_heap_size, growth)
    if (next === growth) return
    growth = next
    setFlagsFromString(`--heap-growing-percent=${growth}`)
  }
  new PerformanceObserver((list) => {
    if (list.getEntries().some(isFull)) look()
  }).observe({ entryTypes: ['gc'] })
}
