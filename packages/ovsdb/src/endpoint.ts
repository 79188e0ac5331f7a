import net from 'node:net'
import tls from 'node:tls'
import { OvsdbError, type OvsdbErrorCode } from './errors.ts'

/** Where a server listens. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp' | 'ssl'; readonly host: string; readonly port: number }

/** Keys and certificates for `ssl:` endpoints, in PEM. */
export interface TlsMaterial {
  /** Certificates that may sign the server's. */
  readonly ca: string
  readonly cert: string
  readonly key: string
  /** Name to expect in the server's certificate; its host by default. */
  readonly serverName?: string
  /**
   * `chain` accepts any certificate that `ca` signed, as Open vSwitch's own tools do: its usual certificates carry no
   * host name. `name` (the default) also compares the name.
   */
  readonly verify?: 'name' | 'chain'
}

/**
 * Reads Open vSwitch's notation of an active connection: `unix:/path`, `tcp:host:port`, `ssl:host:port`, an IPv6
 * address in brackets; the port is 6640 when absent.
 *
 * @throws {OvsdbError} `invalid value`
 */
export function parseEndpoint(text: string): Endpoint {
  const [, kind, rest = ''] = /^(unix|tcp|ssl):(.+)$/.exec(text) ?? []
  if (kind === 'unix') return { kind, path: rest }
  const [, bracketed, plain, port = '6640'] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(rest) ?? []
  const host = bracketed ?? plain
  if ((kind !== 'tcp' && kind !== 'ssl') || host === undefined || Number(port) > 65_535) {
    throw new OvsdbError('invalid value', `${JSON.stringify(text)} is not unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT`)
  }
  return { kind, host, port: Number(port) }
}

/** The endpoint in Open vSwitch's notation. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  return `${endpoint.kind}:${host}:${endpoint.port}`
}

function begin(endpoint: Endpoint, material: TlsMaterial | undefined): { socket: net.Socket; readyEvent: string } {
  if (endpoint.kind === 'unix') return { socket: net.connect({ path: endpoint.path }), readyEvent: 'connect' }
  const { host, port } = endpoint
  if (endpoint.kind === 'tcp') return { socket: net.connect({ host, port, noDelay: true }), readyEvent: 'connect' }
  if (material === undefined) throw new OvsdbError('invalid value', `${formatEndpoint(endpoint)} needs TLS material`)
  const { ca, cert, key, verify = 'name' } = material
  const expectedName = material.serverName ?? host
  const socket = tls.connect({
    host,
    port,
    ca,
    cert,
    key,
    // SNI must not be an address (RFC 6066, section 3).
    ...(net.isIP(expectedName) === 0 ? { servername: expectedName } : {}),
    checkServerIdentity: (_, certificate) =>
      verify === 'chain' ? undefined : tls.checkServerIdentity(expectedName, certificate),
  })
  socket.setNoDelay(true)
  return { socket, readyEvent: 'secureConnect' }
}

/** Settings of {@link openSocket}. */
export interface OpenSocketOptions {
  readonly timeoutMs: number
  readonly tls?: TlsMaterial
  /** Gives up at once, with `closed`. */
  readonly signal?: AbortSignal
}

/**
 * Opens a socket, TLS handshake included. The caller owns it, and must listen to its `error` event.
 *
 * @throws {OvsdbError} `disconnected` with the cause, `deadline exceeded`, or `closed`
 */
export function openSocket(endpoint: Endpoint, { timeoutMs, tls, signal }: OpenSocketOptions): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const { socket, readyEvent } = begin(endpoint, tls)
    const name = formatEndpoint(endpoint)
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      settle()
    }
    const fail = (code: OvsdbErrorCode, details: string, cause?: unknown): void =>
      finish(() => {
        socket.destroy()
        reject(new OvsdbError(code, details, { cause }))
      })
    const onError = (cause: Error): void => fail('disconnected', `cannot connect to ${name}: ${cause.message}`, cause)
    const onAbort = (): void => fail('closed', 'the client was closed')
    const timer = setTimeout(() => fail('deadline exceeded', `no connection to ${name} in ${timeoutMs} ms`), timeoutMs)
    signal?.addEventListener('abort', onAbort)
    socket.on('error', onError)
    socket.once(readyEvent, () =>
      finish(() => {
        socket.off('error', onError)
        resolve(socket)
      }),
    )
  })
}
