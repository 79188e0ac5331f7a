/** What a form says about a field. */
import type { KindField } from '../api/types.ts'
import { formatBytes, formatNumber } from '../format/quantity.ts'
import { t } from '../text/index.ts'

const shown = (field: KindField, value: number): string =>
  field.type === 'bytes' ? formatBytes(value) : formatNumber(value, field.unit)

/** `64 MiB to 1 TiB`, `at least 1`; empty without limits. */
export function limitOf(field: KindField): string {
  const { minimum, maximum } = field
  const from = minimum === undefined || (field.type === 'bytes' && minimum === 0) ? undefined : shown(field, minimum)
  const to = maximum === undefined ? undefined : shown(field, maximum)
  if (from !== undefined && to !== undefined) return t('form.range', { from, to })
  if (from !== undefined) return t('form.atLeast', { value: from })
  return to === undefined ? '' : t('form.atMost', { value: to })
}

/** Rule and limits of a field, for the mark beside its label. Empty when there is nothing to say. */
export function ruleOf(field: KindField): string {
  const limit = limitOf(field)
  return [field.rule && t('form.rule', { rule: field.rule }), limit && t('form.limit', { limit })]
    .filter(Boolean)
    .join(' ')
}
