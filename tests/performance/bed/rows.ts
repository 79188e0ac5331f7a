/** Rows of kinds made in SQL, a statement for thousands: for measures that need much data and nobody who made it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { allResources } from '@basalt/control-plane'
import type { Database } from '@basalt/kernel'
import { type Column, columnsOf, type Resource, tableName } from '@basalt/resource'

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

function resourceOf(kind: string): Resource {
  const resource = allResources.find((each) => each.kind === kind)
  if (!resource) throw new TypeError(`there is no kind "${kind}"`)
  return resource
}

/** Rows numbered from `first` to `last`; expressions may use the number `i`. @param among the numbers that get a row, in SQL */
export async function addRows(
  database: Database,
  kind: string,
  [first, last]: readonly [number, number],
  given: Record<string, string>,
  among = 'true',
): Promise<void> {
  const resource = resourceOf(kind)
  const columns = columnsOf(resource).filter((column) => isFilled(column, given))
  const values = columns.map((column) => given[column.field] ?? fillers[column.type] ?? 'null')
  const table = `"${tableName(resource)}"`
  await database.script(
    `set statement_timeout = 0; set synchronous_commit = off;
     insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')})
       select ${values.join(', ')} from generate_series(${first}, ${last}) as i where ${among};
     reset synchronous_commit; reset statement_timeout`,
  )
}

const VACUUMS = `select pid from pg_stat_activity where backend_type = 'autovacuum worker'`
/** Of looks, a second apart, at whether PostgreSQL is still busy with what was filled in. */
const LOOKS = 60

/** What PostgreSQL does with many new rows in its own time is done before anything is measured. */
export async function analyze(database: Database, kinds: readonly string[]): Promise<void> {
  // Alone: a vacuum takes no company in its statement.
  for (const kind of kinds) await database.script(`vacuum analyze "${tableName(resourceOf(kind))}"`)
  for (let look = 0; look < LOOKS && (await database.query(VACUUMS)).length > 0; look++) await sleep(1_000)
  await database.script('checkpoint')
}

/** An id from a hexadecimal letter and a number, that SQL can make as well. */
export const idSql = (letter: string, number: string): string =>
  `('${letter}0000000-0000-4000-8000-' || lpad((${number})::text, 12, '0'))::uuid`
export const idOf = (letter: string, number: number): string =>
  `${letter}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
