/** What the measure of queries asks for, and the same in SQL. */
import { addressOf, hostsFor } from '../bed/population.ts'
import { idOf } from '../bed/rows.ts'

export interface Case {
  name: string
  who: 'operator' | 'ada' | 'bob'
  /** Parameters of the list; other ones in each round. */
  ask(round: number): Record<string, string>
  /** The same in SQL. */
  sql: string
  values(round: number): unknown[]
}

const NEWEST = 'order by created_at desc, id desc limit 101'

/** @param vms how many there are; ada has a tenth of them, bob a two-thousandth */
export function cases({ ada, bob }: { ada: string; bob: string }, vms: number): Case[] {
  /** Spread over all rows, the same in each run. */
  const any = (round: number): number => 1 + ((round * 7_919_001) % vms)
  const hostOf = (round: number): string => idOf('b', 1 + (round % hostsFor(vms)))
  return [
    {
      name: 'newest 100, operator',
      who: 'operator',
      ask: () => ({}),
      sql: `select * from vm ${NEWEST}`,
      values: () => [],
    },
    {
      name: 'newest 100, tenant with a tenth',
      who: 'ada',
      ask: () => ({}),
      sql: `select * from vm where account = $1 ${NEWEST}`,
      values: () => [ada],
    },
    {
      name: 'newest 100, tenant with few',
      who: 'bob',
      ask: () => ({}),
      sql: `select * from vm where account = $1 ${NEWEST}`,
      values: () => [bob],
    },
    {
      name: 'rare state, with count',
      who: 'operator',
      ask: () => ({ q: 'state = failed', count: 'true' }),
      sql: `select *, (select count(*) from vm where state = $1) from vm where state = $1 ${NEWEST}`,
      values: () => ['failed'],
    },
    {
      name: 'rare state, tenant with a tenth',
      who: 'ada',
      ask: () => ({ q: 'state = failed' }),
      sql: `select * from vm where account = $1 and state = $2 ${NEWEST}`,
      values: () => [ada, 'failed'],
    },
    {
      name: 'state and host',
      who: 'operator',
      ask: (round) => ({ q: `state = running and host = ${hostOf(round)}` }),
      sql: `select * from vm where state = 'running' and host = $1 ${NEWEST}`,
      values: (round) => [hostOf(round)],
    },
    {
      name: 'address of a NIC',
      who: 'operator',
      ask: (round) => ({ q: `nics.address = ${addressOf(any(round))}` }),
      sql: `select * from vm where id in (select vm from nic where address = $1) ${NEWEST}`,
      values: (round) => [addressOf(any(round))],
    },
    {
      name: 'address of a NIC, tenant',
      who: 'ada',
      ask: (round) => ({ q: `state = running and nics.address = ${addressOf(any(round) * 10)}` }),
      sql: `select * from vm where account = $1 and state = 'running' and id in (select vm from nic where account = $1 and address = $2) ${NEWEST}`,
      values: (round) => [ada, addressOf(any(round) * 10)],
    },
    {
      name: 'one of its addresses',
      who: 'operator',
      ask: (round) => ({ q: `addresses = ${addressOf(any(round))}` }),
      sql: `select * from vm where addresses @> $1::jsonb ${NEWEST}`,
      values: (round) => [JSON.stringify([addressOf(any(round))])],
    },
    {
      name: 'state, and name of the cluster of the host',
      who: 'operator',
      ask: (round) => ({ q: `state = running and host.cluster.name = rack-${1 + (round % 20)}` }),
      sql: `select * from vm where state = 'running' and host in (select h.id from host h join cluster c on c.id = h.cluster where c.name = $1) ${NEWEST}`,
      values: (round) => [`rack-${1 + (round % 20)}`],
    },
    {
      name: 'part of the name',
      who: 'operator',
      ask: (round) => ({ q: `name ~ '${String(any(round)).padStart(5, '1').slice(0, 5)}'` }),
      sql: `select * from vm where name ilike $1 ${NEWEST}`,
      values: (round) => [`%${String(any(round)).padStart(5, '1').slice(0, 5)}%`],
    },
    {
      name: 'part of the name, tenant with few',
      who: 'bob',
      ask: (round) => ({ q: `name ~ 'vm-${round}'` }),
      sql: `select * from vm where account = $1 and name ilike $2 ${NEWEST}`,
      values: (round) => [bob, `%vm-${round}%`],
    },
    {
      name: 'by name, from the middle, with the names of hosts',
      who: 'operator',
      ask: (round) => ({ sort: 'name', q: `name > vm-${any(round)}`, fields: 'id,name,host.name' }),
      sql: `select v.id, v.name, h.name from vm v left join host h on h.id = v.host where v.name > $1 order by v.name, v.id limit 101`,
      values: (round) => [`vm-${any(round)}`],
    },
    {
      name: 'groups by state, with sums, of a host',
      who: 'operator',
      ask: (round) => ({ groupBy: 'state', sum: 'memoryBytes', q: `host = ${hostOf(round)}` }),
      sql: `select state, count(*), sum(memory_bytes) from vm where host = $1 group by state order by state`,
      values: (round) => [hostOf(round)],
    },
  ]
}
