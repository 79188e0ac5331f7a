/** VMs whose making is really under way, as many as wanted: hosts hold their commands, each kind of host at another step. */
import { until } from '@basalt/testkit'
import { startLoad } from '../load/load.ts'
import type { Bed, BedOptions } from './bed.ts'
import type { Held } from './fleet.ts'
import { createsOf } from './vms.ts'

const starting: Held = { holds: ['hypervisor.start', 'storage.fetch'] }
const cloning: Held = { holds: ['storage.clone', 'storage.fetch'] }
/** The start fails, and what was begun cannot be removed yet. */
const undoing: Held = { holds: ['hypervisor.remove', 'storage.fetch'], fails: 'hypervisor.start' }

/** Of ten hosts. What waits for its ports has told the journal no more than what waits for its start. */
const TURNS: Held[] = [starting, cloning, starting, starting, undoing, starting, cloning, starting, starting, starting]

/** One of so many hosts is in a cluster of its own, whose pool does not have the image yet: what comes there waits for that. */
const WITHOUT_IMAGE = 10

/** Where hosts hold them: for a while, since a start that is to fail takes its time. Whoever waits for an image is told of it again and again. */
const HELD_AT = `(state = 'undoing' or step = 'cacheImage'
  or step in ('cloneRootVolume', 'startOnHost') and updated_at < now() - interval '3 seconds')`

const CALLERS = 64
/** Removing and cloning have two minutes, less some for what comes after. */
const HELD_MS = 105_000
const SETTLE_MS = 60_000

/** A saga that is open: that of a VM. */
export type OpenSaga = {
  vm: string
  epoch: number
  state: string
  step: string
}

const withImage = (hosts: number): number => hosts - Math.floor(hosts / WITHOUT_IMAGE)

/** The bed to begin with, for so many hosts in all. */
export const bedForHeldSagas = (hosts: number): BedOptions => ({
  hosts: withImage(hosts),
  hostsPerProcess: withImage(hosts),
  // Hosts as slow as real ones.
  latencyFactor: 1,
})

export const openSagas = ({ database }: Bed): Promise<OpenSaga[]> =>
  database.query(
    `select resource as vm, epoch, state, step from task where action = 'vm.create' and finished_at is null`,
  ) as Promise<OpenSaga[]>

/** The first cluster gets the image with its first VM, then the other cluster comes. */
async function prepare(bed: Bed, hosts: number): Promise<void> {
  const { zone, offering, image, network } = bed.furniture
  await bed.ok('ada', 'POST', '/v1/vms', { name: 'first', zone, offering, image, networks: [{ network }] })
  await bed.fleet.add(hosts - bed.fleet.size())
}

/** A node that is asked for more than it can take says so: what it refused is asked for again. */
async function accept(bed: Bed, count: number): Promise<void> {
  const load = startLoad()
  const began = performance.now()
  try {
    for (let missing = count; missing > 0; ) {
      const { statuses } = await load.ask({ target: createsOf(bed, false), pace: { callers: CALLERS, count: missing } })
      const { 202: accepted = 0, 503: refused = 0, ...others } = statuses
      if (Object.keys(others).length > 0) throw new Error(`VMs were not accepted: ${JSON.stringify(statuses)}`)
      missing = refused
      if (accepted === 0) throw new Error('the node accepts no VM any more')
    }
  } finally {
    await load.close()
  }
  if (performance.now() - began > HELD_MS) throw new Error('accepting took so long that hosts answer too late for some')
}

/** Accepts so many, and waits until each is where a host holds it. */
export async function holdSagas(bed: Bed, count: number, hosts: number): Promise<OpenSaga[]> {
  await prepare(bed, hosts)
  await bed.fleet.hold(TURNS)
  await accept(bed, count)
  const isHeld = async (): Promise<boolean> => {
    const [row] = await bed.database.query<{ open: number; held: number }>(
      `select count(*) as open, count(*) filter (where ${HELD_AT}) as held from task
       where action = 'vm.create' and finished_at is null`,
    )
    if (row?.open !== count) throw new Error(`${count} VMs were accepted, ${row?.open} are under way`)
    return row.held === count
  }
  await until('hosts hold all of them', isHeld, SETTLE_MS)
  return openSagas(bed)
}

/** How many are where, in words. */
export function placesOf(sagas: readonly OpenSaga[]): string {
  const counts = new Map<string, number>()
  for (const { state, step } of sagas) {
    const place = state === 'undoing' ? 'being undone' : `at ${step}`
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  return [...counts].map(([place, number]) => `${number} ${place}`).join(', ')
}
