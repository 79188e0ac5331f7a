/** Inputs made from definitions, so that a new kind is tested without anybody adding it. */
import type { KindField } from '@basalt/resource'

export type Json = Record<string, unknown>

/** Which id to put where a field asks for one of a kind. */
export type IdOf = (kind: string | undefined) => string

/** A value that would do for the field. */
export function fittingValue(field: KindField, idOf: IdOf): unknown {
  if (field.type === 'ref') return idOf(field.kind)
  if (field.values) return field.values[0]
  if (field.type === 'list') return field.items ? [fittingValue(field.items, idOf)] : []
  if (field.type === 'object') return inputOf(field.fields ?? [], idOf)
  const plain: Partial<Record<KindField['type'], unknown>> = {
    boolean: false,
    integer: field.minimum ?? 1,
    bytes: field.minimum ?? 2 ** 30,
    cidr: '10.9.0.0/24',
    ipv4: '10.9.0.5',
    url: 'http://192.0.2.1/image.qcow2',
    path: '/var/lib/elsewhere',
    uuid: crypto.randomUUID(),
  }
  if (field.type in plain) return plain[field.type]
  if (field.name === 'sha256') return 'a'.repeat(64)
  return field.name === 'password' ? 'a-long-password' : 'foreign'
}

export const inputOf = (fields: readonly KindField[], idOf: IdOf): Json =>
  Object.fromEntries(fields.map((field) => [field.name, fittingValue(field, idOf)]))

/** Kinds that the fields refer to, at any depth. */
export const kindsReferred = (fields: readonly KindField[]): string[] =>
  fields.flatMap((field) => [
    ...(field.type === 'ref' && field.kind ? [field.kind] : []),
    ...kindsReferred(field.fields ?? []),
    ...(field.items ? kindsReferred([field.items]) : []),
  ])
