import { defineResource, f } from '@basalt/resource'

export const nic = defineResource('nic', {
  doc: 'A network card: a port on a network with its own MAC and IP address.',
  ownership: 'account',
  locality: 'zone',
  audience: 'tenant',
  fields: {
    network: f.ref('network', { readonly: true }),
    vm: f.ref('vm', { readonly: true, optional: true, weak: true }),
    mac: f.mac({ readonly: true }),
    address: f.ipv4({ readonly: true }),
    deleteWithVm: f.boolean({ readonly: true, doc: 'Goes when its VM goes.' }),
    index: f.integer({ readonly: true, doc: '0 is the default NIC of the VM.' }),
    tunnelKey: f.integer({ readonly: true, audience: 'operator' }),
  },
  actions: {},
  unique: [
    ['network', 'address'],
    ['network', 'mac'],
    ['network', 'tunnelKey'],
  ],
  columns: ['address', 'mac', 'network', 'vm'],
  indexed: ['address', 'mac'],
  carriedBy: { vm: 'vm' },
})

export interface NicRow {
  id: string
  account: string
  zone: string
  network: string
  vm: string | null
  mac: string
  address: string
  deleteWithVm: boolean
  index: number
  tunnelKey: number
}
