import { MAX_HOSTS } from './addresses.ts'
import { LabError } from './errors.ts'

/** A host to make: its name, and the chassis id when that is not the name. */
export interface HostSpec {
  name: string
  chassisId?: string
}

/** Names that nodes and directories of the lab itself have. */
const RESERVED_NAMES = ['fabric', 'central', 'external', 'cache']
const NAME = /^[a-z][a-z0-9-]{0,30}$/
const CHASSIS_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** sun_path holds 108 bytes; the longest socket of a lab is libvirt's, below the host's name. */
const MAX_SOCKET_PATH_BYTES = 107
const LONGEST_SOCKET = '/run/libvirt/virtlockd-admin-sock'

/** Nodes hide these behind their own: a lab in there could not see itself. */
const HIDDEN_DIRECTORIES = [
  '/run',
  '/sys',
  '/proc',
  '/etc/libvirt',
  '/etc/openvswitch',
  '/etc/ovn',
  '/var/run',
  '/var/lib/libvirt',
  '/var/lib/openvswitch',
  '/var/lib/ovn',
  '/var/log',
  '/var/cache/libvirt',
]

/** @throws LabError LAB_NAME_INVALID, LAB_STATE_DIR_INVALID */
export function validateLabPlace(name: string, stateDir: string): void {
  validateName('lab', name)
  if (HIDDEN_DIRECTORIES.some((hidden) => stateDir === hidden || stateDir.startsWith(`${hidden}/`))) {
    throw new LabError('LAB_STATE_DIR_INVALID', `A lab cannot live in ${stateDir}: its hosts have their own there.`, {
      remedy: 'Choose a state directory elsewhere, for example below /var/lib/basalt.',
    })
  }
}

/** Turns a number of hosts, or a list, into a list of valid hosts with different names. */
export function hostSpecs(hosts: number | HostSpec[], directory: string): HostSpec[] {
  const specs = typeof hosts === 'number' ? namedHosts(hosts) : hosts
  if (specs.length > MAX_HOSTS) throw new LabError('LAB_USAGE', `A lab has at most ${MAX_HOSTS} hosts.`)
  for (const [position, spec] of specs.entries()) {
    validateHost(spec, directory)
    if (specs.findIndex((each) => each.name === spec.name) !== position) {
      throw new LabError('LAB_HOST_EXISTS', `Two hosts are called ${spec.name}.`)
    }
  }
  return specs
}

/** @throws LabError when the host's name, chassis id or its paths would not do */
export function validateHost(spec: HostSpec, directory: string): void {
  validateName('host', spec.name)
  validateChassisId(spec.chassisId ?? spec.name)
  if (Buffer.byteLength(`${directory}/${spec.name}${LONGEST_SOCKET}`) > MAX_SOCKET_PATH_BYTES) {
    throw new LabError('LAB_STATE_DIR_INVALID', `The path of host ${spec.name} is too long for unix sockets.`, {
      remedy: 'Choose a shorter state directory, lab name or host name.',
    })
  }
}

/** @throws LabError LAB_NAME_INVALID */
export function validateChassisId(chassisId: string): void {
  if (!CHASSIS_ID.test(chassisId)) throw new LabError('LAB_NAME_INVALID', `${chassisId} is no valid chassis id.`)
}

function namedHosts(count: number): HostSpec[] {
  if (!Number.isInteger(count) || count < 0) throw new LabError('LAB_USAGE', 'The number of hosts must be 0 or more.')
  return Array.from({ length: Math.min(count, MAX_HOSTS + 1) }, (_, position) => ({ name: `host${position + 1}` }))
}

function validateName(kind: string, name: string): void {
  if (NAME.test(name) && !RESERVED_NAMES.includes(name)) return
  throw new LabError('LAB_NAME_INVALID', `"${name}" cannot be the name of a ${kind}.`, {
    remedy: `Use a-z, 0-9 and "-", at most 31, a letter first; not ${RESERVED_NAMES.join(', ')}.`,
  })
}
