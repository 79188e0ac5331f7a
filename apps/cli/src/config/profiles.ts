/** Profiles: which cloud, as whom. Kept in `config.json`, mode 0600, since they hold tokens and access keys. */
import { readFile } from 'node:fs/promises'
import type { SigningKey } from '@basalt/sdk'
import { CliError, EXIT } from '../errors.ts'
import { configPath } from './paths.ts'
import { writePrivateFile } from './private-file.ts'

export interface Profile {
  /** Where the API is. */
  url: string
  /** PEM of the authority to trust; those the system knows when absent. */
  ca?: string
  username?: string
  token?: string
  /** Signs requests, instead of a token. */
  accessKey?: SigningKey
  /** RFC 3339, UTC. */
  expiresAt?: string
  /** Name or id of the zone to use when none is given. */
  zone?: string
}

interface Config {
  current: string
  profiles: Record<string, Profile>
}

export interface Profiles {
  /** Name of the profile in use. */
  current: string
  /** The profile in use, with what the environment says instead; undefined when there is none. */
  get(): Profile | undefined
  all(): Readonly<Record<string, Profile>>
  /** Save a profile and use it from now on. */
  save(name: string, profile: Profile): Promise<void>
  /** Use another one from now on. */
  use(name: string): Promise<void>
}

const NAME = /^[A-Za-z0-9][\w.-]{0,62}$/

async function readConfig(path: string): Promise<Config> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: 'default', profiles: {} }
    throw error
  }
  try {
    const { current = 'default', profiles = {} } = JSON.parse(text) as Partial<Config>
    return { current, profiles }
  } catch (cause) {
    throw new CliError('BAD_CONFIG', `${path} is not valid JSON.`, {
      remedy: 'Correct it, or delete it and log in again.',
      cause,
    })
  }
}

/** Both or neither: half a key is a mistake. */
function accessKeyFrom(env: Readonly<Record<string, string | undefined>>): Partial<Profile> {
  const { BASALT_ACCESS_KEY_ID: id, BASALT_ACCESS_KEY_SECRET: secret } = env
  if (id && secret) return { accessKey: { id, secret }, token: undefined, expiresAt: undefined }
  if (!id) return {}
  throw new CliError('BAD_CONFIG', 'BASALT_ACCESS_KEY_ID is set, BASALT_ACCESS_KEY_SECRET is not.', {
    remedy: 'Set both, or neither.',
    exitCode: EXIT.usage,
  })
}

async function fromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  saved: Profile | undefined,
): Promise<Profile | undefined> {
  const url = env.BASALT_URL ?? saved?.url
  if (!url) return undefined
  // Another cloud has another token and another authority.
  const base: Profile = url === saved?.url ? saved : { url }
  return {
    ...base,
    ...(env.BASALT_TOKEN ? { token: env.BASALT_TOKEN, accessKey: undefined, expiresAt: undefined } : {}),
    ...accessKeyFrom(env),
    ...(env.BASALT_CA_FILE ? { ca: await readFile(env.BASALT_CA_FILE, 'utf8') } : {}),
    ...(env.BASALT_ZONE ? { zone: env.BASALT_ZONE } : {}),
  }
}

/** @param wanted name of the profile to use instead of the current one */
export async function openProfiles(
  env: Readonly<Record<string, string | undefined>>,
  wanted?: string,
): Promise<Profiles> {
  const path = configPath(env)
  const config = await readConfig(path)
  const name = wanted ?? env.BASALT_PROFILE ?? config.current
  if (!NAME.test(name))
    throw new CliError('BAD_CONFIG', `"${name}" is no name for a profile.`, {
      remedy: 'Use letters, digits, dot, hyphen and underscore.',
      exitCode: EXIT.usage,
    })
  let effective = await fromEnvironment(env, config.profiles[name])
  const write = (): Promise<void> => writePrivateFile(path, `${JSON.stringify(config, null, 2)}\n`)
  return {
    current: name,
    get: () => effective,
    all: () => config.profiles,
    async save(as, profile) {
      config.profiles[as] = profile
      config.current = as
      effective = profile
      await write()
    },
    async use(other) {
      if (!config.profiles[other])
        throw new CliError('NOT_FOUND', `There is no profile "${other}".`, {
          remedy: `There is: ${Object.keys(config.profiles).join(', ') || 'none; log in first'}.`,
        })
      config.current = other
      await write()
    },
  }
}
