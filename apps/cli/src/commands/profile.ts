/** `basalt profile`: several clouds, or several users of one. */
import { type Command, Option } from 'commander'
import { checkName, noProfile, type Profile } from '../config/profiles.ts'
import type { Context } from '../context.ts'
import { CliError, EXIT, usageError } from '../errors.ts'
import { PREFERRED_FORMATS } from '../output/format.ts'
import { renderFacts, renderTable } from '../output/table.ts'
import { toYaml } from '../output/yaml.ts'
import { kebab } from '../words.ts'
import { addGlobalOptions, outputOption } from './common.ts'
import { completes, profileNames } from './completion/offers.ts'
import { addTrustOptions, authorityOf, type TrustOptions, urlOf } from './trust.ts'

interface SettingOptions {
  zone?: string
  output?: string
}

interface AddOptions extends TrustOptions, SettingOptions {
  url: string
  username?: string
  use?: boolean
}

type DataFormat = 'table' | 'json' | 'yaml'

/** What of a profile is shown: nothing secret, and of its authority only that there is one. */
function shown({ profiles }: Context, name: string, { url, ca, username, zone, output, ...secrets }: Profile) {
  const { accessKey, token, expiresAt } = secrets
  return {
    name,
    current: name === profiles.current,
    url,
    username,
    authority: ca ? 'its own' : 'as the system knows it',
    zone,
    output,
    access: accessKey ? `access key ${accessKey.id}` : token ? 'session' : 'none',
    expiresAt,
  }
}

function asData(value: object, format: DataFormat): string | undefined {
  if (format === 'table') return undefined
  return format === 'json' ? JSON.stringify(value, null, 2) : toYaml(value)
}

function listText(context: Context, format: DataFormat): string {
  const { terminal, profiles } = context
  const all = Object.entries(profiles.all()).map(([name, profile]) => shown(context, name, profile))
  const rows = all.map(({ name, url, username = '-', zone = '-', output = '-', access, current }) =>
    [current ? '*' : '', name, url, username, access, zone, output].map((text) => ({ text })),
  )
  const headings = ['', 'NAME', 'URL', 'USER', 'ACCESS', 'ZONE', 'OUTPUT']
  return asData(all, format) ?? renderTable(headings, rows, { width: terminal.width, colors: terminal.colors })
}

function profileNamed({ profiles }: Context, name: string): Profile {
  const profile = profiles.all()[name]
  if (!profile) throw noProfile(name, Object.keys(profiles.all()))
  return profile
}

function showText(context: Context, name: string, format: DataFormat): string {
  const { terminal } = context
  const facts = shown(context, name, profileNamed(context, name))
  const { current, ...rest } = facts
  const lines = Object.entries({ ...rest, 'in use': current ? 'yes' : 'no' }).flatMap(([key, text]) =>
    text === undefined ? [] : [[kebab(key).replaceAll('-', ' '), { text }] as const],
  )
  return asData(facts, format) ?? renderFacts(lines, { colors: terminal.colors })
}

async function add(context: Context, name: string, options: AddOptions): Promise<void> {
  const { profiles, terminal } = context
  checkName(name)
  if (profiles.all()[name])
    throw new CliError('BAD_CONFIG', `There is a profile "${name}" already.`, {
      remedy: `basalt profile set ${name} … changes it, basalt profile remove ${name} makes room.`,
      exitCode: EXIT.usage,
    })
  const url = urlOf(options.url)
  const ca = await authorityOf(context, url, options)
  const { username, zone, output } = options
  await profiles.save(name, { url: url.origin, ca, username, zone, output })
  if (options.use) await profiles.use(name)
  terminal.note(`Log in with: basalt login --profile ${name}`)
}

async function set(context: Context, name: string, { zone, output }: SettingOptions): Promise<void> {
  if (zone === undefined && output === undefined)
    throw usageError('There is nothing to change.', 'Give --zone or --output; an empty value takes one away.')
  const profile = profileNamed(context, name)
  await context.profiles.save(name, {
    ...profile,
    ...(zone === undefined ? {} : { zone: zone || undefined }),
    ...(output === undefined ? {} : { output: output || undefined }),
  })
}

async function remove(context: Context, name: string): Promise<void> {
  const { token, url } = profileNamed(context, name)
  await context.profiles.remove(name)
  const { profiles, terminal } = context
  if (token) terminal.note(`Forgotten. The session at ${url} ends by itself; basalt logout would have ended it.`)
  if (profiles.current === name)
    terminal.note('It was the one in use: basalt profile use NAME, or log in to begin a new one.')
}

const addSettings = (command: Command): Command =>
  command
    .option('--zone <zone>', 'Zone to use when a command names none.')
    .addOption(
      new Option('--output <format>', 'How to print when a command does not say it.').choices([
        ...PREFERRED_FORMATS,
        '',
      ]),
    )

const formatOption = (): Option => outputOption(['table', 'json', 'yaml'])

export function addProfile(program: Command, context: Context): void {
  const command = program
    .command('profile')
    .description('Profiles: several clouds, or several users of one.')
    .addHelpText(
      'after',
      `
Examples:
  basalt profile add work --url https://cloud.example:7443 --username ada --zone west
  basalt login --profile work
  basalt profile use work
  basalt vm list --profile work    # or: BASALT_PROFILE=work basalt vm list`,
    )
  const named = (name: string, description: string): Command => {
    const made = command.command(name).description(description).argument('<name>', 'Name of a profile.')
    for (const argument of made.registeredArguments) completes(argument, profileNames)
    return made
  }
  const listing = command.command('list').description('List them; * marks the one in use.').addOption(formatOption())
  listing.action(({ output }: { output: DataFormat }) => {
    context.terminal.print(listText(context, output))
    if (Object.keys(context.profiles.all()).length === 0)
      context.terminal.note('There is no profile yet: basalt login --url https://HOST:7443')
  })
  const adding = command
    .command('add')
    .description('Add one, without logging in.')
    .argument('<name>', 'Letters, digits, dot, hyphen and underscore.')
    .requiredOption('--url <url>', 'Where the control plane is, e.g. https://cloud.example:7443.')
    .option('--username <name>', 'Who logs in there.')
    .option('--use', 'Use it from now on.')
    .action((name: string, options: AddOptions) => add(context, name, options))
  const changes = [
    addSettings(addTrustOptions(adding)),
    addSettings(named('set', 'Change what commands do that use it.')).action((name: string, options: SettingOptions) =>
      set(context, name, options),
    ),
    named('use', 'Use it from now on.').action((name: string) => context.profiles.use(name)),
    named('remove', 'Forget it, with its token or access key.').action((name: string) => remove(context, name)),
  ]
  const showing = command
    .command('show')
    .description('Show one, without its secrets.')
    .argument('[name]', 'Name of a profile; the one in use when absent.')
    .addOption(formatOption())
    .action((name: string | undefined, { output }: { output: DataFormat }) =>
      context.terminal.print(showText(context, name ?? context.profiles.name, output)),
    )
  for (const argument of showing.registeredArguments) completes(argument, profileNames)
  for (const each of [listing, ...changes, showing]) addGlobalOptions(each)
}
