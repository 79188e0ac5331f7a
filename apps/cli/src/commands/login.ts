/** `basalt login` */
import { readFile } from 'node:fs/promises'
import { connect, normalizeFingerprint, SdkError, type ShownCertificate, shownCertificates } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Profile } from '../config/profiles.ts'
import type { Context } from '../context.ts'
import { CliError, EXIT, usageError } from '../errors.ts'
import type { Terminal } from '../terminal.ts'
import { addGlobalOptions } from './common.ts'

/** Which cloud, and which authority to trust. */
interface To {
  url: URL
  ca?: string
}

interface LoginOptions {
  url?: string
  username?: string
  caFile?: string
  fingerprint?: string
  passwordFile?: string
  accessKey?: string
  secretFile?: string
  zone?: string
}

async function readText(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw usageError(`${option}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`, 'Check the path.')
  }
}

function urlOf(text: string): URL {
  const full = text.includes('://') ? text : `https://${text}`
  const url = URL.canParse(full) ? new URL(full) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw usageError(`--url: "${text}" is no URL.`, 'Give one such as https://cloud.example:7443.')
  return url
}

async function passwordOf({ env, askSecret }: Terminal, options: LoginOptions): Promise<string> {
  if (options.passwordFile) return (await readText(options.passwordFile, '--password-file')).replace(/\r?\n$/, '')
  return env.BASALT_PASSWORD ?? askSecret('Password: ')
}

async function secretOf({ env, askSecret }: Terminal, options: LoginOptions): Promise<string> {
  if (options.secretFile) return (await readText(options.secretFile, '--secret-file')).trim()
  return env.BASALT_ACCESS_KEY_SECRET ?? askSecret('Secret of the access key: ')
}

const isTrusted = async (url: URL, ca: string | undefined): Promise<boolean> => {
  try {
    const cloud = await connect({ url, ca })
    await cloud.http.call('GET', '/v1/health')
    cloud.close()
    return true
  } catch (error) {
    if (error instanceof SdkError && error.code === 'CERTIFICATE_UNTRUSTED') return false
    throw error
  }
}

/** The authority at the end of the chain; the certificate itself when it is all there is. */
const rootOf = (shown: readonly ShownCertificate[]): ShownCertificate => shown.at(-1) as ShownCertificate

const colons = (fingerprint: string): string => fingerprint.toUpperCase().match(/../g)?.join(':') ?? fingerprint

/** Show the authority and let the user decide. @returns its PEM */
async function trustByHand({ interactive, note, ask }: Terminal, url: URL): Promise<string> {
  const root = rootOf(await shownCertificates(url))
  if (!interactive)
    throw new SdkError('CERTIFICATE_UNTRUSTED', `The certificate of ${url.host} is not trusted.`, {
      remedy: `Its authority "${root.subject}" has the SHA-256 fingerprint ${root.fingerprint}.`,
    })
  note(`The certificate of ${url.host} is signed by "${root.subject}", which this machine does not know.`)
  note(`SHA-256 fingerprint: ${colons(root.fingerprint)}`)
  const answer = await ask('Is this the fingerprint that the operator of the cloud gave you? [y/N] ')
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('CONFIRMATION_NEEDED', 'Not logged in.')
  return root.pem
}

/** PEM of the authority to trust; undefined when the system's own will do. */
async function authorityOf(context: Context, url: URL, options: LoginOptions): Promise<string | undefined> {
  if (options.caFile) return readText(options.caFile, '--ca-file')
  if (options.fingerprint) {
    const wanted = normalizeFingerprint(options.fingerprint)
    const found = (await shownCertificates(url)).find((each) => each.fingerprint === wanted)
    if (found) return found.pem
    throw new SdkError('CERTIFICATE_UNTRUSTED', `${url.host} shows no certificate with that fingerprint.`)
  }
  const saved = context.profiles.get()
  const ca = saved && new URL(saved.url).origin === url.origin ? saved.ca : undefined
  return url.protocol === 'http:' || (await isTrusted(url, ca)) ? ca : trustByHand(context.terminal, url)
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
  const saved = profiles.get()
  const where = options.url ?? saved?.url
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
  await profiles.save(profiles.current, { url: url.origin, ca, zone: options.zone ?? saved?.zone, ...access })
  await context.learn({ force: true })
  terminal.note(
    `Logged in to ${url.origin} as ${access.username}${operator ? ', an operator' : ''} (profile "${profiles.current}").`,
  )
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
    .option('--ca-file <file>', 'PEM certificate of the authority to trust.')
    .option('--fingerprint <sha256>', 'Or the SHA-256 fingerprint of that certificate.')
    .option('--zone <zone>', 'Zone to use when a command names none.')
    .action((options: LoginOptions) => login(context, options))
  addGlobalOptions(command)
}
