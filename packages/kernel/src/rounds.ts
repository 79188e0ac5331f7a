/** Those who come in numbers go together: what they have looked up and written then is looked up and written for many at once. */

/** Has everybody act: who comes alone at once, who comes in a crowd with all others of the round, in the order they came. */
export type Rounds = (act: () => void) => void

/** @param everyMs from one round to the next, and so the longest that anybody waits */
export function createRounds(everyMs: number): Rounds {
  let waiting: (() => void)[] = []
  let nextMs = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  function begin(): void {
    timer = undefined
    nextMs = performance.now() + everyMs
    const all = waiting
    waiting = []
    for (const act of all) act()
  }
  return (act) => {
    waiting.push(act)
    if (timer) return
    const leftMs = nextMs - performance.now()
    if (leftMs > 0) timer = setTimeout(begin, leftMs).unref()
    else begin()
  }
}
