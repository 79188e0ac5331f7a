/** Fields whose type other values tell: references to a kind that is named beside them, and JSON with a shape. */
import type { KindField } from '@basalt/resource'
import type { Row } from './references.ts'

/** A reference to the kind that `beside` names, where the field leaves that open. */
function pointing(field: KindField, beside: Record<string, unknown>): KindField {
  if (field.items) return { ...field, items: pointing(field.items, beside) }
  const kind = field.kindFrom ? beside[field.kindFrom] : undefined
  return typeof kind === 'string' ? { ...field, kind } : field
}

/**
 * The field as it is for this resource and these values beside it.
 * @param row the resource, where there is one: it has the shape of its JSON values
 */
export function concrete(field: KindField, beside: Record<string, unknown>, row: Row | undefined): KindField {
  const shape = field.shape ? row?.[field.shape] : undefined
  if (typeof shape === 'object' && shape !== null)
    return { ...field, ...(shape as Partial<KindField>), name: field.name, doc: field.doc }
  return pointing(field, beside)
}

/** Whether the field names the kind of another one. */
export const namesKind = (field: KindField, fields: readonly KindField[]): boolean =>
  fields.some((other) => (other.items ?? other).kindFrom === field.name)
