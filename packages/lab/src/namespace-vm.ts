import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandOutput } from './command.ts'
import type { LabHost } from './host.ts'

/** What a stand-in for a VM is: a network namespace on a host behind a port of the integration bridge. */
export interface NamespaceVmSpec {
  /** The namespace's name; with `vm-` before it the interface's, so at most 12 characters. */
  name: string
  /** The OVN logical switch port (`iface-id`). */
  logicalPort: string
  mac: string
}

/** A stand-in for a VM: network only, made in a fraction of a second. */
export interface NamespaceVm {
  readonly interfaceName: string
  exec(command: string, args?: readonly string[]): Promise<CommandOutput>
  /** Gets its address, routes and MTU by DHCP, as a guest would. @returns the IPv4 address */
  requestLease(): Promise<string>
  /** Whether an address answers at least one of `attempts` echo requests, one a second. */
  pings(address: string, attempts?: number): Promise<boolean>
  unplug(): Promise<void>
}

/** What udhcpc calls with what it was given, in its environment. */
const LEASE_SCRIPT = `#!/bin/sh
[ "$1" = bound ] || exit 0
ip address replace "$ip/$mask" dev "$interface"
ip link set "$interface" mtu "\${mtu:-1400}"
[ -z "$router" ] || ip route replace default via "\${router%% *}"
`

/** Makes a stand-in for a VM on a host and plugs it into OVN. */
export async function plugNamespaceVm(host: LabHost, spec: NamespaceVmSpec): Promise<NamespaceVm> {
  const interfaceName = `vm-${spec.name}`
  const exec = (command: string, args: readonly string[] = []) =>
    host.exec('ip', ['netns', 'exec', spec.name, command, ...args])
  await host.exec('ip', ['netns', 'add', spec.name])
  await host.exec('ovs-vsctl', [
    ...['add-port', 'br-int', interfaceName, '--', 'set', 'Interface', interfaceName, 'type=internal'],
    ...[`mac="${spec.mac}"`, `external_ids:iface-id="${spec.logicalPort}"`],
  ])
  await host.exec('ip', ['link', 'set', interfaceName, 'netns', spec.name])
  await exec('ip', ['link', 'set', 'lo', 'up'])
  await exec('ip', ['link', 'set', interfaceName, 'address', spec.mac, 'up'])
  // The userspace datapath hands on packets without the checksum that a real card would fill in.
  await exec('ethtool', ['-K', interfaceName, 'tx', 'off'])
  return {
    interfaceName,
    exec,
    async requestLease() {
      const script = join(host.paths.data, 'lease.sh')
      writeFileSync(script, LEASE_SCRIPT, { mode: 0o755 })
      await exec('busybox', ['udhcpc', '-n', '-q', '-t', '20', '-T', '1', '-i', interfaceName, '-s', script])
      const { stdout } = await exec('ip', ['-json', '-4', 'address', 'show', 'dev', interfaceName])
      return (JSON.parse(stdout) as { addr_info: { local: string }[] }[])[0]?.addr_info[0]?.local ?? ''
    },
    pings: (address, attempts = 1) => answers(exec, address, attempts),
    async unplug() {
      await host.exec('ovs-vsctl', ['--if-exists', 'del-port', 'br-int', interfaceName])
      await host.exec('ip', ['netns', 'delete', spec.name])
    },
  }
}

async function answers(exec: NamespaceVm['exec'], address: string, attempts: number): Promise<boolean> {
  const ping = ['-c', String(attempts), '-W', '1', '-w', String(attempts + 1), '-q', address]
  // ping fails when nothing answers: the shell turns that into a word, so that other failures stay failures.
  const { stdout } = await exec('sh', [
    '-c',
    'if busybox ping "$@" >/dev/null 2>&1; then echo yes; fi',
    'ping',
    ...ping,
  ])
  return stdout.trim() === 'yes'
}
