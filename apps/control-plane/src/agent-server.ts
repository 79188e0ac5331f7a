/** The agents' own TLS port: registration, certificate rotation, images, and the hub's WebSockets. */
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { pipeline } from 'node:stream/promises'
import {
  IMAGE_PATH,
  REGISTER_PATH,
  type RegisterRequest,
  ROTATE_PATH,
  type RotateRequest,
  type WireError,
} from '@basalt/contracts'
import { imageFile } from '@basalt/image'
import type { Registration } from '@basalt/infrastructure'
import { type Log, type NodeLease, PLATFORM, Problem, type Store } from '@basalt/kernel'
import type { Authority, IssuedIdentity } from '@basalt/pki'
import { isUuid } from '@basalt/resource'
import { type AgentHub, type Authorize, authenticate, register, rotate } from '@basalt/transport'
import { z } from 'zod'
import { limitHandshakes } from './handshakes.ts'
import { JOIN_PATH, type Joining } from './nodes/join.ts'

const MAX_BODY_BYTES = 64 * 1024
const RENEW_TICKETS_MS = 60_000

const registerBody = z.strictObject({
  token: z.string().max(512),
  csrPem: z.string().max(16_384),
  hostname: z.string().max(253),
})
const joinBody = z.strictObject({ token: z.string().max(512), node: z.string().regex(/^[a-z0-9-]{1,63}$/) })
const rotateBody = z.strictObject({ csrPem: z.string().max(16_384) })

export interface AgentServerDeps {
  store: Store
  hub: AgentHub
  authority: Authority
  identity: IssuedIdentity
  registration: Registration
  /** What a node that joins is handed. */
  admitNode: Joining['admit']
  log: Log
}

/** Every host that is still in the database may connect. */
export const authorizeKnownHosts =
  (store: Store): Authorize =>
  async ({ hostId }) => {
    const known = isUuid(hostId) && (await store.get('host', hostId, PLATFORM))
    return known
      ? undefined
      : {
          code: 'HOST_UNKNOWN',
          message: 'This host was removed from the cloud.',
          remedy: 'Add it again and register it with a new token.',
        }
  }

/** The same, as long as this node may act at all. */
export const authorizeAgents =
  (lease: NodeLease, store: Store): Authorize =>
  async (peer) =>
    lease.isHeld()
      ? authorizeKnownHosts(store)(peer)
      : {
          code: 'NODE_WITHOUT_LEASE',
          message: 'This control-plane node has lost its lease.',
          remedy: 'Connect to another node, or try again in a moment.',
        }

class BadRequest extends Error {
  readonly code = 'REQUEST_INVALID'
}

async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new BadRequest('The body is too large.')
    chunks.push(chunk)
  }
  try {
    return schema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch (cause) {
    throw new BadRequest('The body is not what this address takes.', { cause })
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy()
  const { code = 'INTERNAL', message, remedy } = error as { code?: string; message: string; remedy?: string }
  const body: WireError = {
    code,
    message: code === 'INTERNAL' ? 'Something went wrong.' : message,
    ...(remedy ? { remedy } : {}),
  }
  if (error instanceof Problem && error.retryAfterSeconds) response.setHeader('retry-after', error.retryAfterSeconds)
  send(response, error instanceof Problem ? error.status : code === 'INTERNAL' ? 500 : 403, body)
}

function rangeStart(header: string | undefined, sizeBytes: number): number {
  const start = Number(/^bytes=(\d{1,15})-$/.exec(header ?? '')?.[1] ?? 0)
  return Math.min(start, sizeBytes)
}

async function sendImage(store: Store, id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = isUuid(id) ? await imageFile(store, id) : null
  if (!file) return send(response, 404, { code: 'IMAGE_GONE', message: 'There is no such image.' })
  const start = rangeStart(request.headers.range, file.sizeBytes)
  const last = file.sizeBytes - 1
  if (start > last) return void response.writeHead(416, { 'content-range': `bytes */${file.sizeBytes}` }).end()
  response.writeHead(request.headers.range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': file.sizeBytes - start,
    ...(request.headers.range ? { 'content-range': `bytes ${start}-${last}/${file.sizeBytes}` } : {}),
  })
  await pipeline(createReadStream(file.path, { start }), response)
}

/** A host that was here within a day, at whichever node, need not prove again who it is; its certificate still has to be good. */
const SESSION_SECONDS = 86_400

/** All nodes have the same, so that a host which lost one is known to the next. */
const ticketKeysOf = (authority: Authority): Buffer =>
  authority.deriveSecret(`session tickets of day ${Math.floor(Date.now() / 1000 / SESSION_SECONDS)}`, 48)

/** Tickets of the day before are worth nothing from then on. */
function renewTicketKeys(server: Server, authority: Authority): void {
  const timer = setInterval(() => server.setTicketKeys(ticketKeysOf(authority)), RENEW_TICKETS_MS)
  timer.unref()
  server.once('close', () => clearInterval(timer))
}

const HANDSHAKE_MS = 10_000

export function createAgentServer(deps: AgentServerDeps): Server {
  const { store, hub, authority, identity, registration, admitNode, log } = deps
  const authorize = authorizeKnownHosts(store)
  const onIssued = async (host: string, { serial, notAfter }: { serial: string; notAfter: Date }): Promise<void> =>
    log.info('issued a host certificate', { host, serial, notAfter: notAfter.toISOString() })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'https://control-plane')
    if (request.method === 'POST' && pathname === REGISTER_PATH) {
      const body: RegisterRequest = await readJson(request, registerBody)
      return send(
        response,
        200,
        await register(body, { authority, onIssued, spendToken: (use) => registration.spend(use) }),
      )
    }
    if (request.method === 'POST' && pathname === JOIN_PATH) {
      const body = await readJson(request, joinBody)
      const answer = await admitNode(body, request.socket.remoteAddress ?? '')
      log.info('a control-plane node joins', { node: body.node, address: request.socket.remoteAddress })
      return send(response, 200, answer)
    }
    if (request.method === 'POST' && pathname === ROTATE_PATH) {
      const body: RotateRequest = await readJson(request, rotateBody)
      return send(response, 200, await rotate(body, request, { authority, onIssued, authorize }))
    }
    if (request.method === 'GET' && pathname.startsWith(IMAGE_PATH)) {
      await authenticate(request, authorize)
      return sendImage(store, pathname.slice(IMAGE_PATH.length), request, response)
    }
    send(response, 404, { code: 'NO_SUCH_ROUTE', message: 'There is nothing here.' })
  }

  const server = createServer(
    {
      key: identity.keyPem,
      cert: identity.chainPem,
      ca: authority.certificatePem,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      handshakeTimeout: HANDSHAKE_MS,
      ticketKeys: ticketKeysOf(authority),
      sessionIdContext: 'basalt-agents',
      sessionTimeout: SESSION_SECONDS,
    },
    (request, response) => {
      serve(request, response).catch((error: unknown) => {
        if (!(error as { code?: string }).code)
          log.error('an agent request failed', { path: request.url, error: String(error) })
        refuse(response, error)
      })
    },
  )
  renewTicketKeys(server, authority)
  limitHandshakes(server)
  hub.attach(server)
  return server
}
