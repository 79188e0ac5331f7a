/** Profiles: which cloud, as whom, and how one likes it. `profile-files.ts` keeps them. */
import { readFile } from 'node:fs/promises'
import type { SigningKey } from '@basalt/sdk'
import { CliError, EXIT } from '../errors.ts'
import { changeConfig, readConfig } from './profile-files.ts'

/** What of a profile anybody may see. */
export interface Settings {
  /** Where the API is. */
  url: string
  /** PEM of the authority to trust; those the system knows when absent. */
  ca?: string
  username?: string
  /** Name or id of the zone to use when none is given. */
  zone?: string
  /** How to print when nothing else is said, e.g. `json`. */
  output?: string
}

/** What is nobody else's business. */
export interface Credentials {
  token?: string
  /** Signs requests, instead of a token. */
  accessKey?: SigningKey
  /** When the session ends: RFC 3339, UTC. */
  expiresAt?: string
}

export type Profile = Settings & Credentials

export interface Profiles {
  /** Name of the profile that this command uses. */
  name: string
  /** Name of the one that commands use which name none. */
  current: string
  /** Whether `name` was asked for, rather than the current one taken. */
  asked: boolean
  /** The profile in use, with what the environment says instead; undefined when there is none. */
  get(): Profile | undefined
  all(): Readonly<Record<string, Profile>>
  /** Keep a profile. The first one of all is used from now on; otherwise `use` decides. */
  save(name: string, profile: Profile): Promise<void>
  /** Use another one from now on. */
  use(name: string): Promise<void>
  /** Forget one, with its credentials. */
  remove(name: string): Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>

const NAME = /^[A-Za-z0-9][\w.-]{0,62}$/

/** @throws CliError when it is no name for a profile */
export function checkName(name: string): void {
  if (NAME.test(name)) return
  throw new CliError('BAD_CONFIG', `"${name}" is no name for a profile.`, {
    remedy: 'Begin with a letter or digit; then letters, digits, dot, hyphen and underscore, 63 at most.',
    exitCode: EXIT.usage,
  })
}

/** Both or neither: half a key is a mistake. */
function accessKeyFrom(env: Environment): Partial<Profile> {
  const { BASALT_ACCESS_KEY_ID: id, BASALT_ACCESS_KEY_SECRET: secret } = env
  if (id && secret) return { accessKey: { id, secret }, token: undefined, expiresAt: undefined }
  if (!id) return {}
  throw new CliError('BAD_CONFIG', 'BASALT_ACCESS_KEY_ID is set, BASALT_ACCESS_KEY_SECRET is not.', {
    remedy: 'Set both, or neither.',
    exitCode: EXIT.usage,
  })
}

async function fromEnvironment(env: Environment, saved: Profile | undefined): Promise<Profile | undefined> {
  const url = env.BASALT_URL ?? saved?.url
  if (!url) return undefined
  // Another cloud has another token and another authority.
  const base: Profile = url === saved?.url ? saved : { url, output: saved?.output }
  return {
    ...base,
    ...(env.BASALT_TOKEN ? { token: env.BASALT_TOKEN, accessKey: undefined, expiresAt: undefined } : {}),
    ...accessKeyFrom(env),
    ...(env.BASALT_CA_FILE ? { ca: await readFile(env.BASALT_CA_FILE, 'utf8') } : {}),
    ...(env.BASALT_ZONE ? { zone: env.BASALT_ZONE } : {}),
    ...(env.BASALT_OUTPUT ? { output: env.BASALT_OUTPUT } : {}),
  }
}

export const noProfile = (name: string, names: readonly string[]): CliError =>
  new CliError('NOT_FOUND', `There is no profile "${name}".`, {
    remedy:
      names.length > 0
        ? `There is: ${names.join(', ')}. Or make it: basalt profile add ${name} --url URL`
        : 'There is none yet: basalt login --url https://HOST:7443 --username NAME',
  })

/** @param wanted name of the profile to use instead of the current one */
export async function openProfiles(env: Environment, wanted?: string): Promise<Profiles> {
  let config = await readConfig(env)
  const asked = wanted ?? env.BASALT_PROFILE
  const name = asked ?? config.current
  checkName(name)
  let effective = await fromEnvironment(env, config.profiles[name])
  const existing = (other: string): void => {
    if (!config.profiles[other]) throw noProfile(other, Object.keys(config.profiles))
  }
  return {
    name,
    asked: asked !== undefined,
    get current() {
      return config.current
    },
    get: () => effective,
    all: () => config.profiles,
    async save(as, profile) {
      checkName(as)
      config = await changeConfig(env, (now) => {
        now.profiles[as] = profile
        if (!now.profiles[now.current]) now.current = as
      })
      // What was just logged in counts for the rest of this command, whatever the environment says.
      if (as === name) effective = profile
    },
    async use(other) {
      existing(other)
      config = await changeConfig(env, (now) => {
        now.current = other
      })
    },
    async remove(other) {
      existing(other)
      config = await changeConfig(env, (now) => {
        delete now.profiles[other]
      })
    },
  }
}
