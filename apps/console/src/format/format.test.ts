import { expect, test } from 'vitest'
import { bytesIn, formatBytes, formatMs, formatNumber, wholeUnit } from './quantity.ts'
import { formatAgo } from './time.ts'
import { alternatives, heading, inSentence, words } from './words.ts'

test('sizes are shown in the unit that fits', () => {
  expect([0, 1, 1023, 1024, 1536, 2 ** 30, 1.5 * 2 ** 30, 2 ** 50, 2 ** 60].map(formatBytes)).toEqual([
    '0 B',
    '1 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '1 GiB',
    '1.5 GiB',
    '1 PiB',
    '1024 PiB',
  ])
})

test('a size begins in the largest unit in which it is whole', () => {
  expect([null, 0, 1000, 1024, 1.5 * 2 ** 30, 4 * 2 ** 40].map(wholeUnit)).toEqual([
    'GiB',
    'GiB',
    'B',
    'KiB',
    'MiB',
    'TiB',
  ])
  expect(1536 * bytesIn('MiB')).toBe(1.5 * 2 ** 30)
})

test('numbers carry their unit, durations the one that fits', () => {
  expect([1400, 80].map((value, index) => formatNumber(value, ['B', '%'][index]))).toEqual(['1400 B', '80 %'])
  expect([5, 1000, 120_000, 5_400_000].map(formatMs)).toEqual(['5 ms', '1 s', '2 min', '1.5 h'])
})

test('times are told from now', () => {
  const now = Date.parse('2026-01-02T00:00:00Z')
  expect(formatAgo('2026-01-01T23:59:31Z', now)).toBe('just now')
  expect(formatAgo('2026-01-01T23:57:01Z', now)).toBe('2 min. ago')
  expect(formatAgo('2025-12-31T00:00:00Z', now)).toBe('2 days ago')
  expect(formatAgo('2026-01-02T03:00:00Z', now)).toBe('in 3 hr.')
})

test('names of code become words', () => {
  expect(['powerOff', 'vcpusReserved', 'dnsServers', 'cidr', 'storagePools', 'vms'].map(heading)).toEqual([
    'Power off',
    'vCPUs reserved',
    'DNS servers',
    'CIDR',
    'Storage pools',
    'VMs',
  ])
  expect([words('inUse'), inSentence('VM'), inSentence('Storage pool')]).toEqual(['in use', 'VM', 'storage pool'])
  expect([alternatives(['a']), alternatives(['a', 'b', 'c'])]).toEqual(['a', 'a, b or c'])
})
