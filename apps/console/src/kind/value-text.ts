/** Values as plain text. */
import type { KindField } from '../api/types.ts'
import { formatBytes, formatNumber } from '../format/quantity.ts'
import { t } from '../text/index.ts'

/** As text, for sorting, labels and copying; references and states as they are stored. */
export function textOf(field: KindField, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (field.type === 'bytes' && typeof value === 'number') return formatBytes(value)
  if (field.type === 'integer' && typeof value === 'number') return formatNumber(value, field.unit)
  if (field.type === 'boolean') return t(value ? 'value.yes' : 'value.no')
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : item)).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
