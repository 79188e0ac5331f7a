import { defineResource, f } from '@basalt/resource'

export const cluster = defineResource('cluster', {
  doc: 'A group of like hosts on one fabric.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  fields: {
    fabric: f.ref('fabric', { immutable: true, follows: true }),
    architecture: f.choice(['x86_64', 'aarch64'], { immutable: true, default: 'x86_64' }),
    cpuOvercommit: f.integer({ default: 4, minimum: 1, maximum: 64, doc: 'Virtual CPUs given out for each core.' }),
    reservedMemoryBytes: f.bytes({
      default: 512 * 1024 * 1024,
      doc: 'Memory of each host that is kept for the host itself.',
    }),
  },
  actions: {
    create: {
      doc: 'Add a cluster.',
      input: ['name', 'description', 'zone', 'fabric', 'architecture', 'cpuOvercommit', 'reservedMemoryBytes'],
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    delete: { doc: 'Remove a cluster without hosts and pools.', danger: true },
  },
  columns: ['name', 'zone', 'fabric', 'architecture'],
})
