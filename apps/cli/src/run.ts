/** One run of the CLI, from words to an exit code. */
import { CommanderError } from 'commander'
import { COMPLETE, complete } from './commands/completion/index.ts'
import { type LocalCommand, localCommands } from './commands/local.ts'
import { openProfiles } from './config/profiles.ts'
import { type Context, createContext } from './context.ts'
import { CliError, EXIT } from './errors.ts'
import { reportError } from './output/report-error.ts'
import { withFingerprint } from './output/untrusted.ts'
import { usageText } from './output/usage-text.ts'
import { buildProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

interface Globals {
  profile?: string
  verbose: boolean
  /** The first word that is no option, and what follows it. */
  word?: string
  rest: string[]
}

/** Global options have to be known before the command tree is built, since it depends on the profile. */
export function scanGlobals(argv: readonly string[]): Globals {
  const globals: Globals = { verbose: false, rest: [] }
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  for (let at = 0; at < end; at++) {
    const word = argv[at] ?? ''
    if (word === '--verbose' || word === '-v') globals.verbose = true
    else if (word === '--profile') globals.profile = argv[++at]
    else if (word.startsWith('--profile=')) globals.profile = word.slice('--profile='.length)
    else if (!word.startsWith('-') && globals.word === undefined) {
      globals.word = word
      globals.rest = argv.slice(at + 1)
    }
  }
  return globals
}

/** Commands that need no definitions of kinds. */
const WITHOUT_KINDS = new Set(['login', 'redeem', 'logout', 'whoami', 'profile', 'api', 'completion'])

/** Mistakes that newer definitions may turn into something understood. */
const MAY_BE_NEWER = new Set([
  'commander.unknownCommand',
  'commander.unknownOption',
  'commander.excessArguments',
  'commander.invalidArgument',
])

/** For help, what is known will do. */
async function learnWhatIsThere(context: Context): Promise<void> {
  try {
    await context.learn()
  } catch (error) {
    if (!(error instanceof CliError && error.code === 'NOT_LOGGED_IN')) reportError(error, context.terminal)
  }
}

async function parse(context: Context, locals: readonly LocalCommand[], argv: readonly string[]): Promise<void> {
  let said = ''
  const program = buildProgram(context, locals, (text) => {
    said += text
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && said) error.message = said.trimEnd()
    throw error
  }
}

const isLoggedIn = ({ profiles }: Context): boolean => {
  const { token, accessKey } = profiles.get() ?? {}
  return Boolean(token ?? accessKey)
}

/** Once more with the definitions of now when the command line is not understood. */
async function parseTwice(context: Context, locals: readonly LocalCommand[], argv: readonly string[]): Promise<void> {
  try {
    await parse(context, locals, argv)
  } catch (error) {
    if (!(error instanceof CommanderError) || !MAY_BE_NEWER.has(error.code) || !isLoggedIn(context)) throw error
    if (!(await context.learn({ force: true }))) throw error
    await parse(context, locals, argv)
  }
}

async function exitCodeOf(error: unknown, terminal: Terminal, context: Context | undefined, argv: readonly string[]) {
  if (!(error instanceof CommanderError)) {
    const { profiles } = context ?? {}
    return reportError(await withFingerprint(error, profiles?.get()?.url, profiles?.name ?? 'default'), terminal)
  }
  if (error.exitCode === 0) return EXIT.ok
  if (error.code !== 'commander.help') terminal.note(usageText(error, argv, context?.catalogue))
  return EXIT.usage
}

/** @param argv words after the program's name */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { profile, verbose, word, rest } = scanGlobals(argv)
  let context: Context | undefined
  try {
    const profiles = await openProfiles(terminal.env, profile)
    const locals = await localCommands()
    const local = locals.find(({ name }) => name === word)
    if (local) return await local.run(rest, { terminal, profiles })
    context = createContext({ terminal, profiles, verbose })
    if (word === COMPLETE) return await complete(context, locals, rest)
    if (word === undefined || word === 'help') await learnWhatIsThere(context)
    else if (!WITHOUT_KINDS.has(word)) await context.learn()
    // On its own it is a question, not a mistake.
    await parseTwice(context, locals, argv.length === 0 ? ['--help'] : argv)
    return context.exitCode
  } catch (error) {
    return await exitCodeOf(error, terminal, context, argv)
  } finally {
    context?.close()
  }
}
