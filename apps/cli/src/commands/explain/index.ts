/** `basalt explain`: the documentation of kinds, fields and actions, as the API tells it. */
import type { Kind } from '@basalt/resource'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { renderTable, type TableOptions } from '../../output/table.ts'
import { kebab } from '../../words.ts'
import { addGlobalOptions } from '../common.ts'
import { type Candidate, type Completer, completes, fieldPaths } from '../completion/offers.ts'
import { actionText } from './action.ts'
import { fieldText } from './field.ts'
import { findAction, findField, findKind, noSuchPart } from './find.ts'
import { kindText } from './kind.ts'
import { cells } from './words.ts'

function partText(context: Context, kind: Kind, word: string, options: TableOptions): string {
  const action = findAction(kind, word)
  if (action) return actionText(kind, action, options)
  const first = word.split('.', 1)[0] ?? ''
  const isField = kind.fields.some(({ name }) => [name, kebab(name)].includes(first))
  if (!isField) throw noSuchPart(kind, word)
  const found = findField(context.catalogue, kind, word)
  return fieldText(context.catalogue, found.kind, found.field, options)
}

function explain(context: Context, what: string | undefined, part: string | undefined): string {
  const { catalogue, terminal } = context
  // Documentation is to be read to its end: nothing is cut.
  const options: TableOptions = { colors: terminal.colors }
  if (what === undefined) {
    const rows = catalogue.kinds.map((kind) => cells(kebab(kind.kind), kind.doc))
    return renderTable(['KIND', 'WHAT IT IS'], rows, options)
  }
  const [word = '', ...path] = what.split('.')
  const kind = findKind(catalogue, word)
  if (path.length > 0) {
    const found = findField(catalogue, kind, path.join('.'))
    return fieldText(catalogue, found.kind, found.field, options)
  }
  return part === undefined ? kindText(kind, options) : partText(context, kind, part, options)
}

/** `vm`, and behind a dot its fields. */
const kindsAndFields: Completer = async (asked) => {
  const { current, context } = asked
  const dot = current.indexOf('.')
  const kind = context.catalogue.byWord(dot < 0 ? current : current.slice(0, dot))
  const kinds = context.catalogue.kinds.map((each) => ({ word: kebab(each.kind), doc: each.doc }))
  if (dot < 0 || !kind) return kinds
  const fields = await fieldPaths(kind)({ ...asked, current: current.slice(dot + 1) })
  return fields.map(({ word, doc }) => ({ word: `${current.slice(0, dot)}.${word}`, doc }))
}

const partsOfKind: Completer = ({ context, before }) => {
  const kind = context.catalogue.byWord(before[0] ?? '')
  const actions = (kind?.actions ?? []).map(({ name, doc }): Candidate => ({ word: kebab(name), doc }))
  return [...actions, ...(kind?.fields ?? []).map(({ name, doc }) => ({ word: name, doc }))]
}

export function addExplain(program: Command, context: Context): void {
  const command = program
    .command('explain')
    .description('Explain what there is: all kinds, one kind, one of its actions, or one of its fields.')
    .argument('[kind]', 'E.g. vm, or vm.state for a field of it.')
    .argument('[part]', 'One of its actions or fields, e.g. create.')
    .addHelpText(
      'after',
      '\nExamples:\n  basalt explain vm\n  basalt explain vm create\n  basalt explain vm.memoryBytes',
    )
    .action((what?: string, part?: string) => context.terminal.print(explain(context, what, part)))
  const [first, second] = command.registeredArguments
  completes(first, kindsAndFields)
  completes(second, partsOfKind)
  addGlobalOptions(command)
}
