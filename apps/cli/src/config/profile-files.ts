/**
 * The files that profiles are kept in: `config.json` says which clouds there are and how one likes them, `credentials.json` holds what
 * is secret. Both have mode 0600. Before they were apart, `config.json` held both; such a file is read as it is, and written anew, in two,
 * by the next change.
 */
import { readFile } from 'node:fs/promises'
import { CliError } from '../errors.ts'
import { configPath, credentialsPath } from './paths.ts'
import { writePrivateFile } from './private-file.ts'
import type { Credentials, Profile, Settings } from './profiles.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Config {
  /** Name of the profile in use. */
  current: string
  profiles: Record<string, Profile>
}

/** Grows when older programs could no longer read the file. */
const FORMAT = 2
const SECRETS = ['token', 'accessKey', 'expiresAt'] as const

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (cause) {
    throw new CliError('BAD_CONFIG', `${path} is not valid JSON.`, {
      remedy: 'Correct it, or delete it and log in again.',
      cause,
    })
  }
  throw new CliError('BAD_CONFIG', `${path} holds no profiles.`, { remedy: 'Delete it and log in again.' })
}

function checkFormat(path: string, { format }: Record<string, unknown>): void {
  if (typeof format === 'number' && format > FORMAT)
    throw new CliError('BAD_CONFIG', `${path} was written by a newer version of basalt (format ${format}).`, {
      remedy: 'Use that version, or name other files with XDG_CONFIG_HOME.',
    })
}

export async function readConfig(env: Environment): Promise<Config> {
  const path = configPath(env)
  const [config = {}, kept = {}] = await Promise.all([readJson(path), readJson(credentialsPath(env))])
  checkFormat(path, config)
  checkFormat(credentialsPath(env), kept)
  const { current = 'default', profiles = {} } = config as Partial<Config>
  const credentials = (kept.profiles ?? {}) as Record<string, Credentials>
  const whole = Object.entries(profiles).map(([name, profile]) => [name, { ...profile, ...credentials[name] }])
  return { current, profiles: Object.fromEntries(whole) as Record<string, Profile> }
}

function apart(profile: Profile): { settings: Settings; credentials: Credentials } {
  const entries = Object.entries(profile)
  const isSecret = ([name]: [string, unknown]): boolean => (SECRETS as readonly string[]).includes(name)
  return {
    settings: Object.fromEntries(entries.filter((entry) => !isSecret(entry))) as unknown as Settings,
    credentials: Object.fromEntries(entries.filter(isSecret)) as Credentials,
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

async function writeConfig(env: Environment, { current, profiles }: Config): Promise<void> {
  const all = Object.entries(profiles).map(([name, profile]) => ({ name, ...apart(profile) }))
  const settings = Object.fromEntries(all.map((each) => [each.name, each.settings]))
  const secrets = all.filter(({ credentials }) => Object.values(credentials).some((value) => value !== undefined))
  const credentials = Object.fromEntries(secrets.map((each) => [each.name, each.credentials]))
  // Secrets first: a profile without its secret only needs a login, but a secret that is in neither file is lost.
  await writePrivateFile(credentialsPath(env), json({ format: FORMAT, profiles: credentials }))
  await writePrivateFile(configPath(env), json({ format: FORMAT, current, profiles: settings }))
}

/** Reads what there is by now, since other commands may have changed it meanwhile, and writes it changed. */
export async function changeConfig(env: Environment, change: (config: Config) => void): Promise<Config> {
  const config = await readConfig(env)
  change(config)
  await writeConfig(env, config)
  return config
}
