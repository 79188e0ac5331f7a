/** What every installation has: the root domain, the account of the platform, the roles that come with it, and a first administrator. */
import { type Operation, Refused, type Store } from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import type { PasswordHasher } from '../password/hasher.ts'
import { reconcileRoles, systemRole } from '../role/reconcile-roles.ts'
import { newPassword } from '../user/password.ts'
import { PLATFORM_ACCOUNT, ROOT_DOMAIN, SEPARATION } from './ids.ts'

/** Insert it unless it is there; other nodes may do the same now. */
async function ensure(store: Store, operation: Extract<Operation, { op: 'insert' }>): Promise<void> {
  if ((await store.all(operation.kind, { id: operation.row.id })).length > 0) return
  await store.commit([operation]).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error
  })
}

/** Idempotent; every node does it when it starts. */
export async function ensurePlatform(store: Store, settings?: readonly Setting[]): Promise<void> {
  const root = { id: ROOT_DOMAIN, name: 'Root', description: 'Everything.', path: `/${ROOT_DOMAIN}/` }
  await ensure(store, { op: 'insert', kind: 'domain', row: root })
  const account = {
    id: PLATFORM_ACCOUNT,
    name: 'Platform',
    description: 'Runs the cloud.',
    account: PLATFORM_ACCOUNT,
    type: 'system',
    domain: ROOT_DOMAIN,
    state: 'active',
  }
  await ensure(store, { op: 'insert', kind: 'account', row: account })
  const separation = { id: SEPARATION, name: 'Separation of duties', description: '', state: 'off' }
  await ensure(store, { op: 'insert', kind: 'separation', row: separation })
  await reconcileRoles(store, settings)
}

export async function hasAdministrator(store: Store): Promise<boolean> {
  await ensurePlatform(store)
  const role = await systemRole(store, 'platformAdmin')
  return (await store.all('roleBinding', { role: role.id, scope: 'platform' })).length > 0
}

/** Make the first administrator, once. False when there is one already, perhaps since a moment ago. */
export async function ensureAdministrator(
  store: Store,
  hasher: PasswordHasher,
  { username, password }: { username: string; password: string },
): Promise<boolean> {
  if (await hasAdministrator(store)) return false
  const role = await systemRole(store, 'platformAdmin')
  const user = crypto.randomUUID()
  const common = { description: '', account: PLATFORM_ACCOUNT }
  const hashed = await newPassword(hasher, password)
  const unit: Operation[] = [
    { op: 'insert', kind: 'user', row: { id: user, name: username, username, ...hashed, ...common } },
    {
      op: 'insert',
      kind: 'roleBinding',
      row: {
        id: crypto.randomUUID(),
        name: `${username}: ${role.name}`,
        user,
        role: role.id,
        scope: 'platform',
        ...common,
      },
    },
  ]
  try {
    await store.commit(unit)
    return true
  } catch (error) {
    // Another node did it at the same time.
    if (error instanceof Refused) return false
    throw error
  }
}
