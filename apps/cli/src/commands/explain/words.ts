/** What definitions mean, in words. */
import type { Audience, Kind, KindAction, KindField, KindRelation } from '@basalt/resource'
import { formatBytes, formatDuration } from '@basalt/resource/quantities'
import { objectSyntax } from '../../input/values.ts'
import { type Cell, renderTable, type TableOptions } from '../../output/table.ts'
import { styled } from '../../output/text.ts'
import { kebab } from '../../words.ts'

export const cells = (...texts: string[]): Cell[] => texts.map((text) => ({ text }))

/** A heading and a table below it; nothing where there are no rows. */
export function section(title: string, headings: string[], rows: Cell[][], options: TableOptions): string {
  if (rows.length === 0) return ''
  return `\n\n${options.colors ? styled(title, 'bold') : title}\n\n${renderTable(headings, rows, options)}`
}

export function typeText(field: KindField): string {
  if (field.type === 'list' && field.items) return `list of ${typeText(field.items)}`
  if (field.type === 'object') return `(${objectSyntax(field)})`
  if (field.type === 'ref') return `→ ${kebab(field.kind ?? 'resource')}`
  if (field.unit === 'ms') return 'duration'
  return field.unit && field.type !== 'bytes' ? `${field.type}, ${field.unit}` : field.type
}

/** A number as people write it for this field. */
export function quantity({ type, unit }: KindField, value: number): string {
  if (type === 'bytes') return formatBytes(value)
  return unit === 'ms' ? formatDuration(value) : `${value}${unit && unit !== '%' ? ` ${unit}` : (unit ?? '')}`
}

function rangeText(field: KindField): string {
  const { minimum, maximum } = field
  // Every size is at least nothing: that says nothing.
  const least =
    minimum === undefined || (minimum === 0 && field.type === 'bytes') ? undefined : quantity(field, minimum)
  const most = maximum === undefined ? undefined : quantity(field, maximum)
  if (least !== undefined && most !== undefined) return `${least} to ${most}`
  return least !== undefined ? `at least ${least}` : most !== undefined ? `at most ${most}` : ''
}

/** What values are allowed; empty when the type says it all. */
export function limitsText(field: KindField): string {
  const { values, rule, maxLength, maxItems, items } = field
  return [
    values ? values.join(' | ') : '',
    rangeText(field),
    rule ?? (maxLength ? `at most ${maxLength} characters` : ''),
    maxItems ? `at most ${maxItems} of them` : '',
    items ? limitsText(items) : '',
  ]
    .filter(Boolean)
    .join('; ')
}

export function defaultText(field: KindField): string {
  const { default: value } = field
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return ''
  return typeof value === 'number' ? quantity(field, value) : String(value)
}

/** Actions that take the field, by its name. */
export const settersOf = (kind: Kind, { name }: KindField): string[] =>
  kind.actions.filter(({ input }) => input.some((each) => each.name === name)).map((action) => kebab(action.name))

/** Who gives a field its value. */
export function setText(kind: Kind, field: KindField): string {
  const setters = settersOf(kind, field)
  if (setters.length === 0) return 'the platform'
  return field.immutable ? `${setters.join(', ')}; never changes` : setters.join(', ')
}

const SEES: Record<Audience, string> = {
  tenant: 'everybody who sees the resource',
  domain: 'administrators of domains and operators',
  operator: 'operators only',
}
export const seenText = ({ audience = 'tenant' }: KindField): string => SEES[audience]

const HELD: Record<Audience, string> = {
  tenant: 'in the account, or above',
  domain: 'in a domain, or above',
  operator: 'in a zone or on the platform',
}
/** Empty where the cloud is older than this program and does not tell it. */
export const permissionText = ({ permission, audience }: Partial<KindAction>): string =>
  permission && audience ? `${permission}, held ${HELD[audience]}` : ''

/** What becomes of whoever refers when the other end is deleted with what it has. */
export function fateText({ fate, to, kind }: KindRelation): string {
  const [who, other] = to === 'one' ? ['it', `the ${kebab(kind)}`] : ['they', 'it']
  const s = to === 'one' ? 's' : ''
  switch (fate) {
    case 'keeps':
      return `${who} keep${s} ${other} from being deleted`
    case 'follows':
      return `${who} go${to === 'one' ? 'es' : ''} when ${other} is deleted with --cascade, and keep${s} it until then`
    case 'vanishes':
      return `${who} vanish${to === 'one' ? 'es' : ''} with ${other}`
    case 'carried':
      return `${who} ${to === 'one' ? 'is' : 'are'} deleted together with ${other}`
    default:
      return `${who} stay${s}; the reference then leads nowhere`
  }
}
