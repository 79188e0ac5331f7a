import { defineResource, f } from '@basalt/resource'

export const fabric = defineResource('fabric', {
  doc: 'One virtual network system: the OVN whose tunnels join the hosts of its clusters.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  fields: {
    driver: f.choice(['ovn', 'simulated'], { immutable: true, doc: 'What carries the virtual networks.' }),
    northbound: f.text({
      immutable: true,
      default: '',
      maxLength: 512,
      pattern: /^$|^(unix:\/[\w./+@-]+|(tcp|ssl):[\w.:[\]-]+)(,(unix:\/[\w./+@-]+|(tcp|ssl):[\w.:[\]-]+))*$/,
      rule: 'addresses of the OVN northbound database, such as tcp:10.0.0.1:6641 or unix:/run/ovn/ovnnb_db.sock, separated by commas',
      doc: 'Where the northbound database answers.',
    }),
    firstTunnelKey: f.integer({
      default: 1,
      minimum: 1,
      maximum: 16_777_214,
      doc: 'Lowest network key (VNI) to give out.',
    }),
    lastTunnelKey: f.integer({ default: 16_777_214, minimum: 1, maximum: 16_777_214, doc: 'Highest one.' }),
  },
  actions: {
    create: {
      doc: 'Add a fabric; its database must answer.',
      input: ['name', 'description', 'zone', 'driver', 'northbound', 'firstTunnelKey', 'lastTunnelKey'],
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    delete: { doc: 'Remove a fabric without clusters and networks.', danger: true },
  },
  columns: ['name', 'zone', 'driver', 'northbound'],
})
