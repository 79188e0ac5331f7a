import { XMLParser } from 'fast-xml-parser'
import { LibvirtError } from './errors.ts'

/** A serial port as the XML of a running domain shows it. */
export interface SerialPort {
  /** Kind of back end: `pty`, `unix`, `file` ... */
  readonly type: string
  /** Path of the pseudo terminal or socket; only while running. */
  readonly path: string | undefined
  /** File that keeps everything the guest writes. */
  readonly logFile: string | undefined
  /** Alias to open it by; only while running. */
  readonly alias: string | undefined
}

/** A graphical display as the XML of a running domain shows it. */
export interface Graphics {
  /** `vnc` or `spice`, among others. */
  readonly type: string
  /** Address it listens on; undefined with a unix socket. */
  readonly listen: string | undefined
  /** TCP port; undefined with a unix socket, or while shut off with automatic ports. */
  readonly port: number | undefined
  /** TCP port of VNC over WebSocket. */
  readonly webSocketPort: number | undefined
  /** Path of the unix socket. */
  readonly socketPath: string | undefined
}

/** A NIC as the XML of a running domain shows it. */
export interface Interface {
  readonly type: string
  readonly mac: string | undefined
  /** Name of the tap device on the host; only while running. */
  readonly device: string | undefined
  /** Open vSwitch's interface id, when it is plugged into one. */
  readonly interfaceId: string | undefined
  readonly alias: string | undefined
}

/** A disk as the XML of a domain shows it. */
export interface Disk {
  readonly type: string
  /** `disk`, `cdrom`, `floppy` or `lun`. */
  readonly device: string
  /** Target such as `vda`. */
  readonly target: string | undefined
  /** Path, device or network name of the source; undefined for an empty drive. */
  readonly source: string | undefined
  readonly alias: string | undefined
}

/** The parts of a domain's XML that are needed to talk to the running guest. */
export interface DomainDevices {
  readonly name: string
  readonly uuid: string | undefined
  readonly serialPorts: readonly SerialPort[]
  readonly graphics: readonly Graphics[]
  readonly interfaces: readonly Interface[]
  readonly disks: readonly Disk[]
  /** Whether the guest agent is connected; undefined without an agent channel, or while shut off. */
  readonly agentConnected: boolean | undefined
}

/** An element as the parser gives it: attributes begin with `@`. */
interface Element {
  readonly [name: string]: Element | readonly Element[] | string | undefined
}

const AGENT_CHANNEL = 'org.qemu.guest_agent.0'

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
})

/**
 * Reads what libvirt says of a domain's devices. Give it the XML of the running domain.
 * @throws LibvirtError `LIBVIRT_BAD_ARGUMENT` when it is not the XML of a domain.
 */
export function parseDomainDevices(xml: string): DomainDevices {
  const domain = child(parse(xml), 'domain')
  const name = domain && text(domain, 'name')
  if (!domain || !name) throw new LibvirtError('LIBVIRT_BAD_ARGUMENT', 'Not the XML of a domain')
  const devices = child(domain, 'devices') ?? {}
  return {
    name,
    uuid: text(domain, 'uuid'),
    serialPorts: children(devices, 'serial').map(serialPort),
    graphics: children(devices, 'graphics').map(graphics),
    interfaces: children(devices, 'interface').map(networkInterface),
    disks: children(devices, 'disk').map(disk),
    agentConnected: agentConnected(children(devices, 'channel')),
  }
}

function parse(xml: string): Element {
  // libvirt never writes a document type: refusing it keeps entity tricks out.
  if (xml.includes('<!DOCTYPE')) throw new LibvirtError('LIBVIRT_BAD_ARGUMENT', 'Domain XML has a document type')
  try {
    return parser.parse(xml, true) as Element
  } catch (cause) {
    throw new LibvirtError('LIBVIRT_BAD_ARGUMENT', 'Domain XML is not well-formed', { cause })
  }
}

function serialPort(element: Element): SerialPort {
  return {
    type: attribute(element, 'type') ?? 'unknown',
    path: attribute(child(element, 'source'), 'path'),
    logFile: attribute(child(element, 'log'), 'file'),
    alias: aliasOf(element),
  }
}

function graphics(element: Element): Graphics {
  const listen = children(element, 'listen')[0]
  return {
    type: attribute(element, 'type') ?? 'unknown',
    listen: attribute(listen, 'address') ?? attribute(element, 'listen'),
    port: portNumber(attribute(element, 'port')),
    webSocketPort: portNumber(attribute(element, 'websocket')),
    socketPath: attribute(listen, 'socket') ?? attribute(element, 'socket'),
  }
}

function networkInterface(element: Element): Interface {
  return {
    type: attribute(element, 'type') ?? 'unknown',
    mac: attribute(child(element, 'mac'), 'address'),
    device: attribute(child(element, 'target'), 'dev'),
    interfaceId: attribute(child(child(element, 'virtualport'), 'parameters'), 'interfaceid'),
    alias: aliasOf(element),
  }
}

function disk(element: Element): Disk {
  const source = child(element, 'source')
  return {
    type: attribute(element, 'type') ?? 'unknown',
    device: attribute(element, 'device') ?? 'disk',
    target: attribute(child(element, 'target'), 'dev'),
    source: attribute(source, 'file') ?? attribute(source, 'dev') ?? attribute(source, 'name'),
    alias: aliasOf(element),
  }
}

function agentConnected(channels: readonly Element[]): boolean | undefined {
  const targets = channels.map((channel) => child(channel, 'target'))
  const state = attribute(
    targets.find((target) => attribute(target, 'name') === AGENT_CHANNEL),
    'state',
  )
  return state === undefined ? undefined : state === 'connected'
}

/** libvirt writes -1 for a port it has not chosen yet. */
function portNumber(value: string | undefined): number | undefined {
  const port = Number(value)
  return Number.isInteger(port) && port > 0 ? port : undefined
}

function aliasOf(element: Element): string | undefined {
  return attribute(child(element, 'alias'), 'name')
}

function attribute(element: Element | undefined, name: string): string | undefined {
  const value = element?.[`@${name}`]
  return typeof value === 'string' ? value : undefined
}

function text(element: Element, name: string): string | undefined {
  const value = element[name]
  return typeof value === 'string' ? value : undefined
}

function child(element: Element | undefined, name: string): Element | undefined {
  return element && children(element, name)[0]
}

/** The elements of a name: none, one or several. An element without attributes and children is parsed as a string. */
function children(element: Element, name: string): readonly Element[] {
  const value = element[name]
  if (value === undefined) return []
  const list = (Array.isArray(value) ? value : [value]) as readonly (Element | string)[]
  return list.map((item) => (typeof item === 'string' ? {} : item))
}
