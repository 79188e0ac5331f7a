import fc from 'fast-check'
import { XMLParser } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { type DomainParts, domainXml, type HostProfile } from './domain-xml.ts'

const vm = '11111111-0000-4000-8000-000000000001'
const volume = '22222222-0000-4000-8000-000000000001'
const nic = '33333333-0000-4000-8000-000000000001'
const pool = { pool: '44444444-0000-4000-8000-000000000001', kind: 'local', path: '/pool' } as const
const host: HostProfile = { virtualization: 'tcg', bridge: 'br-int', datapath: 'userspace' }

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => ['disk', 'interface', 'controller'].includes(name),
})
const parse = (parts: DomainParts, profile = host) => parser.parse(domainXml(parts, profile), true).domain

function parts(change: { title?: string; paths?: string[]; nics?: DomainParts['spec']['nics'] } = {}): DomainParts {
  const { title = 'web', paths = ['/pool/a.qcow2'], nics = [{ nic, mac: '52:54:00:00:00:01', mtu: 1442 }] } = change
  const disks = paths.map((path, index) => ({ volume, index, path, format: 'qcow2', cache: 'none' }) as const)
  const spec = {
    ...{ vm, title, hostname: 'web', vcpus: 2, memoryBytes: 268_435_456, nics },
    disks: disks.map(({ index }) => ({ volume, index, pool, layer: 'a' })),
  }
  return { spec, disks, seedPath: '/state/seeds/a.img', consoleLogPath: '/state/consoles/a.log' }
}

test('[vm.lifecycle] a domain is named by its VM, marked as ours, and stays down when its guest goes down', () => {
  const domain = parse(parts({ title: 'two\nlines' }))
  expect(domain).toMatchObject({
    '@type': 'qemu',
    name: vm,
    uuid: vm,
    title: 'two lines',
    memory: { '#text': '268435456', '@unit': 'b' },
    vcpu: '2',
    on_poweroff: 'destroy',
    on_reboot: 'restart',
    on_crash: 'destroy',
  })
  expect(domain.metadata['basalt:guest']).toMatchObject({ '@vm': vm })
})

test('disks come by index, the first one boots, the seed is last and read-only', () => {
  const given = parts({ paths: ['/pool/a', '/pool/b'] })
  const { disk } = parse({ ...given, disks: [...given.disks].reverse() }).devices
  expect(disk).toMatchObject([
    {
      source: { '@file': '/pool/a' },
      target: { '@dev': 'vda' },
      boot: { '@order': '1' },
      driver: { '@cache': 'none' },
    },
    { source: { '@file': '/pool/b' }, target: { '@dev': 'vdb' }, serial: '22222222000040008000' },
    { source: { '@file': '/state/seeds/a.img' }, readonly: '', driver: { '@type': 'raw' } },
  ])
  expect(disk[1].boot).toBeUndefined()
  const tooMany = parts({ paths: Array.from({ length: 26 }, (_, index) => `/pool/${index}`) })
  expect(() => domainXml(tooMany, host)).toThrow(RangeError)
})

test('a NIC is an Open vSwitch port named by its id, without checksum offload on the userspace datapath', () => {
  const [userspace] = parse(parts()).devices.interface
  expect(userspace).toMatchObject({
    mac: { '@address': '52:54:00:00:00:01' },
    source: { '@bridge': 'br-int' },
    virtualport: { '@type': 'openvswitch', parameters: { '@interfaceid': nic } },
    driver: { host: { '@csum': 'off' }, guest: { '@csum': 'off' } },
    mtu: { '@size': '1442' },
    rom: { '@enabled': 'no' },
  })
  const [kernel] = parse(parts(), { ...host, datapath: 'kernel' }).devices.interface
  expect(kernel.driver).toBeUndefined()
  expect(parse(parts({ nics: [] })).devices.interface).toBeUndefined()
})

test('ports for hotplug are spare, and the screen has no network listener', () => {
  const { controller, graphics } = parse(parts()).devices
  const ports = controller.filter((each: Record<string, string>) => each['@model'] === 'pcie-root-port')
  expect(ports.length).toBeGreaterThanOrEqual(7 + 8)
  expect(graphics).toEqual({ '@type': 'vnc', listen: { '@type': 'socket' } })
})

test('the CPU is the host’s own under KVM and a fixed model under emulation', () => {
  expect(parse(parts(), { ...host, virtualization: 'kvm' })).toMatchObject({
    '@type': 'kvm',
    cpu: { '@mode': 'host-passthrough' },
  })
  expect(parse(parts()).cpu).toMatchObject({ '@mode': 'custom', model: { '#text': 'Nehalem' } })
  expect(parse(parts(), { ...host, emulator: '/opt/qemu' }).devices.emulator).toBe('/opt/qemu')
})

test('whatever a title or a path holds, the XML parses back to it and to no other elements', () => {
  const writable = fc.string({ unit: 'grapheme' }).map((text) => `x${text}`)
  const hostile = fc
    .constantFrom("'/><a b='", ']]>', '<!--', '&lt;', '&#0;', '"', '</title><x/>')
    .map((text) => `x${text}`)
  const anything = fc.oneof(writable, hostile)
  const shape = Object.keys(parse(parts()).devices)
  fc.assert(
    fc.property(anything, anything, (title, path) => {
      const domain = parse(parts({ title, paths: [path] }))
      expect(domain.title).toBe(title.replace(/[\r\n]+/g, ' '))
      expect(domain.devices.disk[0].source['@file']).toBe(path)
      expect(Object.keys(domain.devices)).toEqual(shape)
    }),
  )
})

test('what XML cannot hold becomes the replacement character', () => {
  expect(parse(parts({ title: 'a\u0000b\u001bc\ud800d' })).title).toBe('a\ufffdb\ufffdc\ufffdd')
})
