/** Where the words of a command line lead. */
import type { Argument, Command, Option } from 'commander'

/** The command, the arguments it has by then, and the option whose value comes next. */
export interface Place {
  command: Command
  before: string[]
  option?: Option
  /** `--option=` in front of the value, where both are one word. */
  prefix: string
  /** The word at the cursor, or the value in it. */
  current: string
  /** Nothing is an option any more: `--` came. */
  onlyArguments: boolean
}

const optionNamed = (command: Command, word: string): Option | undefined =>
  command.options.find((each) => each.long === word || each.short === word)

const takesValue = (option: Option | undefined): option is Option =>
  option !== undefined && (option.required || option.optional)

function step(place: Place, word: string): void {
  const { command } = place
  const waiting = place.option
  place.option = undefined
  if (waiting && !(waiting.variadic && word.startsWith('-'))) {
    // One that takes several takes the next word, too.
    if (waiting.variadic) place.option = waiting
  } else if (!place.onlyArguments && word === '--') place.onlyArguments = true
  else if (!place.onlyArguments && word.startsWith('-')) {
    const option = optionNamed(command, word)
    if (takesValue(option)) place.option = option
  } else {
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word))
    if (next && place.before.length === 0) place.command = next
    else place.before.push(word)
  }
}

/** @param words after the program's name; the last one is at the cursor */
export function placeOf(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, before: [], prefix: '', current: words.at(-1) ?? '', onlyArguments: false }
  for (const word of words.slice(0, -1)) step(place, word)
  const [, name = '', value = ''] = /^(--[^=]+)=(.*)$/s.exec(place.current) ?? []
  const option = place.option || place.onlyArguments ? undefined : optionNamed(place.command, name)
  return takesValue(option) ? { ...place, option, prefix: `${name}=`, current: value } : place
}

/** The argument that the next word is. */
export function argumentAt({ command, before }: Place): Argument | undefined {
  const declared = command.registeredArguments
  const last = declared.at(-1)
  return declared[before.length] ?? (last?.variadic ? last : undefined)
}
