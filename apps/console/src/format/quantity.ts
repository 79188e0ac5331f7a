/** Numbers as people read them. */

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
export type ByteUnit = (typeof BYTE_UNITS)[number]

export const byteUnits: readonly ByteUnit[] = BYTE_UNITS
export const bytesIn = (unit: ByteUnit): number => 1024 ** BYTE_UNITS.indexOf(unit)

const trimmed = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 1, useGrouping: false })

/** 1610612736 → `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const index = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), BYTE_UNITS.length - 1)
  return `${trimmed(bytes / 1024 ** index)} ${BYTE_UNITS[index]}`
}

/** The largest unit in which the size is a whole number; GiB for nothing. */
export function wholeUnit(bytes: number | null | undefined): ByteUnit {
  if (!bytes) return 'GiB'
  return BYTE_UNITS.findLast((unit) => bytes % bytesIn(unit) === 0) ?? 'B'
}

const DURATION_UNITS: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

/** 120000 → `2 min`. */
export function formatMs(ms: number): string {
  const found = DURATION_UNITS.find(([size]) => ms >= size)
  return found ? `${trimmed(ms / found[0])} ${found[1]}` : `${ms} ms`
}

/** A number with its unit, e.g. `1400 B`, `2 min`, `80 %`. */
export function formatNumber(value: number, unit?: string): string {
  if (unit === 'ms') return formatMs(value)
  return unit ? `${value} ${unit}` : String(value)
}
