import { defineResource, f } from '@basalt/resource'

export const network = defineResource('network', {
  doc: 'A private network: one overlay switch with one IPv4 subnet, addresses by DHCP.',
  ownership: 'account',
  locality: 'zone',
  audience: 'tenant',
  fields: {
    cidr: f.cidr({ immutable: true, doc: 'Its subnet, e.g. 10.0.0.0/24. Networks of different accounts may overlap.' }),
    gateway: f.ipv4({
      immutable: true,
      optional: true,
      doc: 'Gateway address, not given to guests; the first address of the subnet when absent.',
    }),
    ranges: f.list(f.object({ from: f.ipv4(), to: f.ipv4() }), {
      maxItems: 16,
      default: [],
      doc: 'Addresses to give out; the whole subnet when empty.',
    }),
    dnsServers: f.list(f.ipv4(), { maxItems: 3, default: [], doc: 'Name servers that guests are told of.' }),
    mtu: f.integer({
      immutable: true,
      default: 1400,
      minimum: 576,
      maximum: 8900,
      unit: 'B',
      doc: 'Largest packet; tunnels take 58 bytes of the wire’s.',
    }),
    fabric: f.ref('fabric', { readonly: true, follows: true, audience: 'operator' }),
    tunnelKey: f.integer({ readonly: true, audience: 'operator', doc: 'Geneve key (VNI).' }),
    state: f.state(['creating', 'ready', 'recovering', 'deleting', 'failed']),
  },
  actions: {
    create: {
      doc: 'Make a network.',
      input: ['name', 'description', 'zone', 'cidr', 'gateway', 'ranges', 'dnsServers', 'mtu'],
      via: 'creating',
      to: 'ready',
      long: true,
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    recover: {
      doc: 'Look what there is of it, and bring it to a state that is true; from any state that no task works on.',
      via: 'recovering',
      reaches: ['ready', 'deleted'],
      long: true,
    },
    delete: {
      doc: 'Remove a network without NICs.',
      from: ['ready', 'failed'],
      via: 'deleting',
      long: true,
      danger: true,
    },
  },
  unique: [['fabric', 'tunnelKey']],
  columns: ['name', 'state', 'cidr', 'gateway', 'createdAt'],
  failedStates: ['failed'],
  usableStates: ['ready'],
  shareable: true,
  transfer: {},
  quota: { networks: 1 },
})

export interface NetworkRow {
  id: string
  name: string
  account: string
  zone: string
  cidr: string
  gateway: string
  ranges: { from: string; to: string }[]
  dnsServers: string[]
  mtu: number
  fabric: string
  tunnelKey: number
  state: string
}
