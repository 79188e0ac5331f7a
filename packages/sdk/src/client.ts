/** The client: one typed method for each action of each kind, and what goes beyond them. */
import type { Duplex } from 'node:stream'
import { type SigningKey, signedHeaders } from '@basalt/signature'
import { type ConsoleKind, type ConsoleTicket, consoleTicket, openConsole } from './consoles.ts'
import { SdkError } from './errors.ts'
import { type EventFilter, followEvents, type ResourceEvent } from './events.ts'
import { type Kinds, paths, resourceClients, type Task } from './generated.ts'
import { createHttp, type Http, type HttpOptions } from './http.ts'
import { createNodeTransport } from './node-transport.ts'
import { type Credentials, login, logout, type Me, type OpenSession } from './session.ts'
import { type TaskLike, type TaskWaitOptions, waitForTask } from './tasks.ts'
import { fetchTrusted } from './trust.ts'
import { type UploadOptions, uploadImage } from './upload.ts'
import { type WaitOptions, waitForRow } from './wait.ts'

export interface ConnectOptions extends Pick<HttpOptions, 'onRequest' | 'timeoutMs'> {
  /** Where the API is, e.g. `https://cloud.example:8443`. */
  url: string | URL
  /** Log in with these; the client logs in again when the session has expired. */
  username?: string
  password?: string
  /** Or go on with the token of a session. */
  token?: string
  /** Or sign each request with an access key. */
  accessKey?: SigningKey
  /** PEM certificate of the authority to trust. */
  ca?: string
  /** Or its SHA-256 fingerprint: the server is asked for the certificate, which is then trusted. */
  fingerprint?: string
}

export interface WaitForOptions extends WaitOptions {
  /** Also return, with the last version seen, when it is deleted. */
  orGone?: boolean
}

type Generated = ReturnType<typeof resourceClients>

/** A connection to a cloud. */
export interface Cloud extends Generated {
  readonly http: Http
  tasks: Generated['tasks'] & {
    /** The task when it succeeded; throws `TaskFailed` otherwise. Takes the call that starts it, too. */
    wait(task: TaskLike, options?: TaskWaitOptions): Promise<Task>
  }
  consoles: {
    /** The bytes of a running VM's serial line or screen. */
    open(vm: string, kind: ConsoleKind): Promise<Duplex>
    /** A one-time path for a WebSocket of one's own. */
    ticket(vm: string, kind: ConsoleKind): Promise<ConsoleTicket>
  }
  /** Changes as they happen, of one kind (typed) or several. */
  events<K extends keyof Kinds>(filter: EventFilter & { kinds: readonly [K] }): AsyncIterable<ResourceEvent<Kinds[K]>>
  events(filter?: EventFilter): AsyncIterable<ResourceEvent>
  /** The first version of the resource for which the predicate holds. */
  waitFor<K extends keyof Kinds>(
    kind: K,
    id: string,
    predicate: (row: Kinds[K]) => boolean,
    options?: WaitForOptions,
  ): Promise<Kinds[K] | undefined>
  /** Send the file of an image that was created without a URL. */
  uploadImage(id: string, source: string | AsyncIterable<Uint8Array>, options?: UploadOptions): Promise<void>
  me(): Promise<Me>
  /** Log in as somebody; later calls are theirs. */
  login(credentials: Credentials): Promise<OpenSession>
  /** End the session on the server. */
  logout(): Promise<void>
  /** Close idle connections, so that the process can end at once. */
  close(): void
}

function urlOf(text: string | URL): URL {
  const url = URL.canParse(String(text)) ? new URL(text) : undefined
  if (url && ['http:', 'https:'].includes(url.protocol)) return url
  throw new SdkError('BAD_OPTIONS', `"${text}" is not a URL.`, {
    remedy: 'Give one such as https://cloud.example:8443.',
  })
}

/** Connects, and logs in when a password is given. */
export async function connect(options: ConnectOptions): Promise<Cloud> {
  const url = urlOf(options.url)
  const ca = options.fingerprint ? await fetchTrusted(url, options.fingerprint) : options.ca
  const { username, password } = options
  const credentials = username !== undefined && password !== undefined ? { username, password } : undefined
  const cloud = createCloud({ ...options, url, ca, credentials })
  if (credentials && options.token === undefined) await cloud.login(credentials)
  return cloud
}

interface CloudOptions extends Pick<ConnectOptions, 'token' | 'accessKey' | 'onRequest' | 'timeoutMs'> {
  url: URL
  ca?: string
  credentials?: Credentials
}

function createCloud(options: CloudOptions): Cloud {
  const { url, ca, onRequest, timeoutMs } = options
  const transport = createNodeTransport({ ca })
  const anonymous = createHttp({ url, transport, onRequest, timeoutMs })
  let { credentials, token, accessKey } = options

  async function open(as: Credentials): Promise<OpenSession> {
    const opened = await login(anonymous, as)
    token = opened.token
    accessKey = undefined
    return opened
  }

  const http = createHttp({
    url,
    transport,
    onRequest,
    timeoutMs,
    authorize(request) {
      if (accessKey) return signedHeaders(accessKey, request)
      return token ? { ...request.headers, authorization: `Bearer ${token}` } : request.headers
    },
    renew: async () => credentials !== undefined && Boolean(await open(credentials)),
  })
  const clients = resourceClients(http)
  return {
    ...clients,
    http,
    tasks: { ...clients.tasks, wait: (task, wait) => waitForTask(http, task, wait) },
    consoles: {
      open: (vm, kind) => openConsole(http, vm, kind, ca),
      ticket: (vm, kind) => consoleTicket(http, vm, kind),
    },
    events: (filter?: EventFilter) => followEvents<never>(http, filter),
    waitFor: (kind, id, predicate, wait) => waitForRow(http, { kind, path: paths[kind], id, predicate, ...wait }),
    uploadImage: (id, source, upload) => uploadImage(http, id, source, upload),
    me: () => http.call('GET', '/v1/me'),
    async login(as) {
      const opened = await open(as)
      credentials = as
      return opened
    },
    async logout() {
      await logout(http)
      token = credentials = undefined
    },
    close: () => transport.close(),
  }
}
