/** The definitions of kinds, as the API serves them, kept for a while so that not every command asks for them. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kind } from '@basalt/resource'
import type { Http } from '@basalt/sdk'
import { ApiProblem } from '@basalt/sdk'
import { cacheDirectory } from './paths.ts'
import { writePrivateFile } from './private-file.ts'
import type { Profile } from './profiles.ts'

export interface CachedKinds {
  kinds: Kind[]
  etag?: string
  fetchedAt: number
}

/** How long definitions are used without asking whether they are still right. */
const FRESH_MS = 10 * 60_000

export const isFresh = (cached: CachedKinds | undefined): cached is CachedKinds =>
  cached !== undefined && Date.now() - cached.fetchedAt < FRESH_MS

/** What one sees depends on the cloud and on who one is. */
function fileOf(
  env: Readonly<Record<string, string | undefined>>,
  { url, username, accessKey, token }: Profile,
): string {
  const who = createHash('sha256')
    .update(JSON.stringify([url, username ?? accessKey?.id ?? token]))
    .digest('hex')
  return join(cacheDirectory(env), `kinds-${who.slice(0, 16)}.json`)
}

/** Undefined when there are none, or they cannot be read: they are fetched then. */
export async function readKinds(
  env: Readonly<Record<string, string | undefined>>,
  profile: Profile,
): Promise<CachedKinds | undefined> {
  try {
    const cached = JSON.parse(await readFile(fileOf(env, profile), 'utf8')) as CachedKinds
    return Array.isArray(cached.kinds) ? cached : undefined
  } catch {
    // It is only a cache: a missing or broken file is as good as none.
    return undefined
  }
}

/** Ask the API, and keep what it says. */
export async function fetchKinds(
  env: Readonly<Record<string, string | undefined>>,
  profile: Profile,
  http: Http,
  cached?: CachedKinds,
): Promise<CachedKinds> {
  const fetched = await load(http, cached)
  await writePrivateFile(fileOf(env, profile), JSON.stringify(fetched))
  return fetched
}

async function load(http: Http, cached: CachedKinds | undefined): Promise<CachedKinds> {
  const fetchedAt = Date.now()
  const answer = await http.exchange<{ items: Kind[] }>('GET', '/v1/kinds', undefined, { ifNoneMatch: cached?.etag })
  if (answer.status === 304 && cached) return { ...cached, fetchedAt }
  if (!Array.isArray(answer.body?.items))
    throw new ApiProblem({
      status: answer.status,
      code: 'NOT_THE_API',
      detail: `${http.url.origin} does not say what kinds there are.`,
      remedy: 'Check that the URL is that of the control plane.',
    })
  return { kinds: answer.body.items, etag: answer.headers.etag, fetchedAt }
}
