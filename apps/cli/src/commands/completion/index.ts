/** `basalt completion`, and `basalt __complete`, which the shells' scripts ask: it knows the kinds of the profile. */
import { Argument, type Command } from 'commander'
import type { Context } from '../../context.ts'
import { printable } from '../../output/text.ts'
import { buildProgram } from '../../program.ts'
import type { LocalCommand } from '../local.ts'
import { bashReply, readBashLine } from './bash-line.ts'
import { candidatesAt, FILES } from './candidates.ts'
import type { Candidate } from './offers.ts'
import { placeOf } from './place.ts'
import { FILES_CODE, SCRIPTS, SETUP } from './scripts.ts'

export { COMPLETE } from './scripts.ts'

/** In the middle of typing nobody waits longer: for all of it, and for definitions of kinds where none are kept. */
const DEADLINE_MS = 2_000
const LEARN_MS = 1_000

export function addCompletion(program: Command, context: Context): void {
  program
    .command('completion')
    .description('Print a script that completes commands, options and names in your shell.')
    .addArgument(new Argument('<shell>', 'Which shell.').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', SETUP)
    .action((shell: string) => context.terminal.print(SCRIPTS[shell] ?? ''))
}

async function find(context: Context, locals: readonly LocalCommand[], words: readonly string[]) {
  // What is known will do: definitions seldom change, and nobody waits for them here.
  if (context.profiles.get())
    await inTime(
      context.learn({ stale: true }).catch(() => false),
      LEARN_MS,
    )
  const place = placeOf(
    buildProgram(context, locals, () => {}),
    words,
  )
  const { prefix, current, before } = place
  const found = await candidatesAt(place, { context, before, current })
  if (found === FILES) return found
  const fitting = found.filter(({ word }) => word.toLowerCase().startsWith(current.toLowerCase()))
  return fitting.map(({ word, doc }) => ({ word: prefix + word, doc }))
}

const lineOf = ({ word, doc = '' }: Candidate): string => `${printable(word)}\t${printable(doc)}`

/** Resolves with undefined when time runs out. */
function inTime<T>(work: Promise<T>, deadlineMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), deadlineMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/**
 * Prints what could stand in place of the last word.
 * @param argv `-- WORD...`, or `--bash LINE WORDBREAKS` for answers as bash takes them
 * @returns the exit code
 */
export async function complete(
  context: Context,
  locals: readonly LocalCommand[],
  argv: readonly string[],
): Promise<number> {
  const [mode, line = '', breaks] = argv
  const bash = mode === '--bash' ? readBashLine(line, breaks) : undefined
  const words = bash?.words ?? (mode === '--' ? argv.slice(1) : argv)
  try {
    const found = await inTime(find(context, locals, words), DEADLINE_MS)
    if (found === FILES) return FILES_CODE
    const lines = (found ?? []).map((each) => (bash ? bashReply(each.word, bash) : lineOf(each)))
    if (lines.length > 0) context.terminal.print(lines.join('\n'))
    return 0
  } catch {
    // In the middle of typing, no completions are better than an error.
    return 1
  }
}
