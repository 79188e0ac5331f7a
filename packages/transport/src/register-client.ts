import { createHash, X509Certificate } from 'node:crypto'
import { request as httpsRequest } from 'node:https'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { REGISTER_PATH, type RegisterResponse, ROTATE_PATH } from '@basalt/contracts'
import { createSigningRequest, type Identity, parseRegistrationToken } from '@basalt/pki'
import { isRecord, TransportError, transportError } from './errors.ts'
import { errorOfAnswer, readJsonAnswer } from './http-answer.ts'
import { type TlsOptions, tlsOptionsOf } from './tls-options.ts'

/** A host's id and what it needs to connect. */
export interface Registered {
  readonly hostId: string
  readonly identity: Identity
}

export interface RegisterOptions {
  /** Base URL of the control plane, `https://host:port` (or `wss:`). */
  readonly url: string
  readonly token: string
  readonly hostname: string
  /** Longest wait for each of the two connections. Default 15,000. */
  readonly timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 15_000

/**
 * Registers this host. The token names the authority to trust: the first connection only fetches the server's certificate chain and
 * sends nothing; the second trusts that authority alone, and only then the token's secret goes out.
 * @throws TransportError CONTROL_PLANE_NOT_PINNED, REGISTRATION_FAILED, or the control plane's own code; PkiError TOKEN_INVALID
 */
export async function registerHost(options: RegisterOptions): Promise<Registered> {
  const { url, token, hostname, timeoutMs } = options
  const { keyPem, csrPem } = await createSigningRequest()
  const { answer, caPem } = await postPinned({ url, path: REGISTER_PATH, token, timeoutMs, body: { csrPem, hostname } })
  const response = checkRegistration(answer)
  return { hostId: response.host, identity: { keyPem, certificatePem: response.certificatePem, caPem } }
}

export interface PinnedRequest {
  /** Base URL of the control plane. */
  url: string
  path: string
  /** A one-time token; it goes out with the body, to the authority that it names and to nobody else. */
  token: string
  body: Record<string, unknown>
  timeoutMs?: number
}

/**
 * Sends a token to the control plane that issued it.
 * @returns the answer, and the authority's certificate
 * @throws TransportError CONTROL_PLANE_NOT_PINNED, REGISTRATION_FAILED, or the control plane's own code; PkiError TOKEN_INVALID
 */
export async function postPinned(request: PinnedRequest): Promise<{ answer: unknown; caPem: string }> {
  const { url, path, token, body, timeoutMs = DEFAULT_TIMEOUT_MS } = request
  const { authorityFingerprint } = parseRegistrationToken(token)
  const caPem = await fetchPinnedAuthority(new URL(url), authorityFingerprint, timeoutMs)
  return { answer: await post(new URL(path, url), { token, ...body }, { ca: caPem }, timeoutMs), caPem }
}

/** Has a new key certified while the present certificate is still good. Save the identity, then give it to the connection. */
export async function rotateIdentity(
  url: string,
  identity: Identity,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<Identity> {
  const { keyPem, csrPem } = await createSigningRequest()
  const response = checkRegistration(
    await post(new URL(ROTATE_PATH, url), { csrPem }, tlsOptionsOf(identity), timeoutMs),
  )
  return { keyPem, certificatePem: response.certificatePem, caPem: identity.caPem }
}

async function fetchPinnedAuthority({ hostname, port }: URL, fingerprint: string, timeoutMs: number): Promise<string> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  // Nothing is sent over this connection, and nothing it says is believed but a certificate with the right fingerprint.
  const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false, timeout: timeoutMs })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve)
      socket.once('error', reject)
      socket.once('timeout', () => reject(new Error(`No answer within ${timeoutMs} ms.`)))
    })
    const pinned = findInChain(socket.getPeerCertificate(true), fingerprint)
    if (pinned !== undefined) return pinned
  } catch (cause) {
    throw unreachable(cause)
  } finally {
    socket.destroy()
  }
  throw transportError('CONTROL_PLANE_NOT_PINNED', 'This is not the control plane that issued the token.', {
    remedy: 'Check the address; or ask for a new token there. Somebody may be listening in.',
  })
}

function findInChain(leaf: DetailedPeerCertificate, fingerprint: string): string | undefined {
  const seen = new Set<DetailedPeerCertificate>()
  // The root's issuer is itself.
  for (let current = leaf; current?.raw !== undefined && !seen.has(current); current = current.issuerCertificate) {
    seen.add(current)
    if (createHash('sha256').update(current.raw).digest('hex') !== fingerprint) continue
    return new X509Certificate(current.raw).toString()
  }
  return undefined
}

function post(
  url: URL,
  body: unknown,
  tls: Partial<TlsOptions> & Pick<TlsOptions, 'ca'>,
  timeoutMs: number,
): Promise<unknown> {
  const json = JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      { protocol: 'https:', hostname: url.hostname, port: url.port || 443, path: url.pathname, method: 'POST', ...tls },
      (response) => {
        readJsonAnswer(response)
          .then((answer) => resolve(checkAnswer(response.statusCode ?? 0, answer)))
          .catch(reject)
      },
    )
    request.setHeader('content-type', 'application/json')
    request.setTimeout(timeoutMs, () => request.destroy(new Error(`No answer within ${timeoutMs} ms.`)))
    request.once('error', (cause) => reject(unreachable(cause)))
    request.end(json)
  })
}

function checkAnswer(status: number, answer: unknown): unknown {
  if (status >= 200 && status < 300) return answer
  throw new TransportError(errorOfAnswer(status, answer, 'REGISTRATION_FAILED'))
}

function checkRegistration(answer: unknown): RegisterResponse {
  const { host, certificatePem, caPem } = isRecord(answer) ? answer : {}
  if (typeof host === 'string' && typeof certificatePem === 'string')
    return { host, certificatePem, caPem: String(caPem) }
  throw new TransportError(errorOfAnswer(200, answer, 'REGISTRATION_FAILED'))
}

function unreachable(cause: unknown): TransportError {
  const message = `The control plane does not answer: ${(cause as Error).message}`
  const remedy = 'Check its address, its certificate and the network in between.'
  return transportError('REGISTRATION_FAILED', message, { remedy, cause })
}
