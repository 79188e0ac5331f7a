import { readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { DomainStatus, HostStatus, HypervisorDriver } from '@basalt/contracts'

/** What the status is gathered from. */
export interface StatusDeps {
  hypervisor: Pick<HypervisorDriver, 'commands'>
  /** Rejects when Open vSwitch does not answer. */
  checkSwitch(): Promise<unknown>
}

/** A part that takes longer counts as not working. */
const LONGEST_LOOK_MS = 4_000

/**
 * Makes the function that says how the host feels. While libvirt does not answer, the guests last seen are told again together with the
 * problem: they run on without it.
 */
export function createStatus(deps: StatusDeps): () => Promise<HostStatus> {
  let lastSeen: DomainStatus[] = []

  return async () => {
    const problems: HostStatus['problems'] = []
    const part = async (name: string, look: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
      try {
        await inTime(look)
      } catch (error) {
        problems.push({ part: name, message: (error as Error).message })
      }
    }
    await Promise.all([
      part('libvirt', async (signal) => {
        const call = { signal, progress: () => undefined }
        lastSeen = (await deps.hypervisor.commands.observe({}, call)).domains
      }),
      part('openvswitch', () => deps.checkSwitch()),
    ])
    const [load = 0] = loadavg()
    const memory = await memoryAvailableBytes()
    const at = new Date().toISOString()
    return { at, loadAverage: load, memoryAvailableBytes: memory, domains: lastSeen, problems }
  }
}

async function inTime(look: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const finished = new AbortController()
  const tooLong = delay(LONGEST_LOOK_MS, undefined, { signal: finished.signal }).then(
    () => Promise.reject(new Error(`no answer within ${LONGEST_LOOK_MS} ms`)),
    () => undefined,
  )
  try {
    await Promise.race([look(finished.signal), tooLong])
  } finally {
    finished.abort()
  }
}

/** What the kernel can give without swapping (proc(5), `MemAvailable`, in KiB). */
async function memoryAvailableBytes(): Promise<number> {
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8'))
  return Number(found?.[1] ?? 0) * 1024
}
