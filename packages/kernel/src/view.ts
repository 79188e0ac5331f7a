/** Rows as callers see them. */
import { columnsOf, type FieldSpec, type Resource } from '@basalt/resource'
import type { Caller } from './caller.ts'
import type { Row } from './database.ts'

const shown = (spec: FieldSpec, caller: Caller): boolean =>
  !spec.secret && (caller.operator || (spec.audience ?? 'tenant') === 'tenant')

/** Without secrets, and for tenants without what only operators see. */
export function viewOf(resource: Resource, row: Row, caller: Caller): Row {
  const fields = Object.entries(resource.fields).filter(([, spec]) => shown(spec, caller))
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
