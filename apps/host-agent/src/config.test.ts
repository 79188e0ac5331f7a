import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

const least = { controlPlaneUrls: ['https://192.0.2.1:8443'] }

test('the control plane’s addresses are enough', () => {
  expect(parseConfig(least)).toEqual({
    ...least,
    stateDir: '/var/lib/basalt-host-agent',
    virtualization: 'auto',
    libvirtSocket: '/run/libvirt/libvirt-sock',
    openVswitchSocket: '/run/openvswitch/db.sock',
    bridge: 'br-int',
    libvirtRoot: '/',
    name: hostname(),
  })
})

test.each([
  ['no address', { controlPlaneUrls: [] }, 'controlPlaneUrls'],
  ['an address without TLS', { controlPlaneUrls: ['http://192.0.2.1'] }, 'controlPlaneUrls'],
  ['a relative path', { ...least, stateDir: 'state' }, 'stateDir'],
  ['an unknown way to run guests', { ...least, virtualization: 'xen' }, 'virtualization'],
  ['a setting that does not exist', { ...least, virtualisation: 'kvm' }, 'virtualisation'],
])('%s is refused by name', (_, settings, field) => {
  expect(() => parseConfig(settings)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(field) }),
  )
})
