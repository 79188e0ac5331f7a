import { expect, test } from 'vitest'
import { labAddresses, macAddress, meetsSubnet } from './addresses.ts'

test('hosts, databases and root namespace share a /24 in two halves', () => {
  const addresses = labAddresses(7)
  expect(addresses.underlay(99)).toBe('10.99.7.99')
  expect(addresses.management(1)).toBe('10.99.7.129')
  expect([addresses.central, addresses.root]).toEqual(['10.99.7.253', '10.99.7.254'])
})

test('MAC addresses are local, unicast and differ by lab, interface and host', () => {
  expect(macAddress(255, 'underlay', 16)).toBe('02:62:ff:01:00:10')
  expect(macAddress(255, 'management', 16)).not.toBe(macAddress(255, 'underlay', 16))
})

test.each([
  ['10.99.3.0/24', true],
  ['10.99.3.128/25', true],
  ['10.99.3.7', true],
  ['10.99.0.0/16', true],
  ['10.0.0.0/8', true],
  ['10.99.4.0/24', false],
  ['192.168.1.0/24', false],
  ['default', false],
  ['0.0.0.0/0', false],
])('a route to %s takes 10.99.3.0/24: %s', (destination, expected) => {
  expect(meetsSubnet(destination, 3)).toBe(expected)
})
