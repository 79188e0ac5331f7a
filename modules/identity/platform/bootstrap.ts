/** What every installation has: the root domain, the account of the platform, the roles that come with it, and a first administrator. */
import { type Operation, Refused, type Store } from '@basalt/kernel'
import { reconcileRoles, systemRole } from '../role/reconcile-roles.ts'
import { hashPassword } from '../user/password.ts'
import { PLATFORM_ACCOUNT, ROOT_DOMAIN } from './ids.ts'

/** Insert it unless it is there; other nodes may do the same now. */
async function ensure(store: Store, operation: Extract<Operation, { op: 'insert' }>): Promise<void> {
  if ((await store.all(operation.kind, { id: operation.row.id })).length > 0) return
  await store.commit([operation]).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error
  })
}

/** Idempotent; every node does it when it starts. */
export async function ensurePlatform(store: Store): Promise<void> {
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
  await reconcileRoles(store)
}

/** Make the first administrator, once. False when there is one already. */
export async function ensureAdministrator(
  store: Store,
  { username, password }: { username: string; password: string },
): Promise<boolean> {
  await ensurePlatform(store)
  const role = await systemRole(store, 'platformAdmin')
  if ((await store.all('roleBinding', { role: role.id, scope: 'platform' })).length > 0) return false
  const user = crypto.randomUUID()
  const common = { description: '', account: PLATFORM_ACCOUNT }
  const passwordHash = await hashPassword(password)
  await store.commit([
    { op: 'insert', kind: 'user', row: { id: user, name: username, username, passwordHash, ...common } },
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
  ])
  return true
}
