/** What a command works with. */
import type { Kind } from '@basalt/resource'
import { type Cloud, connect, type RequestReport, SdkError } from '@basalt/sdk'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import { type CachedKinds, fetchKinds, isFresh, readKinds } from './config/kinds-cache.ts'
import { noProfile, type Profile, type Profiles } from './config/profiles.ts'
import { CliError } from './errors.ts'
import type { Terminal } from './terminal.ts'

export interface Context {
  terminal: Terminal
  profiles: Profiles
  /** Kinds that are known by now; empty before a log-in. */
  catalogue: Catalogue
  /** A connection as the user of the profile. Throws `NOT_LOGGED_IN`. */
  cloud(): Promise<Cloud>
  /** Learn the kinds: from the cache while it is fresh. True when they are others than before. */
  learn(options?: LearnOptions): Promise<boolean>
  close(): void
  /** What the process ends with when no error ends it before. */
  exitCode: number
}

export interface LearnOptions {
  /** Ask, however fresh the cache is. */
  force?: boolean
  /** Whatever the cache has will do. */
  stale?: boolean
}

export interface ContextOptions {
  terminal: Terminal
  profiles: Profiles
  /** Print requests on standard error. */
  verbose: boolean
}

/** The command that logs in, as far as it is known. */
function loginCommand({ name, asked }: Profiles, profile: Profile | undefined): string {
  const as = asked ? ` --profile ${name}` : ''
  return profile ? `basalt login${as}` : `basalt login${as} --url https://HOST:7443 --username NAME`
}

const notLoggedIn = (profiles: Profiles, profile: Profile | undefined): CliError =>
  new CliError('NOT_LOGGED_IN', 'You are not logged in.', { remedy: loginCommand(profiles, profile) })

/** One line a request, without anything secret. */
export function requestLine({ method, path, status, error, durationMs, attempt }: RequestReport): string {
  const outcome = status ?? (error as Error | undefined)?.message ?? 'no answer'
  return `${method} ${path} → ${outcome} (${Math.round(durationMs)} ms${attempt > 1 ? `, attempt ${attempt}` : ''})`
}

export function createContext({ terminal, profiles, verbose }: ContextOptions): Context {
  let connected: Promise<Cloud> | undefined
  let cached: CachedKinds | undefined

  function usable(): Profile {
    const profile = profiles.get()
    if (!profile && profiles.asked) throw noProfile(profiles.name, Object.keys(profiles.all()))
    if (!profile?.token && !profile?.accessKey) throw notLoggedIn(profiles, profile)
    return profile
  }

  const cloud = (): Promise<Cloud> => {
    const { url, ca, token, accessKey } = usable()
    const onRequest = verbose ? (report: RequestReport) => terminal.note(requestLine(report)) : undefined
    connected ??= connect({ url, ca, token, accessKey, onRequest })
    return connected
  }

  /** While nobody answers, what was known will do: the command itself will say that nobody answers. */
  async function refresh(profile: Profile): Promise<CachedKinds> {
    try {
      return await fetchKinds(terminal.env, profile, (await cloud()).http, cached)
    } catch (error) {
      if (cached && error instanceof SdkError && error.code === 'CONNECTION_FAILED') return cached
      throw error
    }
  }

  const context: Context = {
    terminal,
    profiles,
    catalogue: createCatalogue([]),
    cloud,
    async learn({ force = false, stale = false } = {}) {
      const profile = usable()
      cached ??= await readKinds(terminal.env, profile)
      if (force || !(isFresh(cached) || (stale && cached))) cached = await refresh(profile)
      const changed = hash(cached.kinds) !== hash(context.catalogue.kinds)
      context.catalogue = createCatalogue(cached.kinds)
      return changed
    },
    exitCode: 0,
    close: () =>
      void connected?.then(
        (open) => open.close(),
        () => {},
      ),
  }
  return context
}

const hash = (kinds: readonly Kind[]): string => JSON.stringify(kinds)
