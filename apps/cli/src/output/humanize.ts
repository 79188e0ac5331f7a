/** Values as people read them. */
import type { Kind, KindField } from '@basalt/resource'
import { formatBytes, formatDuration } from '@basalt/resource/quantities'
import { concrete } from '../input/concrete.ts'
import type { Row } from '../input/references.ts'
import type { Cell } from './table.ts'
import type { Style } from './text.ts'

/** Names of referenced resources by id. */
export type Names = ReadonlyMap<string, string>

export interface HumanizeOptions {
  names: Names
  /** The time now, in milliseconds since 1970. */
  nowMs: number
  /** Times to the second besides how long ago they are. */
  exact?: boolean
}

const NOTHING = '-'

/** `2026-05-04T10:00:00Z` → `3m ago`, `in 2h`. */
export function relative(time: string, nowMs: number): string {
  const ms = nowMs - Date.parse(time)
  if (Number.isNaN(ms)) return time
  const [largest = ''] = formatDuration(Math.max(1000, Math.abs(ms))).split(' ')
  const text = largest.replace(/\.\d+/, '')
  return ms >= 0 ? `${text} ago` : `in ${text}`
}

function timeText(time: string, { nowMs, exact }: HumanizeOptions): string {
  return exact
    ? `${time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')} (${relative(time, nowMs)})`
    : relative(time, nowMs)
}

function objectText(field: KindField | undefined, value: object, options: HumanizeOptions): string {
  const members = field?.fields ?? []
  const place = (name: string): number => members.findIndex((member) => member.name === name)
  const parts = Object.entries(value)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, inner]) => `${name}=${valueText(members[place(name)], inner, options)}`)
  return parts.join(',') || NOTHING
}

const tagNames = (member: string, list: readonly unknown[]): string =>
  list.map((item) => String((item as Record<string, unknown>)[member] ?? '')).join(', ') || NOTHING

/** One value as text. */
export function valueText(field: KindField | undefined, value: unknown, options: HumanizeOptions): string {
  if (value === null || value === undefined || value === '') return NOTHING
  if (Array.isArray(value) && field?.matchedBy) return tagNames(field.matchedBy, value)
  if (Array.isArray(value)) return value.map((item) => valueText(field?.items, item, options)).join(', ') || NOTHING
  if (typeof value === 'object') return objectText(field, value, options)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') {
    if (field?.type === 'bytes') return formatBytes(value)
    if (field?.unit === 'ms') return formatDuration(value)
    return field?.unit ? `${value}${field.unit === '%' ? '' : ' '}${field.unit}` : String(value)
  }
  const text = String(value)
  if (field?.type === 'timestamp') return timeText(text, options)
  return field?.type === 'ref' ? (options.names.get(text) ?? text) : text
}

/** Red when broken, yellow while an action is under way, green otherwise. */
export function stateStyle(kind: Kind, state: string): Style {
  if (kind.failedStates.includes(state)) return 'red'
  return kind.actions.some((action) => action.via === state) ? 'yellow' : 'green'
}

/** One value of a resource as a table shows it. */
export function cellOf(kind: Kind, field: KindField, row: Row, options: HumanizeOptions): Cell {
  const value = row[field.name]
  const text = valueText(concrete(field, row, row), value, options)
  return field.type === 'state' && typeof value === 'string' ? { text, style: stateStyle(kind, value) } : { text }
}
