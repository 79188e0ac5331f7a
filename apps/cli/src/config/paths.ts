/** Where the CLI keeps things (XDG Base Directory Specification). */
import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

const configDirectory = (env: Environment): string => join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'basalt')

/** Profiles: which clouds there are, and how one likes them. */
export const configPath = (env: Environment): string => join(configDirectory(env), 'config.json')

/** Tokens and access keys of the profiles. */
export const credentialsPath = (env: Environment): string => join(configDirectory(env), 'credentials.json')

/** Definitions of kinds, by profile. */
export const cacheDirectory = (env: Environment): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'basalt')
