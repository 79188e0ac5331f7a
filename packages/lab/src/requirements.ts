import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'

/** What the machine lacks for a lab; nothing when all lists are empty. */
export interface Requirements {
  ok: boolean
  /** Debian packages to install. */
  missingPackages: string[]
  /** What no package mends, in words. */
  problems: string[]
  /** A command or a sentence that helps; empty when nothing is missing. */
  remedy: string
}

/** A program or file the lab uses, and the Debian package that brings it. */
const NEEDS: Record<string, string[]> = {
  'util-linux': ['unshare', 'nsenter', 'mount', 'umount'],
  iproute2: ['ip'],
  ethtool: ['ethtool'],
  procps: ['sysctl'],
  hostname: ['hostname'],
  'openvswitch-switch': ['ovs-vswitchd'],
  'openvswitch-common': ['ovs-dpctl', 'ovsdb-tool', 'ovsdb-server', 'ovs-vsctl'],
  'ovn-central': ['ovn-northd', '/usr/share/ovn/ovn-nb.ovsschema'],
  'ovn-common': ['ovn-nbctl', 'ovn-sbctl'],
  'ovn-host': ['ovn-controller'],
  'libvirt-daemon-system': ['/etc/libvirt', '/var/lib/libvirt'],
  'libvirt-daemon': ['libvirtd'],
  'libvirt-daemon-driver-qemu': [],
  'libvirt-clients': ['virsh'],
  'qemu-system-x86': ['qemu-system-x86_64'],
  'qemu-utils': ['qemu-img'],
}

const PROGRAM_DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Looks whether this machine can carry a lab: Linux, root, programs. Changes nothing. */
export function checkRequirements(): Requirements {
  const problems: string[] = []
  if (process.platform !== 'linux') problems.push('A lab needs Linux: it is made of namespaces.')
  else if (process.getuid?.() !== 0) problems.push('A lab needs root: it makes namespaces and network interfaces.')
  // Both Open vSwitch's userspace datapath and QEMU's network cards are tap devices.
  else if (!existsSync('/dev/net/tun')) problems.push('A lab needs /dev/net/tun: load the kernel module tun.')
  const missingPackages = Object.entries(NEEDS)
    .filter(([, needed]) => !needed.every(isPresent))
    .map(([name]) => name)
  return {
    ok: problems.length === 0 && missingPackages.length === 0,
    missingPackages,
    problems,
    remedy: remedyFor(missingPackages, problems),
  }
}

function remedyFor(missingPackages: string[], problems: string[]): string {
  const lines = problems.length > 0 ? ['Use a Linux machine, as root, with the module tun (modprobe tun).'] : []
  if (missingPackages.length > 0) {
    lines.push(`apt-get install --no-install-recommends ${missingPackages.join(' ')}`)
  }
  return lines.join('\n')
}

function isPresent(need: string): boolean {
  if (need.startsWith('/')) return existsSync(need)
  return PROGRAM_DIRECTORIES.some((directory) => isExecutable(join(directory, need)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Absent or not executable: either way not usable, and the answer is all that is asked for.
    return false
  }
}
