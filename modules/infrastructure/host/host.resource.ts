import { defineResource, f } from '@basalt/resource'

export const host = defineResource('host', {
  doc: 'A Linux machine that runs guests.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  fields: {
    cluster: f.ref('cluster', { immutable: true, follows: true }),
    state: f.state(['registering', 'up', 'down', 'abandoning']),
    enabled: f.boolean({ readonly: true, doc: 'Takes new guests.' }),
    hostname: f.text({ readonly: true }),
    chassis: f.text({ readonly: true, doc: 'Name of its OVN chassis.' }),
    tunnelAddress: f.text({ readonly: true }),
    virtualization: f.choice(['kvm', 'tcg', 'simulated', 'unknown'], { readonly: true, doc: 'How guests run.' }),
    virtualizationReason: f.text({ readonly: true, doc: 'Why they run that way.' }),
    cpuModel: f.text({ readonly: true }),
    cpuCount: f.integer({ readonly: true }),
    memoryBytes: f.bytes({ readonly: true }),
    vcpuCapacity: f.integer({ readonly: true, doc: 'Virtual CPUs it may give out.' }),
    memoryCapacityBytes: f.bytes({ readonly: true, doc: 'Memory it may give out.' }),
    vcpusReserved: f.integer({ readonly: true }),
    memoryReservedBytes: f.bytes({ readonly: true }),
    agentVersion: f.text({ readonly: true }),
    node: f.text({ readonly: true, doc: 'Control-plane node that its agent is, or was last, connected to.' }),
    versions: f.object({}, { readonly: true, doc: 'Versions of what runs there.' }),
    tokenHash: f.text({ readonly: true, secret: true, optional: true }),
    tokenKeyHash: f.text({ readonly: true, secret: true, optional: true }),
    tokenExpiresAt: f.timestamp({ readonly: true, secret: true, optional: true }),
  },
  actions: {
    create: {
      doc: 'Announce a host; then issue a token and register its agent with it.',
      input: ['name', 'description', 'zone', 'cluster'],
      to: 'registering',
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    enable: { doc: 'Let it take new guests.' },
    disable: { doc: 'Let it take no new guests; those it runs go on.' },
    recover: {
      doc: 'Take over what its agent tells, or that it is not here.',
      reaches: ['registering', 'up', 'down'],
      long: true,
    },
    abandon: {
      doc: 'Give up a host that is lost for ever: VMs whose disks were only there are failed, others can start elsewhere.',
      from: ['registering', 'down'],
      via: 'abandoning',
      reaches: ['deleted'],
      long: true,
      danger: true,
    },
    delete: {
      doc: 'Remove a host that has no VMs and no disks; its agent is refused from then on.',
      from: ['registering', 'up', 'down'],
      danger: true,
    },
  },
  permits: { issueToken: { doc: 'Make the token with which an agent registers.' } },
  columns: ['name', 'state', 'enabled', 'hostname', 'virtualization', 'vcpusReserved', 'memoryReservedBytes'],
  indexed: ['state'],
})

export interface HostRow {
  id: string
  name: string
  zone: string
  cluster: string
  state: 'registering' | 'up' | 'down' | 'abandoning'
  enabled: boolean
  node: string
  chassis: string
  tokenHash: string | null
  tokenKeyHash: string | null
  tokenExpiresAt: string | null
  vcpuCapacity: number
  memoryCapacityBytes: number
  vcpusReserved: number
  memoryReservedBytes: number
}
