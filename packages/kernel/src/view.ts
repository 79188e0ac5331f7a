/** Rows as callers see them. */
import { type Audience, columnsOf, type FieldSpec, isFor, type Resource } from '@basalt/resource'
import { audienceOf } from './access/grants.ts'
import type { Caller } from './caller.ts'
import type { Row } from './database.ts'

/** Whether a field exists for an audience. */
export const isShown = (spec: FieldSpec, audience: Audience): boolean => !spec.secret && isFor(spec.audience, audience)

/** Without secrets, and for tenants without what only operators see. */
export function viewOf(resource: Resource, row: Row, caller: Caller): Row {
  const audience = audienceOf(caller)
  const fields = Object.entries(resource.fields).filter(([, spec]) => isShown(spec, audience))
  return Object.fromEntries(fields.map(([name]) => [name, row[name] ?? null]))
}

/** The same from the columns of an event, whose times are text as PostgreSQL writes them in JSON. */
export function viewOfColumns(resource: Resource, data: Row, caller: Caller): Row {
  const row = columnsOf(resource).map(({ field, name, type }) => {
    const value = data[name]
    return [field, type === 'timestamptz' && typeof value === 'string' ? new Date(value).toISOString() : value]
  })
  return viewOf(resource, Object.fromEntries(row), caller)
}
