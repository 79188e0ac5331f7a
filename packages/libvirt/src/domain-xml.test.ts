import { expect, test } from 'vitest'
import { parseDomainDevices } from './domain-xml.ts'

const RUNNING = `<domain type='qemu' id='3'>
  <name>a &amp; b</name>
  <uuid>6d7f3c1e-0a4b-4f6e-9c55-2f1f0f6b7a01</uuid>
  <devices>
    <disk type='file' device='disk'><source file='/disks/a.qcow2'/><target dev='vda'/><alias name='virtio-disk0'/></disk>
    <disk type='network' device='disk'><source protocol='rbd' name='pool/b'/><target dev='vdb'/></disk>
    <disk type='file' device='cdrom'><target dev='sda'/></disk>
    <interface type='bridge'>
      <mac address='52:54:00:00:00:01'/><target dev='vnet0'/>
      <virtualport type='openvswitch'><parameters interfaceid='port-1'/></virtualport>
      <alias name='net0'/>
    </interface>
    <serial type='pty'>
      <source path='/dev/pts/5'/><log file='/log/a.log' append='off'/><target port='0'/><alias name='serial0'/>
    </serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>
    <graphics type='vnc' port='5901' websocket='5701'><listen type='address' address='127.0.0.1'/></graphics>
    <graphics type='spice'><listen type='socket' socket='/run/spice.sock'/></graphics>
  </devices>
</domain>`

test('finds serial ports, displays, NICs, disks and the agent of a running domain', () => {
  const devices = parseDomainDevices(RUNNING)
  expect(devices).toMatchObject({
    name: 'a & b',
    uuid: '6d7f3c1e-0a4b-4f6e-9c55-2f1f0f6b7a01',
    agentConnected: true,
    serialPorts: [{ type: 'pty', path: '/dev/pts/5', logFile: '/log/a.log', alias: 'serial0' }],
    interfaces: [{ type: 'bridge', mac: '52:54:00:00:00:01', device: 'vnet0', interfaceId: 'port-1', alias: 'net0' }],
  })
  expect(devices.graphics).toEqual([
    { type: 'vnc', listen: '127.0.0.1', port: 5901, webSocketPort: 5701, socketPath: undefined },
    { type: 'spice', listen: undefined, port: undefined, webSocketPort: undefined, socketPath: '/run/spice.sock' },
  ])
  expect(devices.disks.map(({ target, device, source }) => [target, device, source])).toEqual([
    ['vda', 'disk', '/disks/a.qcow2'],
    ['vdb', 'disk', 'pool/b'],
    ['sda', 'cdrom', undefined],
  ])
})

test('a domain shut off has neither paths nor ports', () => {
  const xml = `<domain><name>x</name><devices><serial type='pty'/><graphics type='vnc' port='-1'/></devices></domain>`
  expect(parseDomainDevices(xml)).toMatchObject({
    agentConnected: undefined,
    serialPorts: [{ type: 'pty', path: undefined, alias: undefined }],
    graphics: [{ type: 'vnc', port: undefined }],
    disks: [],
  })
  expect(parseDomainDevices('<domain><name>x</name></domain>').interfaces).toEqual([])
})

test.each([
  ['nothing', ''],
  ['another document', '<network><name>x</name></network>'],
  ['a cut document', '<domain><name>x</name>'],
  ['a document type', '<!DOCTYPE domain [<!ENTITY a "b">]><domain><name>&a;</name></domain>'],
])('%s is refused', (_what, xml) => {
  expect(() => parseDomainDevices(xml)).toThrow(expect.objectContaining({ code: 'LIBVIRT_BAD_ARGUMENT' }))
})
