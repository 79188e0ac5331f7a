/** `basalt <kind> …`: every kind that the API tells of. */
import type { Kind } from '@basalt/resource'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { kebab } from '../../words.ts'
import { EXTRA_COMMANDS } from '../extra/index.ts'
import { addAction } from './act.ts'
import { addCsv } from './csv.ts'
import { addGet } from './get.ts'
import { addList } from './list.ts'
import { addRelations } from './relations.ts'

/** @param taken words of commands that are there already */
export function addKind(program: Command, context: Context, kind: Kind, taken: ReadonlySet<string>): void {
  const word = kebab(kind.kind)
  if (taken.has(word)) return
  const command = program.command(word).summary(kind.doc).description(kind.doc).helpGroup('Resources:')
  const plural = kebab(kind.plural)
  if (plural !== word && !taken.has(plural)) command.alias(plural)
  addList(command, context, kind)
  addGet(command, context, kind)
  for (const action of kind.actions) addAction(command, context, kind, action)
  if (kind.relations.length > 0 && !kind.actions.some(({ name }) => name === 'relations'))
    addRelations(command, context, kind)
  addCsv(command, context, kind, new Set(kind.actions.map(({ name }) => kebab(name))))
  const known = new Set(command.commands.map((each) => each.name()))
  for (const extra of EXTRA_COMMANDS[kind.kind] ?? []) if (!known.has(extra.name)) extra.add(command, context, kind)
  command.addHelpText('after', `\nMore about its fields: basalt explain ${word}`)
}
