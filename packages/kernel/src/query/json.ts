/**
 * Rows → JSON, from the texts that PostgreSQL writes. A page of a list is only passed on: made into values, objects and then text again
 * it would cost several times as much as all else that is done for it.
 */
import { INT8, type Texts, TIMESTAMPTZ, toRfc3339, types as valueTypes } from '../texts.ts'

const BOOLEAN = 16
const TEXT = 25
const UUID = 2950
const JSONB = 3802

/** How a value is written: the text for it, and whether that goes between quotes. */
interface Writing {
  write(text: string): string
  quoted: boolean
}

const asItIs = (text: string): string => text
const writings: Readonly<Record<number, Writing>> = {
  [BOOLEAN]: { write: (text) => (text === 't' ? 'true' : 'false'), quoted: false },
  [INT8]: { write: asItIs, quoted: false },
  [JSONB]: { write: asItIs, quoted: false },
  [TIMESTAMPTZ]: { write: toRfc3339, quoted: true },
  [UUID]: { write: asItIs, quoted: true },
  [TEXT]: { write: (text) => JSON.stringify(text), quoted: false },
}
function writingOf(type: number): Writing {
  const meaningOf = valueTypes.getTypeParser(type, 'text')
  return writings[type] ?? { write: (text) => JSON.stringify(meaningOf(text)), quoted: false }
}

/** Where in a row the value of this name is. */
export interface Shown {
  name: string
  column: number
}

interface Member extends Writing {
  column: number
  /** What comes before the value, by whether the value before and this one are between quotes: a page has less pieces so. */
  before: readonly [readonly [string, string], readonly [string, string]]
}

function membersOf(types: readonly number[], shown: readonly Shown[]): Member[] {
  return shown.map(({ name, column }, index) => {
    const key = `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`
    const before: Member['before'] = [
      [key, `${key}"`],
      [`"${key}`, `"${key}"`],
    ]
    return { column, before, ...writingOf(types[column] ?? 0) }
  })
}

/** A JSON object for each of the rows. */
export function jsonObjects({ types, rows }: Texts, shown: readonly Shown[]): string[] {
  const members = membersOf(types, shown)
  if (members.length === 0) return rows.map(() => '{}')
  return rows.map((row) => {
    let json = ''
    let isOpen: 0 | 1 = 0
    for (const { column, write, before, quoted } of members) {
      const text = row[column] ?? null
      const opens = quoted && text !== null ? 1 : 0
      json += before[isOpen][opens]
      json += text === null ? 'null' : write(text)
      isOpen = opens
    }
    return json + (isOpen ? '"}' : '}')
  })
}
