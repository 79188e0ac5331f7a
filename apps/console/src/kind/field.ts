/** A field as screens name and group it. */
import type { Kind, KindField } from '../api/types.ts'
import { heading } from '../format/words.ts'
import { t } from '../text/index.ts'

/** Label of a field. Units that its value is shown with anyway are left out: `sizeBytes` → `Size`. */
export function fieldTitle({ name, type, unit }: Pick<KindField, 'name' | 'type' | 'unit'>): string {
  if (type === 'bytes') return heading(name.replace(/Bytes$/, '')) || heading(name)
  if (unit === '%') return t('field.progress')
  if (unit === 'ms') return heading(name.replace(/Ms$/, ''))
  if (type === 'timestamp') return heading(name.replace(/At$/, ''))
  return heading(name)
}

export const fieldOf = (kind: Kind, name: string): KindField | undefined =>
  kind.fields.find((field) => field.name === name)

/** Fields that the detail shows in places of their own. */
const ELSEWHERE = new Set(['id', 'name', 'state', 'cause', 'version', 'operatorTags', 'shape'])

/** Fields of the detail, the kind's own first, who and when last. */
export function detailFields(kind: Kind): KindField[] {
  const last = ['account', 'createdAt', 'updatedAt']
  const rank = ({ name }: KindField): number => last.indexOf(name) + 1
  return kind.fields.filter(({ name }) => !ELSEWHERE.has(name)).sort((a, b) => rank(a) - rank(b))
}
