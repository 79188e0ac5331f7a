/** Room on hosts: reservations with the VMs that have them, and the counters of hosts with the sums of reservations. */
import { DATABASE, type Difference, type Hold, type Reconciler, type Store } from '@basalt/kernel'

interface Counted extends Record<string, unknown> {
  id: string
  name: string
  version: number
  vcpus: number
  memoryBytes: number
  vcpusReserved: number
  memoryReservedBytes: number
}

/*
 * Each statement is about all of them, or about the one whose id it is given: what is looked at a second time costs no look at all the others.
 */

/** Counters and reservations change in one transaction, so that one statement always sees them agree. */
const WRONG_COUNTERS = `
  select * from (
    select h.id, h.name, h.version, h.vcpus_reserved as "vcpusReserved", h.memory_reserved_bytes as "memoryReservedBytes",
           coalesce(sum(r.vcpus), 0)::bigint as vcpus, coalesce(sum(r.memory_bytes), 0)::bigint as "memoryBytes"
      from host h left join reservation r on r.host = h.id where $1::uuid is null or h.id = $1 group by h.id) t
   where "vcpusReserved" <> vcpus or "memoryReservedBytes" <> "memoryBytes"`

interface Unmatched extends Record<string, unknown> {
  id: string
  name: string
  zone: string
  /** Of the reservation. */
  host: string
  vcpus: number
  memoryBytes: number
}

const UNUSED = `
  select r.id, r.name, r.zone, r.host, r.vcpus, r.memory_bytes as "memoryBytes"
    from reservation r left join vm v on v.id = r.id
   where (v.id is null or v.state in ('stopped', 'recycled')) and ($1::uuid is null or r.id = $1)`

const LACKING = `
  select v.id, v.name, v.zone, v.host, v.vcpus, v.memory_bytes as "memoryBytes"
    from vm v left join reservation r on r.id = v.id
   where v.state = 'running' and v.host is not null and r.id is null and ($1::uuid is null or v.id = $1)`

export function roomReconciler({ store }: { store: Store }): Reconciler {
  /** @param id of the VM or host that it is about; all of them without */
  async function differences(id: string | null): Promise<Difference[]> {
    const [unused, lacking, wrong] = await Promise.all([
      store.database.query<Unmatched>(UNUSED, [id]),
      store.database.query<Unmatched>(LACKING, [id]),
      store.database.query<Counted>(WRONG_COUNTERS, [id]),
    ])
    return [
      ...wrong.map(wrongCounter),
      ...unused.map((row) => onVm(row, 'ROOM_LEFT_OVER', 'has room on a host, but does not run', 'It is given back.')),
      ...lacking.map((row) => onVm(row, 'ROOM_LACKING', 'runs without having its room', 'It is taken.')),
    ]
  }

  async function giveBack(vm: string, hold: Hold): Promise<string> {
    const [row] = await store.database.query<Unmatched>(UNUSED, [vm])
    if (!row) return 'It was given back already.'
    const { host, vcpus, memoryBytes } = row
    const [runs] = await store.all<{ host: string | null }>('vm', { id: vm })
    await hold.commit([
      { op: 'delete', kind: 'reservation', id: vm },
      { op: 'adjust', kind: 'host', id: host, add: { vcpusReserved: -vcpus, memoryReservedBytes: -memoryBytes } },
      ...(runs?.host
        ? [{ op: 'update' as const, kind: 'vm', id: vm, set: { host: null }, from: ['stopped', 'recycled'] }]
        : []),
    ])
    return 'It was given back.'
  }

  /** It runs there, whether there is room or not: no limit. */
  async function take(vm: string, hold: Hold): Promise<string> {
    const [row] = await store.database.query<Unmatched>(LACKING, [vm])
    if (!row) return 'It has its room.'
    const { host, vcpus, memoryBytes } = row
    await hold.commit([
      { op: 'insert', kind: 'reservation', row: { ...row, description: '' } },
      { op: 'adjust', kind: 'host', id: host, add: { vcpusReserved: vcpus, memoryReservedBytes: memoryBytes } },
    ])
    return 'It was taken.'
  }

  async function count(host: string, hold: Hold): Promise<string> {
    const [row] = await store.database.query<Counted>(WRONG_COUNTERS, [host])
    if (!row) return 'They add up.'
    const { version, vcpus, memoryBytes } = row
    const set = { vcpusReserved: vcpus, memoryReservedBytes: memoryBytes }
    // Whoever took or gave room meanwhile made another version of the row: then it is counted again at the next run.
    await hold.commit([{ op: 'update', kind: 'host', id: host, set, version }])
    return 'They were counted anew.'
  }

  return {
    name: 'capacity',
    doc: 'Room that hosts have given out with the VMs that have it.',
    places: async () => [DATABASE],
    scan: () => differences(null),
    again: async ({ code, subject }) => (await differences(subject.id)).find((one) => one.code === code) ?? null,
    async repair({ code, subject }, _, hold) {
      if (code === 'ROOM_LEFT_OVER') return giveBack(subject.id, hold)
      return code === 'ROOM_LACKING' ? take(subject.id, hold) : count(subject.id, hold)
    },
  }
}

const onVm = ({ id, name }: Unmatched, code: string, how: string, remedy: string): Difference => ({
  code,
  subject: { kind: 'vm', id },
  what: `The VM "${name}" ${how}.`,
  verdict: 'repair',
  remedy,
  claims: [id],
})

const wrongCounter = (row: Counted): Difference => ({
  code: 'ROOM_MISCOUNTED',
  subject: { kind: 'host', id: row.id },
  what: `The host "${row.name}" counts ${row.vcpusReserved} CPUs and ${row.memoryReservedBytes} bytes as given out; its VMs have ${row.vcpus} and ${row.memoryBytes}.`,
  verdict: 'repair',
  remedy: 'They are counted anew.',
  claims: [],
})
