/** Ids for what is made of other things: whoever makes it first, it is the same. */
import { createHash } from 'node:crypto'

/** A UUID that is made from names, always the same from the same ones. */
export function derivedId(...names: readonly string[]): string {
  const hex = createHash('sha256').update(names.join('/')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
