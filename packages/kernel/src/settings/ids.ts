/** Ids that follow from what they name, so that nodes which make a row at the same time make the same one. */
import { createHash } from 'node:crypto'

/** A UUID (version 8, RFC 9562) made from a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export const settingId = (name: string): string => uuidOf(`setting ${name}`)

/** One for each pair of a setting and a resource. */
export const overrideId = (setting: string, target: string): string => uuidOf(`override ${setting} ${target}`)
