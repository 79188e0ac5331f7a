import { isDeepStrictEqual } from 'node:util'
import { type Operation, Refused, type Row, type Statement, type Store } from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import { PLATFORM_ACCOUNT } from '../platform/ids.ts'
import { REVISION, type SystemRole, systemRoles } from './system-roles.ts'

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

function operationFor(role: SystemRole, stored: StoredRole | undefined, keep: boolean): Operation[] {
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
  if (keep) return []
  const { name, description, statements } = stored
  if (stored.revision > REVISION || isDeepStrictEqual({ name, description, statements }, rowOf(role))) return []
  return [{ op: 'update', kind: 'role', id: stored.id, set: fields, version: stored.version }]
}

/**
 * The roles in the database as this version has them. Several nodes may do this at once.
 * @param settings as far as they are known; without them what is missing is made, and nothing changed
 */
export async function reconcileRoles(store: Store, settings?: readonly Setting[]): Promise<void> {
  const stored = new Map((await store.all<StoredRole>('role', { system: true })).map((role) => [role.key, role]))
  for (const role of systemRoles(store.catalogue.resources, settings ?? []))
    try {
      for (const operation of operationFor(role, stored.get(role.key), settings === undefined))
        await store.commit([operation])
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
