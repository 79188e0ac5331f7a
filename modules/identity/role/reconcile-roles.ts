import { isDeepStrictEqual } from 'node:util'
import { type Operation, Refused, type Row, type Statement, type Store } from '@basalt/kernel'
import { PLATFORM_ACCOUNT } from '../platform/ids.ts'
import { REVISION, SYSTEM_ROLES, type SystemRole } from './system-roles.ts'

interface StoredRole {
  id: string
  key: string
  name: string
  description: string
  revision: number
  statements: Statement[]
  version: number
}

const rowOf = ({ name, description, statements }: SystemRole): Row => ({ name, description, statements })

function operationFor(role: SystemRole, stored: StoredRole | undefined): Operation[] {
  const fields = { ...rowOf(role), revision: REVISION }
  if (!stored) {
    const row = {
      id: crypto.randomUUID(),
      account: PLATFORM_ACCOUNT,
      key: role.key,
      system: true,
      public: true,
      ...fields,
    }
    return [{ op: 'insert', kind: 'role', row }]
  }
  const { name, description, statements } = stored
  if (stored.revision > REVISION || isDeepStrictEqual({ name, description, statements }, rowOf(role))) return []
  return [{ op: 'update', kind: 'role', id: stored.id, set: fields, version: stored.version }]
}

/** The roles in the database as this version has them. Several nodes may do this at once. */
export async function reconcileRoles(store: Store): Promise<void> {
  const stored = new Map((await store.all<StoredRole>('role', { system: true })).map((role) => [role.key, role]))
  for (const role of SYSTEM_ROLES)
    try {
      for (const operation of operationFor(role, stored.get(role.key))) await store.commit([operation])
    } catch (error) {
      // Another node was quicker.
      if (!(error instanceof Refused)) throw error
    }
}

/** Id of a role that comes with the platform. */
export async function systemRole(store: Store, key: string): Promise<StoredRole> {
  const [role] = await store.all<StoredRole>('role', { key })
  if (!role) throw new Error(`the role ${key} is not in the database`)
  return role
}
