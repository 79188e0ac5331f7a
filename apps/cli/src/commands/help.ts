/** `basalt help`: of a command, however deep, and of what has no command of its own. */

import { similar } from '@basalt/resource/similar'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { EXIT, EXIT_MEANINGS, usageError } from '../errors.ts'
import { renderTable } from '../output/table.ts'
import { type Candidate, type Completer, completes } from './completion/offers.ts'

const VARIABLES: Readonly<Record<string, string>> = {
  BASALT_PROFILE: 'the profile to use, as --profile',
  BASALT_URL: 'the cloud, instead of the one of the profile',
  BASALT_TOKEN: 'a session token, without a login',
  BASALT_ACCESS_KEY_ID: 'an access key, with BASALT_ACCESS_KEY_SECRET, without a login',
  BASALT_CA_FILE: 'PEM certificate of the authority to trust',
  BASALT_ZONE: 'the zone when a command names none',
  BASALT_OUTPUT: 'how to print when a command does not say it',
  BASALT_PASSWORD: 'for basalt login',
  NO_COLOR: 'no colours, whatever its value',
}

const tableOf = (headings: string[], rows: [string, string][]): string =>
  renderTable(
    headings,
    rows.map((row) => row.map((text) => ({ text }))),
    { colors: false },
  )

/** What one may ask for besides commands. */
const TOPICS: Readonly<Record<string, () => string>> = {
  'exit-codes': () =>
    tableOf(
      ['CODE', 'MEANING'],
      Object.entries(EXIT).map(([name, code]) => [String(code), EXIT_MEANINGS[name as keyof typeof EXIT]]),
    ),
  environment: () => tableOf(['VARIABLE', 'WHAT IT SAYS'], Object.entries(VARIABLES)),
}

function find(program: Command, words: readonly string[]): Command {
  let found = program
  for (const word of words) {
    const names = found.commands.map((each) => each.name())
    const next = found.commands.find((each) => each.name() === word || each.aliases().includes(word))
    if (!next) {
      const close = similar(word, [...names, ...(found === program ? Object.keys(TOPICS) : [])])
      throw usageError(
        `There is no help about "${words.join(' ')}".`,
        close.length > 0 ? `Did you mean: ${close.join(', ')}?` : `See: basalt ${words.slice(0, -1).join(' ')} --help`,
      )
    }
    found = next
  }
  return found
}

const commandsBelow =
  (program: Command): Completer =>
  ({ before }) => {
    const words = [...before]
    let found: Command | undefined = program
    for (const word of words) found = found?.commands.find((each) => each.name() === word)
    const topics = words.length === 0 ? Object.keys(TOPICS) : []
    const commands = (found?.commands ?? []).map((each): Candidate => ({ word: each.name(), doc: each.description() }))
    return [...commands, ...topics.map((word) => ({ word }))]
  }

export function addHelp(program: Command, { terminal }: Context): void {
  const topics = Object.keys(TOPICS).join(', ')
  const command = program
    .command('help')
    .description(`Show the help of a command, or of: ${topics}.`)
    .argument('[command...]', 'E.g. vm create.')
    .action((words: string[]) => {
      const topic = words.length === 1 ? TOPICS[words[0] ?? ''] : undefined
      if (topic) return terminal.print(topic())
      find(program, words).outputHelp()
    })
  completes(command.registeredArguments[0], commandsBelow(program))
}
