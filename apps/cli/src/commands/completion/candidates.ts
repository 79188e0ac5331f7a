/** What could stand at the cursor: commands, options, values. */
import type { Argument, Option } from 'commander'
import { FieldOption } from '../../input/options.ts'
import { type Asked, type Candidate, completerOf, namesOf, profileNames } from './offers.ts'
import { argumentAt, type Place } from './place.ts'

const worded = (words: readonly string[]): Candidate[] => words.map((word) => ({ word }))

/** The shell completes names of files by itself, better than we could. */
export const FILES = 'files'
export type Found = readonly Candidate[] | typeof FILES

async function fieldValues({ field }: FieldOption, asked: Asked): Promise<readonly Candidate[]> {
  const item = field.type === 'list' ? field.items : field
  const reference = item?.fields?.find((member) => member.type === 'ref') ?? item
  const kind = asked.context.catalogue.kind(reference?.kind ?? '')
  if (kind) return namesOf(kind)(asked)
  return item?.type === 'boolean' ? worded(['true', 'false']) : worded(item?.values ?? [])
}

const isFile = (placeholder: string): boolean => /[<[](file|path)[>\].]/.test(placeholder)

async function optionValues(option: Option, asked: Asked): Promise<Found> {
  const completer = completerOf(option)
  if (completer) return completer(asked)
  if (option.long === '--profile') return profileNames(asked)
  if (option instanceof FieldOption && !asked.current.startsWith('@')) return fieldValues(option, asked)
  return option.argChoices
    ? worded(option.argChoices)
    : isFile(option.flags) || asked.current.startsWith('@')
      ? FILES
      : []
}

async function argumentValues(argument: Argument, asked: Asked): Promise<Found> {
  const completer = completerOf(argument)
  if (completer) return completer(asked)
  if (argument.argChoices) return worded(argument.argChoices)
  // Many commands take a resource, and call the argument by its kind.
  const kind = asked.context.catalogue.byWord(argument.name())
  if (kind) return namesOf(kind)(asked)
  return isFile(`<${argument.name()}>`) ? FILES : []
}

const optionsOf = ({ command }: Place): Candidate[] =>
  command.options
    .filter(({ hidden }) => !hidden)
    .map(({ long, flags, description: doc }) => ({ word: long ?? flags, doc }))

const subcommandsOf = ({ command }: Place): Candidate[] =>
  command.commands
    .filter((each) => !each.name().startsWith('_'))
    .map((each) => ({ word: each.name(), doc: each.summary() || each.description() }))

export async function candidatesAt(place: Place, asked: Asked): Promise<Found> {
  const { option, current, onlyArguments, command, before } = place
  if (option) return optionValues(option, asked)
  if (current.startsWith('-') && !onlyArguments) return optionsOf(place)
  // Behind a word that is none of them nobody knows what comes.
  if (command.commands.length > 0) return before.length === 0 ? subcommandsOf(place) : []
  const argument = argumentAt(place)
  if (!argument) return optionsOf(place)
  const found = await argumentValues(argument, asked)
  if (found === FILES) return found
  // One that was named already is not meant again.
  return found.filter(({ word }) => !before.includes(word))
}
