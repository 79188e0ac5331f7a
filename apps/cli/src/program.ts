/** The command tree: what is always there, and a command for each kind that the API told of. */
import { type Argument, Command } from 'commander'
import { addApi } from './commands/api.ts'
import { addAudit } from './commands/audit.ts'
import { addGlobalOptions, preferOutput } from './commands/common.ts'
import { addCompletion } from './commands/completion/index.ts'
import { addEvents } from './commands/events.ts'
import { addExplain } from './commands/explain/index.ts'
import { addHelp } from './commands/help.ts'
import { addKind } from './commands/kind/index.ts'
import type { LocalCommand } from './commands/local.ts'
import { addLogin } from './commands/login.ts'
import { addLogout } from './commands/logout.ts'
import { addProfile } from './commands/profile.ts'
import { addRedeem } from './commands/redeem.ts'
import { addWait } from './commands/wait.ts'
import { addWhoami } from './commands/whoami.ts'
import type { Context } from './context.ts'
import { styled } from './output/text.ts'
import { VERSION } from './version.ts'

const EXAMPLES = `
Examples:
  basalt vm create web --image tiny --offering small --network net1 --wait
  basalt vm list --watch
  basalt vm console web
  basalt explain vm create`

function argumentTerm(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '')
  return argument.required ? `<${name}>` : `[${name}]`
}

const NOT_LOGGED_IN = `
Log in to see what a cloud offers:
  basalt login --url https://HOST:7443 --username NAME`

/** A mistake is followed by the help to read: that of the command in which it was made. */
function pointToHelp(command: Command, words: string, onError: (text: string) => void): void {
  command.configureOutput({ outputError: (text) => onError(`${text}\nSee: ${words} --help`) })
  for (const each of command.commands) pointToHelp(each, `${words} ${each.name()}`, onError)
}

/** @param onError takes what commander says of a command line that it does not understand */
export function buildProgram(
  context: Context,
  locals: readonly LocalCommand[],
  onError: (text: string) => void,
): Command {
  const { terminal, catalogue } = context
  const program = new Command('basalt')
    .description('A private cloud on the command line.')
    .version(VERSION)
    .exitOverride()
    .enablePositionalOptions()
    .helpCommand(false)
    .configureOutput({ writeOut: terminal.print, writeErr: terminal.note })
    .configureHelp({
      styleTitle: (text) => (terminal.colors ? styled(text, 'bold') : text),
      // Every command takes options, and plurals are understood: saying so on each line would hide the rest.
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })
  addGlobalOptions(program)
  program.commandsGroup('This machine:')
  for (const { name, summary } of locals) program.command(name).description(summary)
  program.commandsGroup('Commands:')
  for (const add of [
    addLogin,
    addLogout,
    addRedeem,
    addWhoami,
    addProfile,
    addExplain,
    addWait,
    addEvents,
    addAudit,
    addApi,
    addCompletion,
    addHelp,
  ])
    add(program, context)
  const taken = new Set(program.commands.map((command) => command.name()))
  for (const kind of catalogue.kinds) addKind(program, context, kind, taken)
  preferOutput(program, context.profiles.get()?.output)
  pointToHelp(program, 'basalt', onError)
  return program.addHelpText('after', catalogue.kinds.length > 0 ? EXAMPLES : NOT_LOGGED_IN)
}
