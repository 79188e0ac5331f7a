import type { DomainSpec, NicSpec } from '@basalt/contracts'
import { element, type Xml } from './xml.ts'

/** Namespace of the element that marks a domain as ours. */
export const OWNER_NAMESPACE = 'urn:basalt:hypervisor:1'

/** How guests run on this host. */
export interface HostProfile {
  virtualization: 'kvm' | 'tcg'
  /** The Open vSwitch bridge that OVN integrates, usually `br-int`. */
  bridge: string
  datapath: 'kernel' | 'userspace'
  /** Absolute path of the QEMU binary; libvirt's own choice when absent. */
  emulator?: string | undefined
}

/** A disk with its place on the host. */
export interface ResolvedDisk {
  volume: string
  index: number
  path: string
  format: 'qcow2'
  /** `none` bypasses the page cache; it needs a file system that allows O_DIRECT. */
  cache: 'none' | 'writeback'
}

/** What {@link domainXml} takes besides the host's profile. */
export interface DomainParts {
  spec: DomainSpec
  disks: readonly ResolvedDisk[]
  /** Raw image of the NoCloud seed. */
  seedPath: string
  consoleLogPath: string
}

/** Root ports beyond those the domain starts with: as many disks and NICs can be plugged in while it runs. */
const SPARE_PORTS = 8
/** Devices besides disks and NICs that take a root port: seed, serial controller, balloon, random numbers, tablet. */
const FIXED_PORTS = 5
/** The 26th disk letter is the seed's. */
const SEED_TARGET = 'vdz'
const MAX_DISKS = 25
/** In every CPU feature set that current distributions ask for (x86-64-v2), and complete under emulation. */
const EMULATED_CPU_MODEL = 'Nehalem'

/**
 * The libvirt domain of a VM (https://libvirt.org/formatdomain.html). Name and UUID are the VM's id; the guest powers
 * off for good when it asks to, restarts when it asks to, and stays down after a crash: the control plane decides.
 * @throws RangeError for more disks than there are places
 */
export function domainXml(parts: DomainParts, host: HostProfile): string {
  const { spec } = parts
  if (parts.disks.length > MAX_DISKS) throw new RangeError(`a domain takes at most ${MAX_DISKS} disks`)
  return element('domain', { type: host.virtualization === 'kvm' ? 'kvm' : 'qemu' }, [
    element('name', {}, spec.vm),
    element('uuid', {}, spec.vm),
    // libvirt refuses line breaks in a title.
    element('title', {}, spec.title.replace(/[\r\n]+/g, ' ')),
    element('metadata', {}, [element('basalt:guest', { 'xmlns:basalt': OWNER_NAMESPACE, vm: spec.vm })]),
    element('memory', { unit: 'b' }, spec.memoryBytes),
    element('vcpu', {}, spec.vcpus),
    element('os', {}, [element('type', { arch: 'x86_64', machine: 'q35' }, 'hvm')]),
    element('features', {}, [element('acpi'), element('apic')]),
    cpu(host),
    clock(host),
    element('on_poweroff', {}, 'destroy'),
    element('on_reboot', {}, 'restart'),
    element('on_crash', {}, 'destroy'),
    devices(parts, host),
  ]).xml
}

function cpu(host: HostProfile): Xml {
  if (host.virtualization === 'kvm') return element('cpu', { mode: 'host-passthrough', check: 'none' })
  return element('cpu', { mode: 'custom', match: 'exact', check: 'none' }, [
    element('model', { fallback: 'forbid' }, EMULATED_CPU_MODEL),
  ])
}

function clock(host: HostProfile): Xml {
  if (host.virtualization === 'tcg') return element('clock', { offset: 'utc' })
  return element('clock', { offset: 'utc' }, [
    element('timer', { name: 'rtc', tickpolicy: 'catchup' }),
    element('timer', { name: 'pit', tickpolicy: 'delay' }),
    element('timer', { name: 'hpet', present: 'no' }),
  ])
}

function devices({ spec, disks, seedPath, consoleLogPath }: DomainParts, host: HostProfile): Xml {
  const ports = disks.length + spec.nics.length + FIXED_PORTS + SPARE_PORTS
  const inOrder = [...disks].sort((a, b) => a.index - b.index)
  return element('devices', {}, [
    host.emulator === undefined ? undefined : element('emulator', {}, host.emulator),
    element('controller', { type: 'pci', model: 'pcie-root' }),
    ...Array.from({ length: ports }, () => element('controller', { type: 'pci', model: 'pcie-root-port' })),
    element('controller', { type: 'usb', model: 'none' }),
    ...inOrder.map(disk),
    seedDisk(seedPath),
    ...spec.nics.map((nic) => networkInterface(nic, host)),
    element('serial', { type: 'pty' }, [
      // With append, the log can be cut while QEMU writes: it goes on at the new end.
      element('log', { file: consoleLogPath, append: 'on' }),
      element('target', { port: 0 }),
    ]),
    element('console', { type: 'pty' }, [element('target', { type: 'serial', port: 0 })]),
    element('channel', { type: 'unix' }, [element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })]),
    element('input', { type: 'tablet', bus: 'virtio' }),
    // libvirt puts the socket into a directory that only QEMU's user and root may enter.
    element('graphics', { type: 'vnc' }, [element('listen', { type: 'socket' })]),
    element('video', {}, [element('model', { type: 'vga', vram: 16384 })]),
    element('memballoon', { model: 'virtio' }, [element('stats', { period: 10 })]),
    element('rng', { model: 'virtio' }, [element('backend', { model: 'random' }, '/dev/urandom')]),
  ])
}

function disk(resolved: ResolvedDisk, position: number): Xml {
  return element('disk', { type: 'file', device: 'disk' }, [
    element('driver', { name: 'qemu', type: resolved.format, cache: resolved.cache, discard: 'unmap' }),
    element('source', { file: resolved.path }),
    element('target', { dev: `vd${String.fromCharCode(0x61 + position)}`, bus: 'virtio' }),
    // The guest sees it as the disk's serial number, of which virtio carries 20 characters.
    element('serial', {}, resolved.volume.replaceAll('-', '').slice(0, 20)),
    position === 0 ? element('boot', { order: 1 }) : undefined,
  ])
}

function seedDisk(path: string): Xml {
  return element('disk', { type: 'file', device: 'disk' }, [
    element('driver', { name: 'qemu', type: 'raw' }),
    element('source', { file: path }),
    element('target', { dev: SEED_TARGET, bus: 'virtio' }),
    element('readonly'),
  ])
}

function networkInterface(nic: NicSpec, host: HostProfile): Xml {
  return element('interface', { type: 'bridge' }, [
    element('mac', { address: nic.mac }),
    element('source', { bridge: host.bridge }),
    element('virtualport', { type: 'openvswitch' }, [element('parameters', { interfaceid: nic.nic })]),
    element('model', { type: 'virtio' }),
    host.datapath === 'userspace' ? withoutOffload() : undefined,
    element('mtu', { size: nic.mtu }),
    // Guests boot from disk: the NIC's boot ROM would only cost time.
    element('rom', { enabled: 'no' }),
  ])
}

/** The userspace datapath does not complete checksums that a guest leaves to the card. */
function withoutOffload(): Xml {
  const segmentation = { tso4: 'off', tso6: 'off', ecn: 'off', ufo: 'off' }
  return element('driver', { name: 'qemu' }, [
    element('host', { csum: 'off', gso: 'off', ...segmentation }),
    element('guest', { csum: 'off', ...segmentation }),
  ])
}
