/** `basalt explain vm.memoryBytes`. */
import type { Kind, KindField } from '@basalt/resource'
import { type Catalogue, spoken } from '../../catalogue.ts'
import { renderFacts, type TableOptions } from '../../output/table.ts'
import { kebab } from '../../words.ts'
import { defaultText, fateText, limitsText, seenText, setText, typeText } from './words.ts'

/** A condition that somebody might ask for. */
function conditionOf(field: KindField): string {
  const { name, type, kind, matchedBy } = field
  const [first] = (field.items ?? field).values ?? []
  if (matchedBy) return `${name} = web`
  if (kind) return `${name}.name = '${kebab(kind)}1'`
  if (first) return `${name} = ${first}`
  const samples: Partial<Record<KindField['type'], string>> = {
    text: `${name} ~ 'web'`,
    bytes: `${name} >= 10GiB`,
    integer: `${name} >= 2`,
    timestamp: `${name} > -1d`,
    boolean: `${name} = true`,
    list: `${name} = VALUE`,
  }
  return samples[type] ?? `${name} is not null`
}

export function fieldText(catalogue: Catalogue, kind: Kind, field: KindField, options: TableOptions): string {
  const word = kebab(kind.kind)
  const relation = kind.relations.find((each) => each.field === field.name && each.to === 'one')
  const target = catalogue.kind(field.kind ?? '')
  const facts: [string, string][] = [
    ['type', typeText(field)],
    ['limits', limitsText(field)],
    ['default', defaultText(field)],
    ['may be absent', field.optional ? 'yes' : 'no'],
    ['set by', setText(kind, field)],
    ['seen by', seenText(field)],
    ['leads to', target ? `${target.doc} (basalt explain ${kebab(target.kind)})` : ''],
    ['fate', relation ? `Of this ${spoken(kind)}: ${fateText(relation)}.` : ''],
    ['find by it', `basalt ${word} list -q "${conditionOf(field)}"`],
  ]
  const known = facts.flatMap(([name, text]) => (text ? [[name, { text }] as const] : []))
  return `${word}.${field.name}: ${field.doc || field.title}\n\n${renderFacts(known, options)}`
}
