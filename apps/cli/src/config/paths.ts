/** Where the CLI keeps things (XDG Base Directory Specification). */
import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Profiles with their tokens. */
export const configPath = (env: Environment): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'basalt', 'config.json')

/** Definitions of kinds, by profile. */
export const cacheDirectory = (env: Environment): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'basalt')
