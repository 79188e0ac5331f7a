/** What PostgreSQL writes, and what it means. */
import pg from 'pg'

export const INT8 = 20
export const TIMESTAMPTZ = 1184

/** As PostgreSQL writes times where the time zone is UTC. */
const UTC = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/

export function toRfc3339(value: string): string {
  if (!UTC.test(value)) return new Date(value).toISOString()
  // A page has many: what is at fixed places is cut out there.
  return `${value.slice(0, 10)}T${value.slice(11, 19)}.${value.slice(20, -3).slice(0, 3).padEnd(3, '0')}Z`
}

/** 64-bit integers become numbers, times RFC 3339 text. */
export const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return Number
    if (oid === TIMESTAMPTZ) return toRfc3339
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

/** What a text of PostgreSQL's means. */
export const meaningOf = (type: number, text: string): unknown => types.getTypeParser(type, 'text')(text)

const asWritten = { getTypeParser: () => (text: string) => text } as pg.CustomTypesConfig

/** Rows as PostgreSQL writes them, and the types of their columns: for what is passed on and not looked at. */
export interface Texts {
  types: number[]
  rows: (string | null)[][]
}

export type QueryTexts = (text: string, values?: unknown[]) => Promise<Texts>

/** @param name under which the statement is prepared; not at all without */
export async function askTexts(
  on: pg.Pool | pg.PoolClient,
  text: string,
  values: unknown[],
  name?: string,
): Promise<Texts> {
  const asked = { name, text, values, rowMode: 'array', types: asWritten } as const
  const { fields, rows } = await on.query<(string | null)[]>(asked)
  return { types: fields.map(({ dataTypeID }) => dataTypeID), rows }
}
