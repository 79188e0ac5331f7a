import { defineResource, f } from '@basalt/resource'

/** States of a VM on a host that a task works on. */
export const AT_WORK_ON_A_HOST = ['creating', 'starting', 'stopping', 'rebooting'] as const
const ON_A_HOST = ['running', ...AT_WORK_ON_A_HOST] as const

export const vm = defineResource('vm', {
  doc: 'A virtual machine.',
  ownership: 'account',
  locality: 'zone',
  audience: 'tenant',
  fields: {
    offering: f.ref('offering', {
      immutable: true,
      weak: true,
      doc: 'Its size; copied, so that a withdrawn offering changes nothing.',
    }),
    vcpus: f.integer({ readonly: true }),
    memoryBytes: f.bytes({ readonly: true }),
    image: f.ref('image', { immutable: true, weak: true, doc: 'What its root disk is cloned from.' }),
    hostname: f.text({
      immutable: true,
      optional: true,
      maxLength: 63,
      pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      rule: 'a host name: 1 to 63 of a-z, 0-9 and hyphen, no hyphen at the ends',
      doc: 'Made from the name when absent.',
    }),
    addresses: f.list(f.ipv4(), { readonly: true, doc: 'Its addresses, default NIC first.' }),
    userData: f.text({
      immutable: true,
      optional: true,
      secret: true,
      sealed: true,
      maxLength: 65_536,
      doc: 'cloud-init user data; never shown again.',
    }),
    host: f.ref('host', { readonly: true, optional: true, audience: 'operator', doc: 'Where it runs.' }),
    lastHost: f.ref('host', {
      readonly: true,
      optional: true,
      weak: true,
      audience: 'operator',
      doc: 'Where it ran last.',
    }),
    state: f.state([
      'creating',
      'starting',
      'running',
      'stopping',
      'rebooting',
      'stopped',
      'recovering',
      'recycling',
      'recycled',
      'deleting',
      'failed',
    ]),
  },
  actions: {
    create: {
      doc: 'Create a VM and start it.',
      input: ['name', 'description', 'zone', 'offering', 'image', 'hostname', 'userData'],
      with: {
        networks: f.list(
          f.object({
            network: f.ref('network'),
            address: f.ipv4({ optional: true, doc: 'A chosen address; the next free one when absent.' }),
          }),
          {
            maxItems: 8,
            doc: 'Networks to be on, default NIC first.',
          },
        ),
        rootSizeBytes: f.bytes({
          optional: true,
          maximum: 64 * 2 ** 40,
          doc: 'Size of the root disk; that of the image when absent.',
        }),
        storageClass: f.ref('storageClass', {
          optional: true,
          doc: 'Kind of the root disk; the first of the zone when absent.',
        }),
      },
      via: 'creating',
      to: 'running',
      long: true,
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    start: { doc: 'Start it.', from: ['stopped'], via: 'starting', to: 'running', long: true },
    stop: {
      doc: 'Ask the guest to shut down and wait until it did.',
      input: {
        mode: f.choice(['auto', 'acpi', 'agent'], {
          default: 'auto',
          doc: 'The power button, the guest agent, or whichever answers.',
        }),
        timeoutMs: f.integer({
          default: 120_000,
          minimum: 1_000,
          maximum: 3_600_000,
          unit: 'ms',
          doc: 'How long the guest may take.',
        }),
      },
      from: ['running'],
      via: 'stopping',
      to: 'stopped',
      long: true,
    },
    powerOff: {
      doc: 'Pull the plug; what the guest did not write is lost.',
      from: ['running', 'failed'],
      via: 'stopping',
      to: 'stopped',
      long: true,
      danger: true,
    },
    reboot: {
      doc: 'Reboot the guest.',
      input: {
        mode: f.choice(['guest', 'reset'], { default: 'guest', doc: 'Ask the guest, or press the reset button.' }),
      },
      from: ['running'],
      via: 'rebooting',
      to: 'running',
      long: true,
    },
    recover: {
      doc: 'Look what there is of it, and bring it to a state that is true; from any state that no task works on.',
      via: 'recovering',
      reaches: ['running', 'stopped', 'failed', 'deleted'],
      long: true,
    },
    delete: {
      doc: 'Power it off and move it to the recycle bin, with its root disk, NICs and addresses.',
      from: ['running', 'stopped', 'failed'],
      via: 'deleting',
      long: true,
      danger: true,
    },
  },
  columns: ['name', 'state', 'addresses', 'vcpus', 'memoryBytes', 'createdAt'],
  failedStates: ['failed'],
  indexed: ['state', 'addresses', 'host'],
  permits: { console: { doc: 'Reach its screen and serial line, and read what it printed.' } },
  transfer: { with: { volume: 'vm', nic: 'vm' } },
  quota: {
    vms: { amount: 1, while: [...ON_A_HOST, 'stopped', 'recovering', 'failed'] },
    runningVms: { amount: 1, while: ON_A_HOST },
    vcpus: { amount: 'vcpus', while: ON_A_HOST },
    memoryBytes: { amount: 'memoryBytes', while: ON_A_HOST },
  },
  recycle: { from: ['running', 'stopped', 'failed'], via: 'recycling', to: 'stopped', retentionHours: 24 },
})

export interface VmRow {
  id: string
  name: string
  account: string
  zone: string
  vcpus: number
  memoryBytes: number
  image: string
  hostname: string
  userData: string | null
  host: string | null
  lastHost: string | null
  state:
    | 'creating'
    | 'starting'
    | 'running'
    | 'stopping'
    | 'rebooting'
    | 'stopped'
    | 'recovering'
    | 'recycling'
    | 'recycled'
    | 'deleting'
    | 'failed'
}
