/** From kinds to forms and back: what a form begins with, and what it sends. */
import type { KindAction, KindField, Row } from '../api/types.ts'
import { isFree } from '../kind/concrete.ts'
import { fieldTitle } from '../kind/field.ts'

export type Values = Record<string, unknown>

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

/** What a field's control begins with. A list that is needed begins with one item, so that there is something to fill in. */
export function initialValue(field: KindField): unknown {
  if (field.default !== undefined && field.default !== null) return field.default
  if (field.type === 'list') return field.optional || !field.items ? [] : [initialValue(field.items)]
  if (isFree(field)) return undefined
  if (field.type === 'object')
    return Object.fromEntries((field.fields ?? []).map((each) => [each.name, initialValue(each)]))
  if (field.type === 'boolean' && !field.optional) return false
  return undefined
}

/** What the form of an action begins with: what the resource has when it is changed, else defaults. */
export function initialValues(action: KindAction, row?: Row): Values {
  const change = action.name === 'update'
  return Object.fromEntries(
    action.input.map((field) => {
      // A value of the resource's own is changed rather than made up anew.
      const known = row && (change || (field.shape && field.name in row && !field.optional))
      return [field.name, known ? (row[field.name] ?? undefined) : initialValue(field)]
    }),
  )
}

/** A value as it is sent: without what was left empty. Undefined when nothing is left. */
function cleaned(field: KindField, value: unknown): unknown {
  if (isEmpty(value)) return undefined
  if (field.type === 'list' && Array.isArray(value) && field.items) {
    const { items } = field
    return value.map((item) => cleaned(items, item)).filter((item) => item !== undefined)
  }
  if (isFree(field)) return value
  if (field.type === 'object' && typeof value === 'object') {
    const members = cleanedAll(field.fields ?? [], value as Values)
    return Object.keys(members).length > 0 ? members : undefined
  }
  return typeof value === 'string' && field.type !== 'text' ? value.trim() : value
}

function cleanedAll(fields: readonly KindField[], values: Values): Values {
  const entries = fields.map((field) => [field.name, cleaned(field, values[field.name])] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** Only what differs from the resource; what was emptied is sent as empty text, or as null where the field is no text. */
function changed(fields: readonly KindField[], values: Values, row: Row): Values {
  const entries = fields.flatMap((field): [string, unknown][] => {
    const value = cleaned(field, values[field.name])
    const before = cleaned(field, row[field.name])
    if (JSON.stringify(value) === JSON.stringify(before)) return []
    return [[field.name, value ?? (field.type === 'text' ? '' : null)]]
  })
  return Object.fromEntries(entries)
}

/** The body of an action. */
export const bodyOf = (action: KindAction, values: Values, row?: Row): Values =>
  action.name === 'update' && row ? changed(action.input, values, row) : cleanedAll(action.input, values)

/** `networks.0.address` → `['networks', 0, 'address']`: how forms name a field. */
export const pathOf = (field: string): (string | number)[] =>
  field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))

/** `must be …` → `Address must be …`: messages of the server leave out what they are about. */
export function withSubject(action: KindAction, field: string, message: string): string {
  const names = pathOf(field).filter((part): part is string => typeof part === 'string')
  let found: KindField | undefined
  let fields: readonly KindField[] = action.input
  for (const name of names) {
    found = fields.find((each) => each.name === name)
    fields = found?.items?.fields ?? found?.fields ?? []
  }
  return found && /^[a-z]/.test(message) ? `${fieldTitle(found)} ${message}` : message
}

/** Fields that must be given, and those that may stay as they are. Changing a resource shows all. */
export function splitFields(action: KindAction): { main: KindField[]; more: KindField[] } {
  if (action.name === 'update') return { main: action.input, more: [] }
  const main = action.input.filter(({ optional }) => !optional)
  const more = action.input.filter(({ optional }) => optional)
  // A form that would begin empty, or whose rest is not worth hiding, shows everything.
  return main.length === 0 || more.length <= 1 ? { main: [...main, ...more], more: [] } : { main, more }
}
