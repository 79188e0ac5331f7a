/**
 * Rows → JSON, from the texts that PostgreSQL writes. A page of a list is only passed on: made into values, objects and then text again
 * it would cost several times as much as all else that is done for it.
 */
import { INT8, meaningOf, type Texts, TIMESTAMPTZ, toRfc3339 } from '../texts.ts'

const BOOLEAN = 16
const UUID = 2950
const JSONB = 3802

type Writer = (text: string) => string

const asItIs: Writer = (text) => text
const writers: Readonly<Record<number, Writer>> = {
  [BOOLEAN]: (text) => (text === 't' ? 'true' : 'false'),
  [INT8]: asItIs,
  [JSONB]: asItIs,
  [TIMESTAMPTZ]: (text) => `"${toRfc3339(text)}"`,
  [UUID]: (text) => `"${text}"`,
}
const writerOf = (type: number): Writer => writers[type] ?? ((text) => JSON.stringify(meaningOf(type, text)))

/** Where in a row the value of this name is. */
export interface Shown {
  name: string
  column: number
}

/** A JSON object for each of the rows. */
export function jsonObjects({ types, rows }: Texts, shown: readonly Shown[]): string[] {
  const members = shown.map(({ name, column }, index) => ({
    column,
    write: writerOf(types[column] ?? 0),
    before: `${index === 0 ? '' : ','}${JSON.stringify(name)}:`,
  }))
  return rows.map((row) => {
    let json = '{'
    for (const { column, write, before } of members) {
      const text = row[column]
      json += before + (text === null || text === undefined ? 'null' : write(text))
    }
    return `${json}}`
  })
}
