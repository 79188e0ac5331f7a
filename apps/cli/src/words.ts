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
