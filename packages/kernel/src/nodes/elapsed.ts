/** Time that has passed, for leases. */

/**
 * Milliseconds since it was made. It counts whichever of the two clocks went further since it was asked last: the monotonic one stands
 * still while a machine is suspended, and the wall clock may be set back. Too much only ends a lease early, too little would be wrong.
 */
export function createElapsed(
  monotonicMs: () => number = () => performance.now(),
  wallMs: () => number = () => Date.now(),
): () => number {
  let [monotonic, wall, elapsed] = [monotonicMs(), wallMs(), 0]
  return () => {
    const [nowMonotonic, nowWall] = [monotonicMs(), wallMs()]
    elapsed += Math.max(nowMonotonic - monotonic, nowWall - wall, 0)
    monotonic = nowMonotonic
    wall = nowWall
    return elapsed
  }
}
