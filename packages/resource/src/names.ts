const snakes = new Map<string, string>()

/** `storagePool` → `storage_pool`: tables and columns. */
export function snake(name: string): string {
  const known = snakes.get(name)
  if (known !== undefined) return known
  const made = name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
  // Names come from definitions; should others come, they are not kept for ever.
  if (snakes.size < 4096) snakes.set(name, made)
  return made
}

/** `storagePool` → `storage-pool`: URLs and CLI words. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)

/** `storagePool` → `Storage pool`: headings. */
export function title(name: string): string {
  const words = name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)
  const spelled = words.replace(
    /\b(vm|nic|ip|id|cpu|mac|url)(s?)\b/g,
    (_, word: string, s: string) => word.toUpperCase() + s,
  )
  return spelled.charAt(0).toUpperCase() + spelled.slice(1)
}

/** English plural of a kind's name; kinds whose plural is irregular give their own. */
export function plural(kind: string): string {
  if (/[^aeiou]y$/.test(kind)) return `${kind.slice(0, -1)}ies`
  return /(s|x|ch|sh)$/.test(kind) ? `${kind}es` : `${kind}s`
}

/** `storagePool` → `StoragePool`: TypeScript and OpenAPI type names. */
export const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** A text cut to so many UTF-16 units, which `maxLength` counts; never in the middle of a character: half of one cannot be stored. */
export const truncated = (text: string, most: number): string => text.slice(0, most).replace(/[\ud800-\udbff]$/, '')
