/** Many VMs with their NICs, hosts, networks and owners: for measures of lists and queries. Nothing runs them. */
import type { Database } from '@basalt/kernel'
import { addRows, analyze, idSql } from './rows.ts'

const CLUSTERS = 20
const ACCOUNTS = 2_000
const NETWORKS = 5_000

export interface Surroundings {
  zone: string
  fabric: string
  offering: string
  image: string
  /** Accounts: ada's has a tenth of the VMs, bob's a two-thousandth, the rest is spread over others. */
  ada: string
  bob: string
}

export const addressOf = (number: number): string =>
  `10.${Math.floor(number / 65536) % 256}.${Math.floor(number / 256) % 256}.${number % 256}`
const addressSql = `'10.' || (i / 65536) % 256 || '.' || (i / 256) % 256 || '.' || i % 256`

/** 0 to 9999, as if thrown: states have nothing to do with hosts and owners. */
const diceSql = '(hashint4(i)::bigint + 2147483648) % 10000'

/** VMs of one host: so many lists of one host find, however many there are. */
export const VMS_PER_HOST = 2_000
export const hostsFor = (vms: number): number => Math.max(1, Math.ceil(vms / VMS_PER_HOST))

async function addSurroundings(database: Database, { zone, fabric }: Surroundings, vms: number): Promise<void> {
  const accounts = { id: idSql('a', 'i'), account: idSql('a', 'i'), name: `'account-' || i`, type: `'tenant'` }
  await addRows(database, 'account', [1, ACCOUNTS], accounts)
  const cluster = { id: idSql('c', 'i'), name: `'rack-' || i`, zone: `'${zone}'`, fabric: `'${fabric}'` }
  await addRows(database, 'cluster', [1, CLUSTERS], cluster)
  await addRows(database, 'host', [1, hostsFor(vms)], {
    id: idSql('b', 'i'),
    name: `'node-' || i`,
    zone: `'${zone}'`,
    cluster: idSql('c', `1 + i % ${CLUSTERS}`),
    state: `'registering'`,
    chassis: `'chassis-' || i`,
  })
  await addRows(database, 'network', [1, NETWORKS], {
    id: idSql('d', 'i'),
    name: `'net-' || i`,
    zone: `'${zone}'`,
    account: idSql('a', `1 + i % ${ACCOUNTS}`),
    state: `'ready'`,
    tunnelKey: 'i + 1000',
  })
}

const isFailed = `${diceSql} < 10`
const isRunning = `${diceSql} between 10 and 6999`

/** What hosts have given out, as their VMs have it: else the cloud would mend all of it while it is measured. */
const COUNT_ROOM = `
  update host h set vcpus_reserved = r.vcpus, memory_reserved_bytes = r.memory_bytes
    from (select host, sum(vcpus) as vcpus, sum(memory_bytes) as memory_bytes from reservation group by host) r where r.host = h.id`

async function addVms(
  database: Database,
  { zone, offering, image, ada, bob }: Surroundings,
  [first, last]: readonly [number, number],
): Promise<void> {
  const owner = `case when i % 10 = 0 then '${ada}'::uuid when i % 2000 = 1 then '${bob}'::uuid else ${idSql('a', `1 + i % ${ACCOUNTS}`)} end`
  const common = { account: owner, zone: `'${zone}'`, createdAt: `now() - (${last} - i) * interval '30 seconds'` }
  const room = {
    id: idSql('e', 'i'),
    name: `'vm-' || i`,
    zone: `'${zone}'`,
    host: idSql('b', `1 + i % ${hostsFor(last)}`),
    memoryBytes: '(1 + i % 16)::bigint * 1073741824',
    vcpus: '1 + i % 8',
  }
  await addRows(database, 'vm', [first, last], {
    ...common,
    ...room,
    offering: `'${offering}'`,
    image: `'${image}'`,
    addresses: `jsonb_build_array(${addressSql})`,
    state: `case when ${isFailed} then 'failed' when ${isRunning} then 'running' else 'stopped' end`,
  })
  await addRows(database, 'reservation', [first, last], room, isRunning)
  await database.script(COUNT_ROOM)
  await addRows(database, 'nic', [first, last], {
    ...common,
    network: idSql('d', `1 + i % ${NETWORKS}`),
    vm: idSql('e', 'i'),
    address: addressSql,
    mac: `'52:54:' || lpad(i::text, 8, '0')`,
    tunnelKey: 'i',
  })
}

/** Grows step by step: each step's VMs come after those before. */
export interface Population {
  growTo(vms: number): Promise<void>
}

/** @param most VMs that there will be in the end */
export async function createPopulation(
  database: Database,
  surroundings: Surroundings,
  most: number,
): Promise<Population> {
  await addSurroundings(database, surroundings, most)
  let present = 0
  return {
    async growTo(vms) {
      await addVms(database, surroundings, [present + 1, vms])
      present = vms
      await analyze(database, ['account', 'cluster', 'host', 'network', 'vm', 'reservation', 'nic'])
    },
  }
}

export async function populate(database: Database, surroundings: Surroundings, vms: number): Promise<void> {
  await (await createPopulation(database, surroundings, vms)).growTo(vms)
}
