/** Sizes and durations as people write them. */

const BINARY = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const DECIMAL = ['KB', 'MB', 'GB', 'TB', 'PB'] as const

/** Multiples by unit in lower case. The short form (`10G`) is binary, as for memory and disks. */
const SIZES: Record<string, number> = {
  '': 1,
  b: 1,
  ...Object.fromEntries(
    BINARY.flatMap((unit, at) => [unit, unit.charAt(0)].map((u) => [u.toLowerCase(), 1024 ** (at + 1)])),
  ),
  ...Object.fromEntries(DECIMAL.map((unit, at) => [unit.toLowerCase(), 1000 ** (at + 1)])),
}

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

function quantity(text: string, units: Record<string, number>): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const factor = unit === undefined ? undefined : units[unit.toLowerCase()]
  if (digits === undefined || factor === undefined) return undefined
  const value = Number(digits) * factor
  return Number.isSafeInteger(value) ? value : undefined
}

/** `10GiB` → 10737418240; a bare number is bytes. Undefined when it is no size, or no whole number of bytes. */
export const parseBytes = (text: string): number | undefined => quantity(text, SIZES)

/** `90s` → 90000. A bare number is not understood: it could be anything. */
export const parseDurationMs = (text: string): number | undefined => quantity(text, MILLISECONDS)

/** 10737418240 → `10 GiB`; as exact as three digits are. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), BINARY.length)
  const value = bytes / 1024 ** power
  return `${Number(value.toPrecision(Math.max(3, Math.trunc(value).toString().length)))} ${BINARY[power - 1]}`
}

/** 90000 → `1m 30s`; 1500 → `1.5s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))}s`
  const units: [string, number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ]
  const parts: string[] = []
  let rest = Math.round(ms / 1000) * 1000
  for (const [unit, size] of units) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)}${unit}`)
    rest %= size
  }
  return parts.slice(0, 2).join(' ')
}
