/** `basalt explain`: the documentation of kinds and actions, as the API tells it. */

import type { Kind, KindAction, KindField } from '@basalt/resource'
import { similar } from '@basalt/resource/similar'
import type { Command } from 'commander'
import { actionOf, type Catalogue } from '../catalogue.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { helpOf } from '../input/options.ts'
import { objectSyntax } from '../input/values.ts'
import { type Cell, renderTable, type TableOptions } from '../output/table.ts'
import { styled } from '../output/text.ts'
import { kebab, optionName } from '../words.ts'
import { addGlobalOptions } from './common.ts'

function typeText(field: KindField): string {
  if (field.type === 'list' && field.items) return `list of ${typeText(field.items)}`
  if (field.type === 'object') return `(${objectSyntax(field)})`
  if (field.type === 'ref') return `→ ${kebab(field.kind ?? 'resource')}`
  if (field.unit === 'ms') return 'duration'
  return field.values ? field.values.join(' | ') : field.type
}

const QUERY_HELP = `Queries (list --query) name fields, and fields beyond relations: zone.name, nics.address.
  =  !=  <  <=  >  >=   in (a, b)   between a and b   a..b   is null   is not null
  ~  contains, or matches with "*": name ~ 'web-*'; case is ignored
  and  or  not  ( )     one and the same: nics(address = 10.0.0.5 and index = 0)
  sizes 10GiB; times 2026-01-31T12:00:00Z, -1d; addresses 10.0.0.5, 10.0.0.0/24`

const cells = (...texts: string[]): Cell[] => texts.map((text) => ({ text }))

function section(title: string, rows: Cell[][], headings: string[], options: TableOptions): string {
  if (rows.length === 0) return ''
  const table = renderTable(headings, rows, options)
  return `\n\n${options.colors ? styled(title, 'bold') : title}\n\n${table}`
}

function kindText(kind: Kind, options: TableOptions): string {
  const scope = [
    kind.ownership === 'account' ? 'belongs to an account' : 'belongs to the platform',
    kind.locality === 'zone' ? 'is in a zone' : 'is everywhere',
  ]
  const fields = kind.fields.map((field) => cells(field.name, typeText(field), field.doc))
  const actions = kind.actions.map((action) =>
    cells(
      kebab(action.name),
      [action.long ? 'task' : '', action.danger ? 'danger' : ''].filter(Boolean).join(', '),
      action.doc,
    ),
  )
  const relations = (kind.relations ?? []).map((relation) =>
    cells(relation.name, `→ ${kebab(relation.kind)}`, relation.to === 'one' ? 'one' : 'any number'),
  )
  return [
    `${kebab(kind.kind)}: ${kind.doc}`,
    `\nIt ${scope.join(' and ')}. API: ${kind.path}`,
    section('Fields', fields, ['NAME', 'TYPE', 'WHAT IT IS'], options),
    section('Relations', relations, ['NAME', 'LEADS TO', 'HOW MANY'], options),
    section('Actions', actions, ['NAME', '', 'WHAT IT DOES'], options),
    `\n\n${QUERY_HELP}`,
    `\n\nAbout an action: basalt explain ${kebab(kind.kind)} <action>`,
  ].join('')
}

function actionText(kind: Kind, action: KindAction, options: TableOptions): string {
  const change = action.to ? ` ${action.via ? `goes through "${action.via}" and ` : ''}ends as "${action.to}".` : ''
  const facts = [
    action.from ? `Possible when it is ${action.from.join(' or ')}.` : '',
    action.long || change
      ? `${action.long ? 'A task; the' : 'The'} resource${change || ' changes when it is done.'}`
      : '',
    action.danger ? 'Loses data or interrupts service: asks first.' : '',
    `API: ${action.method} ${action.path}`,
  ]
  const input = action.input.map((field) => cells(`--${optionName(field)}`, typeText(field), helpOf(field)))
  const head = `${kebab(kind.kind)} ${kebab(action.name)}: ${action.doc}\n${facts.filter(Boolean).join('\n')}`
  return head + section('Input', input, ['OPTION', 'TYPE', 'WHAT IT IS'], options)
}

function findKind({ kinds, byWord }: Catalogue, word: string): Kind {
  const kind = byWord(word)
  if (kind) return kind
  const words = kinds.map((each) => kebab(each.kind))
  const close = similar(word, words)
  throw new CliError('NOT_FOUND', `There is no kind "${word}".`, {
    remedy: `${close.length > 0 ? 'Did you mean' : 'There is'}: ${(close.length > 0 ? close : words).join(', ')}`,
  })
}

function findAction(kind: Kind, word: string): KindAction {
  const action = kind.actions.find((each) => kebab(each.name) === word) ?? actionOf(kind, word)
  if (action) return action
  throw new CliError('NOT_FOUND', `A ${kebab(kind.kind)} has no action "${word}".`, {
    remedy: `It has: ${kind.actions.map((each) => kebab(each.name)).join(', ')}`,
  })
}

export function addExplain(program: Command, context: Context): void {
  const command = program
    .command('explain')
    .description('Explain what there is: all kinds, one kind, or one of its actions.')
    .argument('[kind]', 'E.g. vm.')
    .argument('[action]', 'E.g. create.')
    .action((kindWord?: string, actionWord?: string) => {
      const { terminal, catalogue } = context
      // Documentation is to be read to its end: nothing is cut.
      const options: TableOptions = { colors: terminal.colors }
      if (kindWord === undefined) {
        const rows = catalogue.kinds.map((kind) => cells(kebab(kind.kind), kind.doc))
        return terminal.print(renderTable(['KIND', 'WHAT IT IS'], rows, options))
      }
      const kind = findKind(catalogue, kindWord)
      terminal.print(actionWord ? actionText(kind, findAction(kind, actionWord), options) : kindText(kind, options))
    })
  addGlobalOptions(command)
}
