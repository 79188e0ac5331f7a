/** `basalt whoami` */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { renderFacts } from '../output/table.ts'
import { toYaml } from '../output/yaml.ts'
import { addGlobalOptions, outputOption } from './common.ts'

async function whoami(context: Context, format: 'table' | 'json' | 'yaml'): Promise<void> {
  const { terminal, profiles } = context
  const cloud = await context.cloud()
  const me = await cloud.me()
  const facts = {
    ...me,
    url: cloud.http.url.origin,
    profile: profiles.name,
    sessionExpiresAt: profiles.get()?.expiresAt,
  }
  if (format === 'json') return terminal.print(JSON.stringify(facts, null, 2))
  if (format === 'yaml') return terminal.print(toYaml(facts))
  const lines: [string, string | undefined][] = [
    ['user', `${me.username} (${me.user})`],
    ['account', me.account],
    ['operator', me.operator ? 'yes' : 'no'],
    ['cloud', facts.url],
    ['profile', facts.profile],
    ['until', facts.sessionExpiresAt],
  ]
  const known = lines.flatMap(([name, text]) => (text === undefined ? [] : [[name, { text }] as const]))
  terminal.print(renderFacts(known, { width: terminal.width, colors: terminal.colors }))
}

export function addWhoami(program: Command, context: Context): void {
  const command = program
    .command('whoami')
    .description('Show who you are, and where.')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(({ output }: { output: 'table' | 'json' | 'yaml' }) => whoami(context, output))
  addGlobalOptions(command)
}
