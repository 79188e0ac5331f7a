/** `basalt login` */
import { connect } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Profile } from '../config/profiles.ts'
import type { Context } from '../context.ts'
import { CliError, EXIT } from '../errors.ts'
import type { Terminal } from '../terminal.ts'
import { addGlobalOptions } from './common.ts'
import { addTrustOptions, authorityOf, readText, type TrustOptions, urlOf } from './trust.ts'

/** Which cloud, and which authority to trust. */
interface To {
  url: URL
  ca?: string
}

interface LoginOptions extends TrustOptions {
  url?: string
  username?: string
  passwordFile?: string
  accessKey?: string
  secretFile?: string
  zone?: string
}

async function passwordOf({ env, askSecret }: Terminal, options: LoginOptions): Promise<string> {
  if (options.passwordFile) return (await readText(options.passwordFile, '--password-file')).replace(/\r?\n$/, '')
  return env.BASALT_PASSWORD ?? askSecret('Password: ')
}

async function secretOf({ env, askSecret }: Terminal, options: LoginOptions): Promise<string> {
  if (options.secretFile) return (await readText(options.secretFile, '--secret-file')).trim()
  return env.BASALT_ACCESS_KEY_SECRET ?? askSecret('Secret of the access key: ')
}

/** What the profile keeps of a login, and who it is of. */
interface Access extends Pick<Profile, 'username' | 'token' | 'accessKey' | 'expiresAt'> {
  operator: boolean
}

async function byAccessKey(context: Context, id: string, to: To, options: LoginOptions): Promise<Access> {
  const accessKey = { id, secret: await secretOf(context.terminal, options) }
  const cloud = await connect({ ...to, accessKey })
  const { username, operator } = await cloud.me()
  cloud.close()
  return { username, accessKey, operator }
}

async function byPassword({ terminal, profiles }: Context, to: To, options: LoginOptions): Promise<Access> {
  const username = options.username ?? profiles.get()?.username ?? (await terminal.ask('User name: '))
  const password = await passwordOf(terminal, options)
  const cloud = await connect(to)
  const { token, endsAt, operator } = await cloud.login({ username, password })
  cloud.close()
  return { username, token, expiresAt: endsAt, operator }
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  const { terminal, profiles } = context
  const saved = profiles.all()[profiles.name]
  const where = options.url ?? profiles.get()?.url
  if (!where)
    throw new CliError('MISSING_VALUE', 'Where is the cloud?', {
      remedy: 'basalt login --url https://HOST:7443 --username NAME',
      exitCode: EXIT.usage,
    })
  const url = urlOf(where)
  const ca = await authorityOf(context, url, options)
  const { operator, ...access } = options.accessKey
    ? await byAccessKey(context, options.accessKey, { url, ca }, options)
    : await byPassword(context, { url, ca }, options)
  // What one likes stays; a zone belongs to the cloud that it is of.
  const zone = options.zone ?? (saved?.url === url.origin ? saved.zone : undefined)
  await profiles.save(profiles.name, { output: saved?.output, url: url.origin, ca, zone, ...access })
  await context.learn({ force: true })
  terminal.note(
    `Logged in to ${url.origin} as ${access.username}${operator ? ', an operator' : ''} (profile "${profiles.name}").`,
  )
  if (profiles.current !== profiles.name)
    terminal.note(`Commands that name no profile go on with "${profiles.current}": basalt profile use ${profiles.name}`)
}

export function addLogin(program: Command, context: Context): void {
  const command = program
    .command('login')
    .description('Log in to a cloud; later commands use the session. Without options: again, as the same user.')
    .option('--url <url>', 'Where the control plane is, e.g. https://cloud.example:7443.')
    .option('--username <name>', 'User name; asked for when it is not given.')
    .option('--password-file <file>', 'Read the password from a file; else from BASALT_PASSWORD, else it is asked for.')
    .option('--access-key <id>', 'Sign requests with this access key, instead of a user name and a password.')
    .option(
      '--secret-file <file>',
      'Read its secret from a file; else from BASALT_ACCESS_KEY_SECRET, else it is asked for.',
    )
    .option('--zone <zone>', 'Zone to use when a command names none.')
    .addHelpText(
      'after',
      `
Examples:
  basalt login --url https://cloud.example:7443 --username ada
  basalt login --profile robot --url https://cloud.example:7443 --access-key ID --secret-file FILE
  basalt login                     # again, as the same user`,
    )
    .action((options: LoginOptions) => login(context, options))
  addTrustOptions(command)
  addGlobalOptions(command)
}
