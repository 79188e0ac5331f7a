/** Longest delay one timer takes: 2^31 - 1 ms, about 25 days. */
export const LONGEST_TIMER_MS = 0x7fff_ffff

/** Runs the action at a time that may be further away than one timer reaches. Does not keep the process alive. */
export function runAt(time: Date, action: () => void): { clear(): void } {
  let timer: NodeJS.Timeout
  function arm(): void {
    const leftMs = time.getTime() - Date.now()
    timer = leftMs > LONGEST_TIMER_MS ? setTimeout(arm, LONGEST_TIMER_MS) : setTimeout(action, Math.max(leftMs, 0))
    timer.unref()
  }
  arm()
  return { clear: () => clearTimeout(timer) }
}
