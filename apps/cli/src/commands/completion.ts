/** `basalt completion`: what the shell may offer. The shell asks `basalt __complete`, which knows the kinds of the profile. */
import { collect } from '@basalt/sdk'
import type { Command, Option } from 'commander'
import { createCatalogue } from '../catalogue.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { FieldOption } from '../input/options.ts'
import { labelOf, type Row } from '../input/references.ts'
import { buildProgram } from '../program.ts'
import type { LocalCommand } from './local.ts'

/** The word after `basalt` that the shell's script uses. */
export const COMPLETE = '__complete'

/** Names are worth waiting for only so long. */
const NAMES_TIMEOUT_MS = 2_000

const BASH = `_basalt() {
  local IFS=$'\\n'
  COMPREPLY=($(basalt ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _basalt basalt`

const ZSH = `#compdef basalt
_basalt() {
  local -a words_and_docs
  local line
  for line in "\${(@f)$(basalt ${COMPLETE} "\${(@)words[2,$CURRENT]}" 2>/dev/null)}"; do
    words_and_docs+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe basalt words_and_docs || _files
}
compdef _basalt basalt`

const SCRIPTS: Record<string, string> = { bash: BASH, zsh: ZSH }

export function addCompletion(program: Command, context: Context): void {
  program
    .command('completion')
    .description('Print a script that completes commands, options and names in your shell.')
    .argument('<shell>', Object.keys(SCRIPTS).join(' or '))
    .addHelpText(
      'after',
      '\nFor this shell:  source <(basalt completion bash)\nFor good: put that line into ~/.bashrc (or ~/.zshrc with zsh).',
    )
    .action((shell: string) => {
      const script = SCRIPTS[shell]
      if (!script)
        throw usageError(`There is no script for ${shell}.`, `Give one of: ${Object.keys(SCRIPTS).join(', ')}.`)
      context.terminal.print(script)
    })
}

interface Candidate {
  word: string
  doc: string
}

/** Where the words lead: the command, how many arguments it has by then, and the option that the next word belongs to. */
interface Place {
  command: Command
  argumentCount: number
  option?: Option
}

function placeOf(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, argumentCount: 0 }
  for (const word of words) {
    if (place.option) {
      place.option = undefined
    } else if (word.startsWith('-')) {
      const option = place.command.options.find((each) => each.long === word || each.short === word)
      place.option = option && (option.required || option.optional) ? option : undefined
    } else {
      const next = place.command.commands.find((each) => each.name() === word || each.aliases().includes(word))
      if (next) place.command = next
      else place.argumentCount++
    }
  }
  return place
}

async function namesOf(context: Context, word: string): Promise<Candidate[]> {
  const kind = context.catalogue.byWord(word)
  if (!kind) return []
  const { http } = await context.cloud()
  const rows = await collect(http.list<Row>(kind.path, { limit: 100 }, { timeoutMs: NAMES_TIMEOUT_MS }), 100)
  return rows.map((row) => ({ word: labelOf(kind, row), doc: String(row.state ?? row.description ?? '') }))
}

async function valuesOf(context: Context, option: Option): Promise<Candidate[]> {
  const field = option instanceof FieldOption ? option.field : undefined
  const item = field?.type === 'list' ? field.items : field
  const reference = item?.fields?.find((member) => member.type === 'ref') ?? item
  if (reference?.type === 'ref' && reference.kind) return namesOf(context, reference.kind)
  return (item?.values ?? option.argChoices ?? []).map((word) => ({ word, doc: '' }))
}

async function candidates(context: Context, program: Command, words: readonly string[]): Promise<Candidate[]> {
  const current = words.at(-1) ?? ''
  const { command, argumentCount, option } = placeOf(program, words.slice(0, -1))
  if (option) return valuesOf(context, option)
  if (current.startsWith('-'))
    return command.options
      .filter((each) => !each.hidden)
      .map((each) => ({ word: each.long ?? each.flags, doc: each.description }))
  if (command.commands.length > 0)
    return command.commands.map((each) => ({ word: each.name(), doc: each.summary() || each.description() }))
  const declared = command.registeredArguments
  const argument = declared[Math.min(argumentCount, declared.length - 1)]
  return argument && (argumentCount < declared.length || argument.variadic) ? namesOf(context, argument.name()) : []
}

/** Prints what could stand in place of the last word, a line each: the word, a tab, what it is. @returns the exit code */
export async function complete(
  context: Context,
  locals: readonly LocalCommand[],
  words: readonly string[],
): Promise<number> {
  try {
    if (context.profiles.get()?.token) await context.learn()
    else context.catalogue = createCatalogue([])
    const program = buildProgram(context, locals, () => {})
    const current = words.at(-1) ?? ''
    const found = (await candidates(context, program, words)).filter(({ word }) => word.startsWith(current))
    if (found.length > 0) context.terminal.print(found.map(({ word, doc }) => `${word}\t${doc}`).join('\n'))
    return 0
  } catch {
    // In the middle of typing, no completions are better than an error.
    return 1
  }
}
