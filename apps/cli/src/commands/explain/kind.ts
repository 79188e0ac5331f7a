/** `basalt explain vm`. */
import type { Kind, KindAction } from '@basalt/resource'
import { exampleOf } from '../../input/example.ts'
import type { Cell, TableOptions } from '../../output/table.ts'
import { kebab } from '../../words.ts'
import { cells, fateText, section, setText, typeText } from './words.ts'

const QUERY_HELP = `Queries (list --query) name fields, and fields beyond relations: zone.name, nics.address.
  =  !=  <  <=  >  >=   in (a, b)   between a and b   a..b   is null   is not null
  ~  contains, or matches with "*": name ~ 'web-*'; case is ignored
  and  or  not  ( )     one and the same: nics(address = 10.0.0.5 and index = 0)
  sizes 10GiB; times 2026-01-31T12:00:00Z, -1d; addresses 10.0.0.5, 10.0.0.0/24`

function scopeText(kind: Kind): string {
  const owner = kind.ownership === 'account' ? 'belongs to an account' : 'belongs to the platform'
  const place = kind.locality === 'zone' ? 'is in a zone' : 'is everywhere'
  const readers = (kind.audience ?? 'tenant') === 'tenant' ? '' : ' Only those who run the platform see it.'
  const bin = kind.recycles ? ' Deleted ones lie in the recycle bin for a while.' : ''
  return `It ${owner} and ${place}.${readers}${bin} API: ${kind.path}`
}

function fieldRows(kind: Kind): Cell[][] {
  return kind.fields.map((field) => {
    const marks = [
      field.audience === 'operator' ? 'operators only' : '',
      field.optional && !field.readonly ? 'optional' : '',
    ]
    const doc = [field.doc, ...marks.filter(Boolean).map((mark) => `(${mark})`)].filter(Boolean).join(' ')
    const type = field.values ? typeText(field).replace(field.type, `one of ${field.values.length}`) : typeText(field)
    return cells(field.name, type, setText(kind, field), doc)
  })
}

/** `start → running`; where only the work finds out, what it may come to. */
function leads({ name, to, reaches }: KindAction): string {
  const ends = to ?? reaches?.join(' or ')
  return ends ? `${kebab(name)} → ${ends}` : kebab(name)
}

/** What can be done in each state, and where that leads. */
function stateRows(kind: Kind): Cell[][] {
  const state = kind.fields.find(({ type }) => type === 'state')
  return (state?.values ?? []).map((value) => {
    const possible = kind.actions.filter(({ from }) => from?.includes(value)).map(leads)
    const passing = kind.actions.filter(({ via }) => via === value).map(({ name }) => kebab(name))
    const meaning =
      passing.length > 0 ? `while ${passing.join(' or ')} works` : kind.failedStates.includes(value) ? 'broken' : ''
    return cells(value, meaning, possible.join(', '))
  })
}

function anyStateText(kind: Kind): string {
  const always = kind.actions.filter(({ from, name }) => !from && name !== 'create').map(leads)
  return always.length > 0 && stateRows(kind).length > 0 ? `\nIn every state: ${always.join(', ')}` : ''
}

const actionRows = (kind: Kind): Cell[][] =>
  kind.actions.map((action) =>
    cells(
      kebab(action.name),
      [action.long ? 'task' : '', action.danger ? 'danger' : ''].filter(Boolean).join(', '),
      action.permission ?? '',
      action.doc,
    ),
  )

export function kindText(kind: Kind, options: TableOptions): string {
  const word = kebab(kind.kind)
  const relations = kind.relations.map((relation) =>
    cells(relation.name, `→ ${kebab(relation.kind)}`, relation.to === 'one' ? 'one' : 'any number', fateText(relation)),
  )
  const creation = kind.actions.find(({ name }) => name === 'create')
  return [
    `${word}: ${kind.doc}\n\n${scopeText(kind)}`,
    section('Fields', ['NAME', 'TYPE', 'SET BY', 'WHAT IT IS'], fieldRows(kind), options),
    section('Relations', ['NAME', 'LEADS TO', 'HOW MANY', 'WHAT GOES WITH WHAT'], relations, options),
    section('States', ['STATE', '', 'WHAT CAN BE DONE'], stateRows(kind), options),
    anyStateText(kind),
    section('Actions', ['NAME', '', 'PERMISSION', 'WHAT IT DOES'], actionRows(kind), options),
    `\n\n${QUERY_HELP}`,
    creation ? `\n\nExample: ${exampleOf(kind, creation)}` : '',
    `\n\nMore: basalt explain ${word} <action>, basalt explain ${word}.<field>`,
  ].join('')
}
