/** Fields whose type other values tell: references to a kind that is named beside them, and JSON with a shape. */
import type { KindField } from '../api/types.ts'

/** @param beside the resource, or the values of a form */
export function concrete(field: KindField, beside: Readonly<Record<string, unknown>> | undefined): KindField {
  const shape = field.shape ? beside?.[field.shape] : undefined
  if (typeof shape === 'object' && shape !== null)
    return { ...field, ...(shape as Partial<KindField>), name: field.name, title: field.title, doc: field.doc }
  const kind = field.kindFrom ? beside?.[field.kindFrom] : undefined
  return typeof kind === 'string' ? { ...field, kind } : field
}

/** Whether the field names the kind of another one. */
export const namesKind = (field: KindField, fields: readonly KindField[]): boolean =>
  fields.some((other) => (other.items ?? other).kindFrom === field.name)

/** A JSON value, or an object without members of its own, which is as free. */
export const isFree = ({ type, fields = [] }: KindField): boolean =>
  type === 'json' || (type === 'object' && fields.length === 0)
