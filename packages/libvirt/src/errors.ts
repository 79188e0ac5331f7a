import type { XdrReader } from './xdr.ts'

/**
 * Names of libvirt's error numbers (`virErrorNumber` in virterror.h, without the `VIR_ERR_`/`VIR_WAR_` prefix); the
 * position in the list is the number on the wire.
 */
const ERROR_NAMES = [
  ...['OK', 'INTERNAL_ERROR', 'NO_MEMORY', 'NO_SUPPORT', 'UNKNOWN_HOST', 'NO_CONNECT', 'INVALID_CONN'],
  ...['INVALID_DOMAIN', 'INVALID_ARG', 'OPERATION_FAILED', 'GET_FAILED', 'POST_FAILED', 'HTTP_ERROR', 'SEXPR_SERIAL'],
  ...['NO_XEN', 'XEN_CALL', 'OS_TYPE', 'NO_KERNEL', 'NO_ROOT', 'NO_SOURCE', 'NO_TARGET', 'NO_NAME', 'NO_OS'],
  ...['NO_DEVICE', 'NO_XENSTORE', 'DRIVER_FULL', 'CALL_FAILED', 'XML_ERROR', 'DOM_EXIST', 'OPERATION_DENIED'],
  ...['OPEN_FAILED', 'READ_FAILED', 'PARSE_FAILED', 'CONF_SYNTAX', 'WRITE_FAILED', 'XML_DETAIL', 'INVALID_NETWORK'],
  ...['NETWORK_EXIST', 'SYSTEM_ERROR', 'RPC', 'GNUTLS_ERROR', 'WAR_NO_NETWORK', 'NO_DOMAIN', 'NO_NETWORK'],
  ...['INVALID_MAC', 'AUTH_FAILED', 'INVALID_STORAGE_POOL', 'INVALID_STORAGE_VOL', 'WAR_NO_STORAGE'],
  ...['NO_STORAGE_POOL', 'NO_STORAGE_VOL', 'WAR_NO_NODE', 'INVALID_NODE_DEVICE', 'NO_NODE_DEVICE'],
  ...['NO_SECURITY_MODEL', 'OPERATION_INVALID', 'WAR_NO_INTERFACE', 'NO_INTERFACE', 'INVALID_INTERFACE'],
  ...['MULTIPLE_INTERFACES', 'WAR_NO_NWFILTER', 'INVALID_NWFILTER', 'NO_NWFILTER', 'BUILD_FIREWALL'],
  ...['WAR_NO_SECRET', 'INVALID_SECRET', 'NO_SECRET', 'CONFIG_UNSUPPORTED', 'OPERATION_TIMEOUT'],
  ...['MIGRATE_PERSIST_FAILED', 'HOOK_SCRIPT_FAILED', 'INVALID_DOMAIN_SNAPSHOT', 'NO_DOMAIN_SNAPSHOT'],
  ...['INVALID_STREAM', 'ARGUMENT_UNSUPPORTED', 'STORAGE_PROBE_FAILED', 'STORAGE_POOL_BUILT'],
  ...['SNAPSHOT_REVERT_RISKY', 'OPERATION_ABORTED', 'AUTH_CANCELLED', 'NO_DOMAIN_METADATA', 'MIGRATE_UNSAFE'],
  ...['OVERFLOW', 'BLOCK_COPY_ACTIVE', 'OPERATION_UNSUPPORTED', 'SSH', 'AGENT_UNRESPONSIVE', 'RESOURCE_BUSY'],
  ...['ACCESS_DENIED', 'DBUS_SERVICE', 'STORAGE_VOL_EXIST', 'CPU_INCOMPATIBLE', 'XML_INVALID_SCHEMA'],
  ...['MIGRATE_FINISH_OK', 'AUTH_UNAVAILABLE', 'NO_SERVER', 'NO_CLIENT', 'AGENT_UNSYNCED', 'LIBSSH'],
  ...['DEVICE_MISSING', 'INVALID_NWFILTER_BINDING', 'NO_NWFILTER_BINDING', 'INVALID_DOMAIN_CHECKPOINT'],
  ...['NO_DOMAIN_CHECKPOINT', 'NO_DOMAIN_BACKUP', 'INVALID_NETWORK_PORT', 'NETWORK_PORT_EXIST', 'NO_NETWORK_PORT'],
  ...['NO_HOSTNAME', 'CHECKPOINT_INCONSISTENT', 'MULTIPLE_DOMAINS'],
] as const

/** Names of libvirt's error domains (`virErrorDomain`, without `VIR_FROM_`), by their number. */
const ERROR_DOMAINS = [
  ...['NONE', 'XEN', 'XEND', 'XENSTORE', 'SEXPR', 'XML', 'DOM', 'RPC', 'PROXY', 'CONF', 'QEMU', 'NET', 'TEST'],
  ...['REMOTE', 'OPENVZ', 'XENXM', 'STATS_LINUX', 'LXC', 'STORAGE', 'NETWORK', 'DOMAIN', 'UML', 'NODEDEV'],
  ...['XEN_INOTIFY', 'SECURITY', 'VBOX', 'INTERFACE', 'ONE', 'ESX', 'PHYP', 'SECRET', 'CPU', 'XENAPI', 'NWFILTER'],
  ...['HOOK', 'DOMAIN_SNAPSHOT', 'AUDIT', 'SYSINFO', 'STREAMS', 'VMWARE', 'EVENT', 'LIBXL', 'LOCKING', 'HYPERV'],
  ...['CAPABILITIES', 'URI', 'AUTH', 'DBUS', 'PARALLELS', 'DEVICE', 'SSH', 'LOCKSPACE', 'INITCTL', 'IDENTITY'],
  ...['CGROUP', 'ACCESS', 'SYSTEMD', 'BHYVE', 'CRYPTO', 'FIREWALL', 'POLKIT', 'THREAD', 'ADMIN', 'LOGGING'],
  ...['XENXL', 'PERF', 'LIBSSH', 'RESCTRL', 'FIREWALLD', 'DOMAIN_CHECKPOINT', 'TPM', 'BPF', 'CH'],
] as const

/**
 * Codes of failures of the client itself, next to which every error of libvirt has the code `LIBVIRT_` + its name:
 * - `LIBVIRT_CONNECT_FAILED`: the socket could not be reached (cause: the system error);
 * - `LIBVIRT_DISCONNECTED`: the connection ended while the call was under way: its outcome is unknown;
 * - `LIBVIRT_CALL_TIMEOUT`: no answer before the call's deadline: its outcome is unknown;
 * - `LIBVIRT_CLOSED`: the caller closed the client;
 * - `LIBVIRT_PROTOCOL`: the peer sent what the protocol does not allow; the connection has been ended;
 * - `LIBVIRT_TOO_OLD`: the daemon is older than the oldest version supported;
 * - `LIBVIRT_AUTH_UNSUPPORTED`: the daemon asks for an authentication this client does not have;
 * - `LIBVIRT_BAD_ARGUMENT`: an argument cannot be sent;
 * - `LIBVIRT_UNKNOWN_ERROR`: libvirt answered with an error number newer than this client (see `errorNumber`).
 */
export type ClientErrorCode =
  | 'LIBVIRT_CONNECT_FAILED'
  | 'LIBVIRT_DISCONNECTED'
  | 'LIBVIRT_CALL_TIMEOUT'
  | 'LIBVIRT_CLOSED'
  | 'LIBVIRT_PROTOCOL'
  | 'LIBVIRT_TOO_OLD'
  | 'LIBVIRT_AUTH_UNSUPPORTED'
  | 'LIBVIRT_BAD_ARGUMENT'
  | 'LIBVIRT_UNKNOWN_ERROR'

/** Every stable code a {@link LibvirtError} can carry. */
export type LibvirtErrorCode = ClientErrorCode | `LIBVIRT_${(typeof ERROR_NAMES)[number]}`

/** Names of the part of libvirt an error comes from, such as `QEMU` or `XML`. */
export type LibvirtErrorDomain = (typeof ERROR_DOMAINS)[number] | 'UNKNOWN'

/** The one error class of this package: tell cases apart by `code`, never by `message`. */
export class LibvirtError extends Error {
  /** Stable code, see {@link LibvirtErrorCode}. */
  readonly code: LibvirtErrorCode
  /** The number libvirt sent (`virErrorNumber`); undefined for failures of the client itself. */
  readonly errorNumber: number | undefined
  /** The part of libvirt that failed; undefined for failures of the client itself. */
  readonly domain: LibvirtErrorDomain | undefined

  constructor(
    code: LibvirtErrorCode,
    message: string,
    details: { cause?: unknown; errorNumber?: number; domain?: LibvirtErrorDomain } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'LibvirtError'
    this.code = code
    this.errorNumber = details.errorNumber
    this.domain = details.domain
  }
}

/** Whether `error` is a {@link LibvirtError} with one of `codes` (with any code when none is given). */
export function isLibvirtError(error: unknown, ...codes: LibvirtErrorCode[]): error is LibvirtError {
  return error instanceof LibvirtError && (codes.length === 0 || codes.includes(error.code))
}

/** Reads the body of an error reply (`virNetMessageError` in virnetprotocol.x). */
export function readLibvirtError(reader: XdrReader): LibvirtError {
  const errorNumber = reader.int32()
  const domain = ERROR_DOMAINS[reader.int32()] ?? 'UNKNOWN'
  const message = reader.optional(() => reader.string())
  reader.int32() // level
  reader.optional(() => skipObject(reader, true))
  for (let i = 0; i < 3; i++) reader.optional(() => reader.string())
  reader.int32()
  reader.int32()
  reader.optional(() => skipObject(reader, false))
  const name = ERROR_NAMES[errorNumber]
  return new LibvirtError(name ? `LIBVIRT_${name}` : 'LIBVIRT_UNKNOWN_ERROR', message ?? 'libvirt gave no message', {
    errorNumber,
    domain,
  })
}

function skipObject(reader: XdrReader, hasId: boolean): void {
  reader.string()
  reader.fixedOpaque(16)
  if (hasId) reader.int32()
}

/** The error for a message that has no place in the protocol. */
export function unexpectedMessage(message: { program: number; type: number; procedure: number; status: number }) {
  const { program, type, procedure, status } = message
  const where = `program 0x${program.toString(16)}, procedure ${procedure}, type ${type}, status ${status}`
  return new LibvirtError('LIBVIRT_PROTOCOL', `Unexpected message received: ${where}`)
}
