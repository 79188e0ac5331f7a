/**
 * What a retiring key has sealed is sealed anew, a batch at a time. Each value changes only if it is still the one that was opened, so
 * that any number of nodes may do this at once, stop in the middle and begin anew. No value comes after it: whoever seals requires, in
 * the same transaction, that its key is the active one.
 */
import { type Resource, snake, tableName } from '@basalt/resource'
import { createCheckpointSigner } from '../audit/checkpoints.ts'
import type { Database } from '../database.ts'
import { createSealer, sealedFields, sealedPrefix } from '../sealing.ts'
import { createKeyring, type Keyring, type MasterKey } from './keyring.ts'

const BATCH = 200

export interface Resealed {
  done: number
  /** Values that the key does not open: they stay as they are. */
  unreadable: number
}

export interface ResealOptions {
  database: Database
  resources: readonly Resource[]
  keys: Keyring
  /** The key that retires. */
  former: MasterKey
  /** Before each batch; throws to stop. */
  check(): void
}

interface Sealed extends Record<string, unknown> {
  id: string
  text: string
}

interface Place {
  table: string
  column: string
  contextOf(id: string): string
}

const placesOf = (resources: readonly Resource[]): Place[] =>
  resources.flatMap((resource) =>
    sealedFields(resource).map((field) => ({
      table: tableName(resource),
      column: snake(field),
      contextOf: (id) => `${resource.kind}/${id}/${field}`,
    })),
  )

const FIRST = '00000000-0000-0000-0000-000000000000'

async function resealPlace({ table, column, contextOf }: Place, options: ResealOptions): Promise<Resealed> {
  const { database, keys, former, check } = options
  const [from, to] = [createSealer(createKeyring(former.bytes)), createSealer(keys)]
  const result = { done: 0, unreadable: 0 }
  for (let after = FIRST; ; ) {
    check()
    const rows = await database.query<Sealed>(
      `select id, "${column}" as text from "${table}" where starts_with("${column}", $1) and id > $2 order by id limit ${BATCH}`,
      [sealedPrefix(former.id), after],
    )
    const last = rows.at(-1)
    if (!last) return result
    after = last.id
    const changes = rows.flatMap(({ id, text }) => {
      try {
        return [{ id, text, anew: to.seal(from.open(text, contextOf(id)), contextOf(id)) }]
      } catch {
        result.unreadable++
        return []
      }
    })
    check()
    await database.query(
      `update "${table}" t set "${column}" = v.anew from unnest($1::uuid[], $2::text[], $3::text[]) v(id, text, anew)
        where t.id = v.id and t."${column}" = v.text`,
      [changes.map(({ id }) => id), changes.map(({ text }) => text), changes.map(({ anew }) => anew)],
    )
    result.done += changes.length
  }
}

interface SignedHead extends Record<string, unknown> {
  chain: string
  position: number
  hash: string
  mac: string
  retired: boolean
}

/** Heads of the audit that the key has signed, signed anew; forged ones stay what they are. */
async function resignCheckpoints({ database, keys, former, check }: ResealOptions): Promise<Resealed> {
  const [from, to] = [createCheckpointSigner(createKeyring(former.bytes)), createCheckpointSigner(keys)]
  check()
  const rows = await database.query<SignedHead>(
    'select chain, position, hash, mac, retired from audit_checkpoint where starts_with(mac, $1)',
    [`${former.id}.`],
  )
  const genuine = rows.filter((row) => from.isGenuine(row))
  for (const row of genuine)
    await database.query(
      'update audit_checkpoint set mac = $1 where chain = $2 and position = $3 and retired = $4 and mac = $5',
      [to.sign(row, row.retired), row.chain, row.position, row.retired, row.mac],
    )
  return { done: genuine.length, unreadable: rows.length - genuine.length }
}

/** One pass over everything; nothing done means that nothing is left. */
export async function reseal(options: ResealOptions): Promise<Resealed> {
  const total = await resignCheckpoints(options)
  for (const place of placesOf(options.resources)) {
    const { done, unreadable } = await resealPlace(place, options)
    total.done += done
    total.unreadable += unreadable
  }
  return total
}

/** How many values the key has sealed. */
export async function countSealed(database: Database, resources: readonly Resource[], key: string): Promise<number> {
  const counts = placesOf(resources).map(
    ({ table, column }) => `select count(*) as n from "${table}" where starts_with("${column}", $1)`,
  )
  const [row] = await database.query<{ n: number }>(
    `select sum(n)::int as n from (${counts.join(' union all ') || 'select 0 as n'}) c`,
    counts.length > 0 ? [sealedPrefix(key)] : [],
  )
  return row?.n ?? 0
}
