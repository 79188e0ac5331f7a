/** Rows as callers see them. */
import { type Audience, columnsOf, type FieldSpec, isFor, type Resource } from '@basalt/resource'
import { audienceOf } from './access/grants.ts'
import type { Caller } from './caller.ts'
import type { Row } from './database.ts'

/** Whether a field exists for an audience. */
export const isShown = (spec: FieldSpec, audience: Audience): boolean => !spec.secret && isFor(spec.audience, audience)

const shownFields = new WeakMap<Resource, Map<Audience, readonly string[]>>()

/** Names of the fields that exist for an audience. Asked for with every answer: they are found once. */
export function fieldsFor(resource: Resource, audience: Audience): readonly string[] {
  const known = shownFields.get(resource) ?? new Map<Audience, readonly string[]>()
  shownFields.set(resource, known)
  const fields =
    known.get(audience) ??
    Object.entries(resource.fields).flatMap(([name, spec]) => (isShown(spec, audience) ? [name] : []))
  known.set(audience, fields)
  return fields
}

/** Without secrets, and for tenants without what only operators see. */
export function viewOf(resource: Resource, row: Row, caller: Caller): Row {
  const view: Row = {}
  for (const name of fieldsFor(resource, audienceOf(caller))) view[name] = row[name] ?? null
  return view
}

/** The same from the columns of an event, whose times are text as PostgreSQL writes them in JSON. */
export function viewOfColumns(resource: Resource, data: Row, caller: Caller): Row {
  const row = columnsOf(resource).map(({ field, name, type }) => {
    const value = data[name]
    return [field, type === 'timestamptz' && typeof value === 'string' ? new Date(value).toISOString() : value]
  })
  return viewOf(resource, Object.fromEntries(row), caller)
}
