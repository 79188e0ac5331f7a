import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatBytes, formatDuration, parseBytes, parseDurationMs } from './quantities.ts'

test('[api.cli] sizes are read as people write them', () => {
  expect(parseBytes('1073741824')).toBe(2 ** 30)
  expect(parseBytes('10GiB')).toBe(10 * 2 ** 30)
  expect(parseBytes('10g')).toBe(10 * 2 ** 30)
  expect(parseBytes('1.5 TiB')).toBe(1.5 * 2 ** 40)
  expect(parseBytes('500MB')).toBe(500_000_000)
  for (const text of ['', 'GiB', '-1', '1e3', '10XB', '0.3', '99999999PiB', '1 000'])
    expect(parseBytes(text)).toBeUndefined()
})

test('[api.cli] durations need a unit', () => {
  expect(parseDurationMs('90s')).toBe(90_000)
  expect(parseDurationMs('5m')).toBe(300_000)
  expect(parseDurationMs('500ms')).toBe(500)
  expect(parseDurationMs('1.5h')).toBe(5_400_000)
  expect(parseDurationMs('90')).toBeUndefined()
})

test('[api.cli] sizes and durations are printed short', () => {
  expect([0, 1023, 1024, 1536, 10 * 2 ** 30, 2 ** 40].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '10 GiB',
    '1 TiB',
  ])
  expect([1, 1500, 60_000, 90_000, 3_600_000, 90_061_000].map(formatDuration)).toEqual([
    '1ms',
    '1.5s',
    '1m',
    '1m 30s',
    '1h',
    '1d 1h',
  ])
})

test('a size that was printed is read as nearly the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (bytes) => {
      const again = parseBytes(formatBytes(bytes)) ?? bytes
      expect(Math.abs(again - bytes) / bytes).toBeLessThan(0.01)
    }),
  )
})
