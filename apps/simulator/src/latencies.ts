/**
 * How long hosts take. The medians were measured on real ones, each row says what; how far calls spread was not measured but for
 * qemu-storage-daemon, so the other upper ends are assumptions.
 */

interface Latency {
  /** Half of all calls take less. */
  medianMs: number
  /** Nearly all (95 of 100) take less. */
  highMs: number
}

/** Command to how long it takes; whatever is not here answers at once. */
const MEASURED: Readonly<Record<string, Latency>> = {
  // libvirt: define 22 ms and start 0.34 s.
  'hypervisor.start': { medianMs: 362, highMs: 700 },
  'hypervisor.powerOff': { medianMs: 22, highMs: 50 },
  'hypervisor.remove': { medianMs: 22, highMs: 50 },
  // One call of libvirt's RPC.
  'hypervisor.observe': { medianMs: 0.15, highMs: 1 },
  // qemu-storage-daemon starts in 6 to 18 ms; taken for any short-lived tool of QEMU.
  'storage.clone': { medianMs: 12, highMs: 18 },
  'storage.remove': { medianMs: 6, highMs: 18 },
}

/** Standard deviations from the middle to the 95th percentile. */
const HIGH_SIGMAS = 1.645

/** A number of the standard normal distribution, of two even ones. */
const normal = (a: number, b: number): number => Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b)

/**
 * A time in milliseconds for one call, from the log-normal distribution with this median and 95th percentile.
 * @param factor 0 switches waiting off, 1 is as measured
 */
export function createLatencies(factor: number, random: () => number = Math.random): (command: string) => number {
  return (command) => {
    const measured = MEASURED[command]
    if (!measured || factor === 0) return 0
    const sigma = Math.log(measured.highMs / measured.medianMs) / HIGH_SIGMAS
    return factor * measured.medianMs * Math.exp(sigma * normal(random(), random()))
  }
}
