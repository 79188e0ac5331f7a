/** `basalt profile`: several clouds, or several users of one. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { renderTable } from '../output/table.ts'
import { addGlobalOptions } from './common.ts'

function list({ terminal, profiles }: Context): void {
  const rows = Object.entries(profiles.all()).map(([name, { url, username = '-', token, accessKey }]) => [
    { text: name === profiles.current ? '*' : '' },
    { text: name },
    { text: url },
    { text: username },
    { text: accessKey ? 'by access key' : token ? 'yes' : 'no' },
  ])
  const options = { width: terminal.width, colors: terminal.colors }
  if (rows.length > 0) terminal.print(renderTable(['', 'NAME', 'URL', 'USER', 'LOGGED IN'], rows, options))
  else terminal.note('There is no profile yet: basalt login --url https://HOST:7443')
}

export function addProfile(program: Command, context: Context): void {
  const command = program.command('profile').description('Profiles: several clouds, or several users of one.')
  addGlobalOptions(
    command
      .command('list')
      .description('List them; * marks the current one.')
      .action(() => list(context)),
  )
  const use = command
    .command('use')
    .description('Use another one from now on.')
    .argument('<name>')
    .action((name: string) => context.profiles.use(name))
  addGlobalOptions(use)
}
