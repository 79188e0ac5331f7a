/** How names of the API read on a command line. */
import type { KindField } from '@basalt/resource'

/** `storagePool` → `storage-pool`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** `addresses` → `address`, `entries` → `entry`, `networks` → `network`. */
export function singular(name: string): string {
  if (/[^aeiou]ies$/.test(name)) return `${name.slice(0, -3)}y`
  if (/(ss|x|ch|sh)es$/.test(name)) return name.slice(0, -2)
  return /[^s]s$/.test(name) ? name.slice(0, -1) : name
}

/** Units are given with the value (`10GiB`, `90s`), not in the name: `rootSizeBytes` → `rootSize`. */
export function withoutUnit(field: Pick<KindField, 'name' | 'type' | 'unit'>): string {
  const { name, type, unit } = field
  const short = type === 'bytes' ? name.replace(/Bytes$/, '') : unit === 'ms' ? name.replace(/Ms$/, '') : name
  return short || name
}

/** Name of a field's option, without the hyphens: `networks` → `network` (given once for each item). */
export const optionName = (field: Pick<KindField, 'name' | 'type' | 'unit'>): string =>
  kebab(field.type === 'list' ? singular(field.name) : withoutUnit(field))

/** Heading of a column: `createdAt` → `CREATED`, `memoryBytes` → `MEMORY`. */
export function heading(field: Pick<KindField, 'name' | 'type' | 'unit'>): string {
  const name = field.type === 'timestamp' ? field.name.replace(/At$/, '') : withoutUnit(field)
  return kebab(name).replaceAll('-', ' ').toUpperCase()
}

/** A few words of what there is that look like what was asked for. */
export function similar(word: string, candidates: readonly string[]): string[] {
  const scored = candidates.map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
  return scored
    .filter(
      ({ candidate, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)) || candidate.startsWith(word),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** Levenshtein distance. */
function distanceOf(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
