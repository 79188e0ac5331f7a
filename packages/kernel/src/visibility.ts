/**
 * Who may know of which resource: one rule, in SQL for reads and in code for events. Every read of rows on somebody's behalf goes
 * through here. A row is seen by whom a grant lets read it, by everybody when it is offered to all, and by those it is shared with;
 * and by nobody whom a statement denies it.
 */
import { type Resource, snake, tableName } from '@basalt/resource'
import { decide, isHighEnough } from './access/decide.ts'
import { accessOf, grantsFor, isMenu } from './access/grants.ts'
import { permissionFor } from './access/permissions.ts'
import { isShared } from './access/shares.ts'
import { allOf, anyOf, type Condition, FALSE, isNot, name, render, sql, TRUE } from './access/sql.ts'
import { type Access, domainPath, isAbout, type Scope, type Statement } from './access/statement.ts'
import { targetOf } from './access/target.ts'
import { isBelow } from './access/tenancy.ts'
import type { Caller } from './caller.ts'
import type { Row } from './database.ts'

/** SQL of a column of the kind's table. */
type ColumnSql = (field: string) => string

function isWithin(scope: Scope, resource: Resource, { small = [] }: Access, column: ColumnSql): Condition {
  const isOwned = resource.ownership === 'account'
  switch (scope.kind) {
    case 'platform':
      return TRUE
    case 'zone':
      if (resource.scope === 'zone') return sql`${name(column('id'))} = ${scope.zone}`
      return resource.fields.zone ? sql`${name(column('zone'))} = ${scope.zone}` : FALSE
    case 'domain':
      if (resource.scope === 'domain') return sql`starts_with(${name(column('path'))}, ${scope.path})`
      return isOwned ? isBelow(column('account'), scope.path, small.includes(scope.path)) : FALSE
    case 'account':
      return isOwned ? sql`${name(column('account'))} = ${scope.account}` : FALSE
  }
}

function holds({ resources, zones, mine }: Statement, resource: Resource, user: string, column: ColumnSql): Condition {
  const zone = resource.scope === 'zone' ? 'id' : 'zone'
  const inZones = (ids: readonly string[]): Condition =>
    resource.fields[zone] ? sql`${name(column(zone))} = any(${ids}::uuid[])` : FALSE
  const isMine = (): Condition => (resource.personal ? sql`${name(column(resource.personal.field))} = ${user}` : FALSE)
  return allOf([
    resources ? sql`${name(column('id'))} = any(${resources}::uuid[])` : TRUE,
    zones ? inZones(zones) : TRUE,
    mine ? isMine() : TRUE,
  ])
}

/** What is shared with an account is seen by those of its users who may see what the account has itself of the kind. */
function seesShared(resource: Resource, viewer: Caller): boolean {
  if (!resource.shareable) return false
  const { user, account } = viewer
  const { grants, domains } = accessOf(viewer)
  return decide(grants, permissionFor(resource, 'read'), { account, path: domainPath(domains) }, user).allowed
}

function visible(resource: Resource, viewer: Caller, column: ColumnSql): Condition {
  const permission = permissionFor(resource, 'read')
  const access = accessOf(viewer)
  const sentences = grantsFor(resource, viewer).flatMap(({ scope, statements }) =>
    statements
      .filter((statement) => isAbout(statement, permission.name))
      .map((statement) => ({
        counts: isHighEnough(scope, permission.audience),
        effect: statement.effect,
        where: allOf([isWithin(scope, resource, access, column), holds(statement, resource, viewer.user, column)]),
      })),
  )
  const allowed = sentences.filter(({ effect, counts }) => effect === 'allow' && counts).map(({ where }) => where)
  const denied = sentences.filter(({ effect }) => effect === 'deny').map(({ where }) => where)
  return allOf([
    anyOf([
      ...allowed,
      isMenu(resource) ? TRUE : FALSE,
      resource.offeredBy ? sql`${name(column(resource.offeredBy))}` : FALSE,
      seesShared(resource, viewer) ? isShared(column('id'), viewer.account, access.domains) : FALSE,
    ]),
    ...denied.map(isNot),
  ])
}

/**
 * The condition under which the viewer may know of a row of the kind's table.
 * @param values parameters of the statement; what the condition needs is appended
 * @param alias of the table, where it has one
 */
export function visibleSql(resource: Resource, viewer: Caller, values: unknown[], alias?: string): string {
  const column = (field: string): string => `"${alias ?? tableName(resource)}"."${snake(field)}"`
  return render(visible(resource, viewer, column), values)
}

/** What an event does not say of the resource itself. */
export interface Surroundings {
  /** Domains of its account. */
  path?: string | null
  /** Whether it is shared with the account that the caller acts in. */
  shared?: boolean | null
}

/** Whether the caller may know of a resource of this kind that belongs to `account`; `data` by columns, as events have it. */
export function mayRead(
  resource: Resource,
  account: string | null,
  data: Row,
  caller: Caller,
  { path = null, shared = false }: Surroundings = {},
): boolean {
  const own = targetOf(resource, { ...data, account })
  const target = { ...own, path: own.path ?? path }
  const { allowed, by } = decide(grantsFor(resource, caller), permissionFor(resource, 'read'), target, caller.user)
  if (allowed || by) return allowed
  return (
    isMenu(resource) ||
    (shared === true && seesShared(resource, caller)) ||
    (resource.offeredBy !== undefined && data[snake(resource.offeredBy)] === true)
  )
}
