/** All that the console asks of the control plane. */
import type { BulkAnswer, ImportAnswer } from './bulk.ts'
import { ApiProblem, problemFromBody } from './problem.ts'
import type { Session, SessionStore } from './session.ts'
import type { Deletion, Kind, KindAction, Page, Row, SettingDifference, Task } from './types.ts'
import { upload } from './upload.ts'

export interface Outcome {
  /** The work that was begun, when the action takes time. */
  task?: Task
  /** The resource after the action, when it was done at once; absent after a deletion. */
  resource?: Row
  /** What is shown this once. */
  revealed?: Revealed[]
}

export interface Revealed {
  title: string
  value: string
}

export interface Api {
  session: SessionStore
  /** Finds out whether somebody is logged in already. */
  restore(): Promise<void>
  login(username: string, password: string): Promise<Session>
  logout(): Promise<void>
  /** Sets a user's password, with both codes of an invitation. */
  redeem(invitation: { username: string; code: string; secondCode: string; password: string }): Promise<void>
  kinds(): Promise<Kind[]>
  list(kind: Kind, query: Record<string, string | undefined>, signal?: AbortSignal): Promise<Page>
  /** The resource; null when there is none, or none the user may see. */
  get(kind: Kind, id: string, signal?: AbortSignal): Promise<Row | null>
  perform(action: KindAction, id: string | undefined, input: Record<string, unknown>): Promise<Outcome>
  /** One action on many; under the same key it happens once. */
  bulk(kind: Kind, body: { action: string; ids: string[]; input: object }, key: string): Promise<BulkAnswer>
  /** A CSV file. */
  csv(path: string, query: Record<string, string | undefined>): Promise<Blob>
  importCsv(kind: Kind, file: Blob, dryRun: boolean, key: string): Promise<ImportAnswer>
  /** The event stream, from after the cursor; from now without one. */
  events(cursor: string | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
  /** Address of a WebSocket to the console of a VM; good for one connection. */
  consoleUrl(vm: string, console: 'vnc' | 'serial'): Promise<string>
  consoleLog(vm: string): Promise<{ text: string; truncated?: boolean }>
  uploadImage(image: string, file: Blob, onProgress: (sentBytes: number) => void, signal: AbortSignal): Promise<void>
  /** What would go if it were deleted with what it has, and what forbids that. */
  deletion(kind: Kind, id: string, signal?: AbortSignal): Promise<Deletion>
  /** What applying a template of settings would change. */
  settingPreview(template: string): Promise<SettingDifference[]>
  registrationToken(host: string): Promise<{ token: string; expiresAt: string }>
}

interface Request {
  body?: unknown
  /** A body that is sent as it is. */
  csv?: Blob
  headers?: Record<string, string>
  signal?: AbortSignal
}

const bodyOf = async (response: Response): Promise<unknown> => {
  const text = await response.text()
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    // A proxy in between may answer with something else; the status tells enough.
    return null
  }
}

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path
}

export function createApi(session: SessionStore): Api {
  async function send(method: string, path: string, { body, csv, headers, signal }: Request = {}): Promise<Response> {
    const before = session.get()
    const response = await fetch(path, {
      method,
      signal,
      body: csv ?? (body === undefined ? undefined : JSON.stringify(body)),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(csv ? { 'content-type': 'text/csv' } : {}),
        ...headers,
      },
    })
    if (response.ok) return response
    // The session ended on the server: whoever is on a screen has to log in anew.
    if (response.status === 401 && before && session.get() === before) session.set(null)
    throw problemFromBody(response.status, await bodyOf(response))
  }

  const ask = async (method: string, path: string, request?: Request): Promise<unknown> =>
    bodyOf(await send(method, path, request))

  return {
    session,
    async restore() {
      try {
        const { session: id, ...who } = (await ask('GET', '/v1/me')) as Session & { session?: string }
        if (id) session.set({ ...who, id })
      } catch (error) {
        // Nobody is. Whatever else is wrong, the login will meet as well, and tell.
        if (!(error instanceof ApiProblem || error instanceof TypeError)) throw error
      }
    },
    async login(username, password) {
      const body = { username, password, cookie: true }
      const opened = (await ask('POST', '/v1/sessions', { body })) as Session
      session.set(opened)
      return opened
    },
    async logout() {
      try {
        if (session.get()) await send('DELETE', '/v1/sessions/current')
      } finally {
        session.set(null)
      }
    },
    async redeem(invitation) {
      await send('POST', '/v1/invitations/redeem', { body: invitation })
    },
    kinds: async () => ((await ask('GET', '/v1/kinds')) as { items: Kind[] }).items,
    list: async (kind, query, signal) => (await ask('GET', withQuery(kind.path, query), { signal })) as Page,
    async get(kind, id, signal) {
      try {
        return (await ask('GET', `${kind.path}/${encodeURIComponent(id)}`, { signal })) as Row
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null
        throw error
      }
    },
    async perform(action, id, input) {
      const path = action.path.replace('{id}', encodeURIComponent(id ?? ''))
      const body = action.method === 'DELETE' && Object.keys(input).length === 0 ? undefined : input
      const answer = (await ask(action.method, path, { body })) as Row | null
      if (action.long) return { task: answer as Task }
      const revealed = action.reveals?.map(({ name, title }) => ({ title, value: String(answer?.[name]) }))
      return { resource: answer ?? undefined, revealed }
    },
    bulk: async (kind, body, key) =>
      (await ask('POST', `${kind.path}/bulk`, { body, headers: { 'idempotency-key': key } })) as BulkAnswer,
    csv: async (path, query) => (await send('GET', withQuery(path, query), { headers: { accept: 'text/csv' } })).blob(),
    importCsv: async (kind, file, dryRun, key) =>
      (await ask('POST', withQuery(`${kind.path}/import`, { dryRun: dryRun ? 'true' : undefined }), {
        csv: file,
        headers: { 'idempotency-key': key },
      })) as ImportAnswer,
    async events(cursor, signal) {
      const headers: Record<string, string> = cursor ? { 'last-event-id': cursor } : {}
      const { body } = await send('GET', '/v1/events', { headers, signal })
      if (!body) throw new TypeError('network: the event stream has no body')
      return body
    },
    async consoleUrl(vm, kind) {
      const { path } = (await ask('POST', `/v1/vms/${vm}/console`, { body: { kind } })) as { path: string }
      const url = new URL(path, window.location.href)
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
      return url.href
    },
    consoleLog: async (vm) => (await ask('GET', `/v1/vms/${vm}/console-log`)) as { text: string; truncated?: boolean },
    uploadImage: (image, file, onProgress, signal) =>
      upload({ path: `/v1/images/${image}/content`, file, onProgress, signal }),
    deletion: async (kind, id, signal) =>
      (await ask('GET', `${kind.path}/${encodeURIComponent(id)}/deletion`, { signal })) as Deletion,
    settingPreview: async (template) =>
      ((await ask('GET', `/v1/setting-templates/${template}/preview`)) as { items: SettingDifference[] }).items,
    registrationToken: async (host) =>
      (await ask('POST', `/v1/hosts/${host}/registration-token`)) as { token: string; expiresAt: string },
  }
}
