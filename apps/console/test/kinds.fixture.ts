/** Kinds as the server derives them, made from small definitions. */
import { defineResource, f, type Kind, kindOf } from '@basalt/resource'

const network = defineResource('network', {
  doc: 'A private network.',
  ownership: 'account',
  locality: 'zone',
  audience: 'tenant',
  fields: { cidr: f.cidr({ immutable: true }), state: f.state(['creating', 'ready', 'failed']) },
  actions: {
    create: { doc: 'Make a network.', input: ['name', 'zone', 'cidr'], via: 'creating', to: 'ready', long: true },
  },
  columns: ['name', 'state', 'cidr'],
  failedStates: ['failed'],
})

const zone = defineResource('zone', {
  doc: 'A region.',
  ownership: 'platform',
  locality: 'global',
  audience: 'tenant',
  fields: {},
  actions: { create: { doc: 'Open a zone.', input: ['name'] } },
  columns: ['name'],
})

const vm = defineResource('vm', {
  doc: 'A virtual machine.',
  ownership: 'account',
  locality: 'zone',
  audience: 'tenant',
  fields: {
    vcpus: f.integer({ readonly: true }),
    memoryBytes: f.bytes({ minimum: 64 * 2 ** 20, maximum: 2 ** 40 }),
    hostname: f.text({ optional: true, maxLength: 63 }),
    lastHost: f.uuid({ optional: true }),
    state: f.state(['creating', 'starting', 'running', 'stopped', 'failed']),
  },
  actions: {
    create: {
      doc: 'Create a VM.',
      input: ['name', 'description', 'zone', 'memoryBytes', 'hostname'],
      with: {
        networks: f.list(f.object({ network: f.ref('network'), address: f.ipv4({ optional: true }) })),
      },
      via: 'creating',
      to: 'running',
      long: true,
    },
    delete: { doc: 'Delete it.', danger: true },
    update: { doc: 'Change it.', input: ['name', 'description', 'hostname', 'lastHost'] },
    start: { doc: 'Start it.', from: ['stopped', 'failed'], via: 'starting', to: 'running', long: true },
  },
  columns: ['name', 'state', 'vcpus', 'memoryBytes'],
  failedStates: ['failed'],
})

const plugin = defineResource('lightbulb', {
  doc: 'Something that nobody foresaw.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {},
  actions: {},
  columns: ['name'],
})

/** What `/v1/kinds` would serve for them. */
export const kinds: readonly Kind[] = [vm, network, zone, plugin].map((resource, _, all) =>
  kindOf(resource, 'operator', all),
)
export const kindNamed = (name: string): Kind => {
  const found = kinds.find(({ kind }) => kind === name)
  if (!found) throw new TypeError(`there is no kind ${name}`)
  return found
}
