/** Input that is given as words after the resource: `basalt setting set NAME 8`. */
import type { KindAction, KindField } from '@basalt/resource'
import { Argument, type Command } from 'commander'
import { kebab, singular } from '../words.ts'
import { type Given, givenName } from './options.ts'

export const operandsOf = (action: KindAction): KindField[] =>
  (action.operands ?? []).flatMap((name) => action.input.find((field) => field.name === name) ?? [])

export const takesOperands = (action: KindAction): boolean => operandsOf(action).length > 0

/** Each can be given as an option, too. A list takes all words that are left. */
export function addOperands(command: Command, action: KindAction): void {
  for (const field of operandsOf(action)) {
    const isList = field.type === 'list'
    const name = isList ? `[${kebab(singular(field.name))}...]` : `[${kebab(field.name)}]`
    command.addArgument(new Argument(name, field.doc))
  }
}

/** What the words give, under the names of options. */
export function givenOperands(action: KindAction, words: readonly (string | string[] | undefined)[]): Given {
  const entries = operandsOf(action).map((field, at) => [givenName(field), words[at]] as const)
  return Object.fromEntries(entries.filter(([, word]) => word !== undefined && word.length > 0))
}
