/** A few words that tell one resource of a kind from the others. */
import type { Kind, Row } from '../api/types.ts'
import { heading, inSentence } from '../format/words.ts'
import { fieldOf } from './field.ts'
import { textOf } from './value-text.ts'

const TELLING = new Set(['integer', 'bytes', 'cidr', 'ipv4', 'choice'])
const MAX_PARTS = 3

/** `2 vCPUs · 4 GiB`, `10.0.0.0/24`: from the kind's columns. */
export function summaryOf(kind: Kind, row: Row): string {
  return kind.columns
    .flatMap((name) => {
      const field = fieldOf(kind, name)
      const value = row[name]
      if (!field || !TELLING.has(field.type) || value === null || value === undefined) return []
      const text = textOf(field, value)
      if (field.type !== 'integer' || field.unit) return text
      const unit = inSentence(heading(field.name))
      return `${text} ${value === 1 ? unit.replace(/s$/, '') : unit}`
    })
    .slice(0, MAX_PARTS)
    .join(' · ')
}
