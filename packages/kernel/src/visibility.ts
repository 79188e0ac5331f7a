/**
 * Who may know of which resource: one rule, in SQL for reads and in code for events. Every read of rows on somebody's behalf goes
 * through here.
 */
import { type Resource, snake } from '@basalt/resource'
import type { Caller } from './caller.ts'
import type { Row } from './database.ts'

/**
 * The condition under which the viewer may know of a row of the kind's table.
 * @param values parameters of the statement; what the condition needs is appended
 * @param alias of the table, where the statement has several
 */
export function visibleSql(resource: Resource, viewer: Caller, values: unknown[], alias?: string): string {
  const column = (field: string): string => `${alias ? `"${alias}".` : ''}"${snake(field)}"`
  if (viewer.operator) return 'true'
  if (resource.ownership === 'platform') return resource.audience === 'tenant' ? 'true' : 'false'
  values.push(viewer.account)
  const own = `${column('account')} = $${values.length}`
  return resource.offeredBy ? `(${own} or ${column(resource.offeredBy)})` : own
}

/** Whether the caller may know of a resource of this kind that belongs to `account`. */
export function mayRead(resource: Resource, account: string | null, data: Row, caller: Caller): boolean {
  if (caller.operator) return true
  if (resource.ownership === 'platform') return resource.audience === 'tenant'
  return account === caller.account || (resource.offeredBy !== undefined && data[resource.offeredBy] === true)
}
