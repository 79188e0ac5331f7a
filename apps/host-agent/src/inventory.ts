import { readFile } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import type { HostInventory } from '@basalt/contracts'
import { connectLibvirt } from '@basalt/libvirt'
import manifest from '../package.json' with { type: 'json' }
import { output } from './command.ts'
import type { AgentConfig } from './config.ts'
import { readSwitchFacts, type SwitchFacts } from './open-vswitch.ts'
import type { VirtualizationChoice } from './virtualization.ts'

/** Version of this agent. */
export const AGENT_VERSION = manifest.version

const LIBVIRT_TIMEOUT_MS = 5_000

/** The kernel's id of this boot of the host. */
export async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}

/**
 * What this host is, looked up anew. Parts that do not answer are left out: the heartbeat tells of them. Without Open vSwitch the
 * chassis is the host's name.
 */
export async function takeInventory(config: AgentConfig, choice: VirtualizationChoice): Promise<HostInventory> {
  const absent = () => undefined
  const [hypervisor, ovs, ovn] = await Promise.all([
    hypervisorVersions(config.libvirtSocket).catch(absent),
    readSwitchFacts(config.openVswitchSocket, config.bridge).catch(absent),
    ovnVersion().catch(absent),
  ])
  const processors = cpus()
  return {
    hostname: config.name,
    architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
    cpu: { model: processors[0]?.model.trim() ?? 'unknown', count: processors.length },
    memoryBytes: totalmem(),
    kernel: release(),
    virtualization: choice.virtualization,
    virtualizationReason: choice.reason,
    versions: { agent: AGENT_VERSION, ...hypervisor, openvswitch: ovs?.version, ovn },
    network: networkOf(config, ovs),
  }
}

function networkOf(config: AgentConfig, ovs: SwitchFacts | undefined): HostInventory['network'] {
  return {
    chassis: config.chassis ?? ovs?.chassis ?? config.name,
    tunnelAddress: ovs?.tunnelAddress,
    datapath: ovs?.datapath ?? 'kernel',
  }
}

async function hypervisorVersions(socketPath: string): Promise<{ qemu: string; libvirt: string }> {
  const client = await connectLibvirt({ socketPath, callTimeoutMs: LIBVIRT_TIMEOUT_MS })
  try {
    const [qemu, libvirt] = await Promise.all([client.host.hypervisorVersion(), client.host.libvirtVersion()])
    return { qemu: dotted(qemu), libvirt: dotted(libvirt) }
  } finally {
    client.close()
  }
}

/** libvirt counts major * 1 000 000 + minor * 1 000 + release. */
function dotted(version: number): string {
  return [Math.floor(version / 1_000_000), Math.floor(version / 1_000) % 1_000, version % 1_000].join('.')
}

/** The first line reads `ovn-controller 23.03.1`. */
async function ovnVersion(): Promise<string | undefined> {
  return /^ovn-controller (\S+)/.exec(await output('ovn-controller', ['--version']))?.[1]
}
