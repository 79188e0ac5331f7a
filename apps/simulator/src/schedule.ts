/** Faults by a schedule: what happens to which hosts, and when. */
import { readFile } from 'node:fs/promises'
import type { SimulatedHost } from '@basalt/hypervisor-sim/host'
import { z } from 'zod'
import { UsageError } from './usage-error.ts'

const FAULTS = {
  disconnect: ({ faults }: SimulatedHost) => faults.disconnect(),
  reconnect: ({ faults }: SimulatedHost) => faults.reconnect(),
  crash: ({ faults }: SimulatedHost) => faults.crash(),
  breakLibvirt: ({ faults }: SimulatedHost) => faults.breakPart('libvirt'),
  mend: ({ faults }: SimulatedHost) => faults.breakPart(null),
  failStart: ({ faults }: SimulatedHost) => faults.failNext('hypervisor.start'),
  loseStartReply: ({ faults }: SimulatedHost) => faults.loseReplyAfter('hypervisor.start'),
  failClone: ({ faults }: SimulatedHost) => faults.failNext('storage.clone'),
  stopGuests: (host: SimulatedHost) => {
    for (const { vm } of host.status().domains) host.guests.powerOff(vm)
  },
  crashGuests: (host: SimulatedHost) => {
    for (const { vm } of host.status().domains) host.guests.crash(vm)
  },
} as const

const entry = z.strictObject({
  afterSeconds: z.number().nonnegative(),
  fault: z.enum(Object.keys(FAULTS) as [keyof typeof FAULTS, ...(keyof typeof FAULTS)[]]),
  /** Names of hosts, or how many of all, chosen at random each time. */
  hosts: z.union([z.array(z.string()).min(1), z.strictObject({ count: z.int().positive() })]),
  /** Again and again; once when absent. */
  everySeconds: z.number().positive().optional(),
})

export type Fault = z.infer<typeof entry>

/** Reads the file; says what is wrong with it. */
export async function readSchedule(path: string): Promise<Fault[]> {
  try {
    return z.array(entry).parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new UsageError(`The schedule ${path} cannot be used: ${what}`)
  }
}

function chosen(hosts: readonly SimulatedHost[], wanted: Fault['hosts']): SimulatedHost[] {
  if (Array.isArray(wanted)) return hosts.filter(({ name }) => wanted.includes(name))
  const left = [...hosts]
  return Array.from({ length: Math.min(wanted.count, left.length) }, () =>
    left.splice(Math.floor(Math.random() * left.length), 1),
  ).flat()
}

/** Lets the faults happen, counted from now. Returns a function that ends it. */
export function follow(
  schedule: readonly Fault[],
  hosts: readonly SimulatedHost[],
  tell: (fault: string, host: string) => void,
): () => void {
  const timers = new Set<NodeJS.Timeout>()
  function strike({ fault, hosts: wanted }: Fault): void {
    for (const host of chosen(hosts, wanted)) {
      tell(fault, host.name)
      FAULTS[fault](host)
    }
  }
  function later(one: Fault, seconds: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      strike(one)
      if (one.everySeconds) later(one, one.everySeconds)
    }, seconds * 1000)
    timers.add(timer)
  }
  for (const one of schedule) later(one, one.afterSeconds)
  return () => {
    for (const timer of timers) clearTimeout(timer)
  }
}
