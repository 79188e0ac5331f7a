/** The database as whoever steals a dump of it reads it, and what a secret may look like in there. */
import type { Database } from '@basalt/kernel'

/** Everything in the database, table by table. */
export async function dumpOf(database: Database): Promise<Map<string, string>> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const contents = await Promise.all(
    tables.map(async ({ name }): Promise<[string, string]> => {
      const rows = await database.query<{ text: string }>(`select to_jsonb(t)::text as text from ${name} t`)
      return [name, rows.map(({ text }) => text).join('\n')]
    }),
  )
  return new Map(contents)
}

/** A secret as it is, and in the encodings that things are written in. */
export const formsOf = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').replaceAll('=', ''),
  Buffer.from(secret).toString('hex'),
]
