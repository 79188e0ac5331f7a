/** A million VMs with their NICs, made in SQL: for measures of lists and queries. Nothing runs them. */
import type { Database } from '@basalt/kernel'
import { type Column, columnsOf, type Resource, tableName } from '@basalt/resource'
import type { CloudEnvironment } from '@basalt/testkit'

export const VMS = 1_000_000
const ACCOUNTS = 2_000
const HOSTS = 500
const CLUSTERS = 20
const NETWORKS = 5_000

/** Something of the right type for what a measure does not care about. */
const fillers: Record<string, string> = {
  text: `''`,
  bigint: '0',
  boolean: 'false',
  uuid: 'gen_random_uuid()',
  jsonb: `'[]'::jsonb`,
  timestamptz: 'now()',
}

const isFilled = ({ field, spec }: Column, given: Record<string, string>): boolean =>
  field in given || !(spec.optional || ['createdAt', 'updatedAt', 'version'].includes(field))

/** `count` rows; expressions may use the number `i`. */
function insertSql(resource: Resource, count: number, given: Record<string, string>): string {
  const columns = columnsOf(resource).filter((column) => isFilled(column, given))
  const values = columns.map((column) => given[column.field] ?? fillers[column.type] ?? 'null')
  return `insert into "${tableName(resource)}" (${columns.map(({ name }) => `"${name}"`).join(', ')})
    select ${values.join(', ')} from generate_series(1, ${count}) as i`
}

/** An id from a letter and a number that SQL can make as well. */
const idSql = (letter: string, number: string): string =>
  `('${letter}0000000-0000-4000-8000-' || lpad((${number})::text, 12, '0'))::uuid`
export const idOf = (letter: string, number: number): string =>
  `${letter}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
export const addressOf = (number: number): string =>
  `10.${Math.floor(number / 65536) % 256}.${Math.floor(number / 256) % 256}.${number % 256}`
const addressSql = `'10.' || (i / 65536) % 256 || '.' || (i / 256) % 256 || '.' || i % 256`

/** 0 to 9999, as if thrown: states have nothing to do with hosts and owners. */
const diceSql = '(hashint4(i)::bigint + 2147483648) % 10000'

/** Ada has a tenth of the VMs, bob a two-thousandth, the rest is spread over others. */
const ownerSql = (ada: string, bob: string): string =>
  `case when i % 10 = 0 then '${ada}'::uuid when i % 2000 = 1 then '${bob}'::uuid else ${idSql('a', `1 + i % ${ACCOUNTS}`)} end`

/** @param database of the cloud, with as much time as a million rows take */
export async function makeMillion(env: CloudEnvironment, database: Database): Promise<void> {
  const { catalogue } = env.controlPlane().store
  const [ada, bob] = await Promise.all(
    (['ada', 'bob'] as const).map(async (who) => (await env.items(who, '/v1/accounts'))[0]?.id as string),
  )
  const { zone, offering, image, fabric } = env.furniture
  const owner = ownerSql(ada as string, bob as string)
  const add = (kind: string, count: number, given: Record<string, string>): Promise<void> =>
    database.script(`set synchronous_commit = off; ${insertSql(catalogue.resource(kind), count, given)}`)
  const at = `now() - (${VMS} - i) * interval '30 seconds'`
  await add('account', ACCOUNTS, {
    id: idSql('a', 'i'),
    account: idSql('a', 'i'),
    name: `'account-' || i`,
    type: `'tenant'`,
  })
  await add('cluster', CLUSTERS, {
    id: idSql('c', 'i'),
    name: `'rack-' || i`,
    zone: `'${zone}'`,
    fabric: `'${fabric}'`,
  })
  await add('host', HOSTS, {
    id: idSql('b', 'i'),
    name: `'node-' || i`,
    zone: `'${zone}'`,
    cluster: idSql('c', `1 + i % ${CLUSTERS}`),
    state: `'registering'`,
    chassis: `'chassis-' || i`,
  })
  await add('network', NETWORKS, {
    id: idSql('d', 'i'),
    name: `'net-' || i`,
    zone: `'${zone}'`,
    account: idSql('a', `1 + i % ${ACCOUNTS}`),
    state: `'ready'`,
    tunnelKey: 'i + 1000',
  })
  await add('vm', VMS, {
    id: idSql('e', 'i'),
    name: `'vm-' || i`,
    account: owner,
    zone: `'${zone}'`,
    offering: `'${offering}'`,
    image: `'${image}'`,
    host: idSql('b', `1 + i % ${HOSTS}`),
    createdAt: at,
    memoryBytes: '(1 + i % 16)::bigint * 1073741824',
    vcpus: '1 + i % 8',
    addresses: `jsonb_build_array(${addressSql})`,
    state: `case when ${diceSql} < 10 then 'failed' when ${diceSql} < 7000 then 'running' else 'stopped' end`,
  })
  await add('nic', VMS, {
    account: owner,
    zone: `'${zone}'`,
    network: idSql('d', `1 + i % ${NETWORKS}`),
    vm: idSql('e', 'i'),
    address: addressSql,
    mac: `'52:54:' || lpad(i::text, 8, '0')`,
    tunnelKey: 'i',
    createdAt: at,
  })
  for (const kind of ['account', 'cluster', 'host', 'network', 'vm', 'nic'])
    await database.script(`vacuum analyze "${kind}"`)
}
