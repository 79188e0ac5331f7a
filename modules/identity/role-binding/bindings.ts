/** Bindings as rights that are given: what a role says and where. */
import type { Scope, Statement, Store } from '@basalt/kernel'
import type { RoleBindingRow } from './role-binding.resource.ts'

/** What somebody is given. */
export interface Gift {
  statements: readonly Statement[]
  scope: Scope
}

export interface Binding extends Gift {
  id: string
  name: string
  user: string | null
  group: string | null
  role: { id: string; name: string; key: string | null }
}

type Columns = Pick<RoleBindingRow, 'scope' | 'zone' | 'domain' | 'account'> & { path: string | null }

/** Where a binding counts. A zone or domain that is gone leaves nothing. */
export function scopeOf({ scope, zone, domain, path, account }: Columns): Scope | null {
  if (scope === 'platform') return { kind: 'platform' }
  if (scope === 'account') return { kind: 'account', account }
  if (scope === 'zone') return zone ? { kind: 'zone', zone } : null
  return domain && path ? { kind: 'domain', domain, path } : null
}

interface Found extends Columns, Record<string, unknown> {
  id: string
  name: string
  user: string | null
  group: string | null
  roleId: string
  roleName: string
  roleKey: string | null
  statements: Statement[]
}

async function find(store: Store, condition: string, id: string): Promise<Binding[]> {
  const rows = await store.database.query<Found>(
    `select b.id, b.name, b."user", b."group", b.scope, b.zone, b.domain, d.path, b.account, r.id as "roleId", r.name as "roleName", r.key as "roleKey", r.statements
       from role_binding b join role r on r.id = b.role left join domain d on d.id = b.domain
      where ${condition} order by b.created_at, b.id`,
    [id],
  )
  return rows.flatMap((row) => {
    const scope = scopeOf(row)
    const { name, user, group, statements } = row
    return scope
      ? [
          {
            id: row.id,
            name,
            user,
            group,
            statements,
            scope,
            role: { id: row.roleId, name: row.roleName, key: row.roleKey },
          },
        ]
      : []
  })
}

export const bindingsOfGroup = (store: Store, group: string): Promise<Binding[]> => find(store, 'b."group" = $1', group)

export const bindingsOfRole = (store: Store, role: string): Promise<Binding[]> => find(store, 'b.role = $1', role)

/** All that a user has, also through groups. */
export const bindingsOfUser = (store: Store, user: string): Promise<Binding[]> =>
  find(store, 'b."user" = $1 or b."group" in (select m."group" from group_member m where m."user" = $1)', user)
