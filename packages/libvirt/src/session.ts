import { DEFAULT_CALL_TIMEOUT_MS, noArguments, noResult } from './calls.ts'
import { type Connection, type ConnectionHandlers, type ConnectionOptions, openConnection } from './connection.ts'
import { LibvirtError } from './errors.ts'

/** Well-known socket of libvirtd, and of virtproxyd where the modular daemons run. */
export const DEFAULT_SOCKET_PATH = '/run/libvirt/libvirt-sock'

/** Oldest libvirt supported, as libvirt counts: major * 1 000 000 + minor * 1 000 + release. */
const OLDEST_VERSION = 7_000_000

/** Kinds of authentication (`remote_auth_type`). */
const AUTH_TYPE = { none: 0, sasl: 1, polkit: 2 } as const

/** Feature number that asks the daemon for keepalive (`VIR_DRV_FEATURE_PROGRAM_KEEPALIVE`). */
const FEATURE_KEEPALIVE = 10

/** Settings of a session. */
export interface SessionOptions extends Omit<ConnectionOptions, 'socketPath'> {
  /** Path of the daemon's unix socket. Default {@link DEFAULT_SOCKET_PATH}. */
  socketPath?: string
  /** Which driver to open. Default `qemu:///system`. */
  uri?: string
}

/**
 * Connects, authenticates, opens the driver and checks the version.
 * @throws LibvirtError `LIBVIRT_CONNECT_FAILED`, `LIBVIRT_AUTH_UNSUPPORTED`, `LIBVIRT_TOO_OLD`, or what libvirt says.
 */
export async function openSession(options: SessionOptions, handlers: ConnectionHandlers): Promise<Connection> {
  const { socketPath = DEFAULT_SOCKET_PATH, callTimeoutMs = DEFAULT_CALL_TIMEOUT_MS } = options
  const connection = await openConnection({ ...options, socketPath, callTimeoutMs }, handlers)
  try {
    await authenticate(connection)
    await connection.call(
      'connectOpen',
      (w) => w.optional(options.uri ?? 'qemu:///system', (uri) => w.string(uri)).uint32(0),
      noResult,
    )
    await checkVersion(connection)
    if (options.keepalive) await askForKeepalive(connection)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

async function authenticate(connection: Connection): Promise<void> {
  const offered = await connection.call('authList', noArguments, (r) => r.array(() => r.int32()))
  if (offered.length === 0 || offered.includes(AUTH_TYPE.none)) return
  if (!offered.includes(AUTH_TYPE.polkit)) {
    throw new LibvirtError('LIBVIRT_AUTH_UNSUPPORTED', 'libvirt asks for SASL: set auth_unix_rw to none or polkit')
  }
  await connection.call('authPolkit', noArguments, (r) => r.int32())
}

async function checkVersion(connection: Connection): Promise<void> {
  const version = await connection.call('connectGetLibVersion', noArguments, (r) => r.uint64AsNumber())
  if (version < OLDEST_VERSION) {
    const [found, oldest] = [formatVersion(version), formatVersion(OLDEST_VERSION)]
    throw new LibvirtError('LIBVIRT_TOO_OLD', `libvirt ${found} is too old: ${oldest} or newer is needed`)
  }
}

/** The daemon pings only those who ask whether it can. */
async function askForKeepalive(connection: Connection): Promise<void> {
  await connection.call(
    'connectSupportsFeature',
    (w) => w.int32(FEATURE_KEEPALIVE),
    (r) => r.int32(),
  )
}

/** Version in libvirt's counting as text: 9000000 is `9.0.0`. */
export function formatVersion(version: number): string {
  return [Math.floor(version / 1_000_000), Math.floor(version / 1_000) % 1_000, version % 1_000].join('.')
}
