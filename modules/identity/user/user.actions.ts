import {
  accountPlace,
  type Caller,
  conflict,
  implement,
  invalidField,
  type Operation,
  Problem,
  type Slice,
  type Store,
} from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import { checkMayGive, checkOutranks } from '../access/granting.ts'
import type { AccountRow } from '../account/account.resource.ts'
import type { PasswordHasher } from '../password/hasher.ts'
import { checkAdministratorStays } from '../platform/administrators.ts'
import { systemRole } from '../role/reconcile-roles.ts'
import { checkNoPart, isPowerOverPlatform, isSeparated } from '../separation/split.ts'
import { endSessions, newPassword } from './password.ts'
import { user } from './user.resource.ts'

interface NamedRole {
  id: string
  name: string
  statements: Parameters<typeof checkMayGive>[2][number]['statements']
}

/** The first who is in charge of an account administers it; others work in it. Separated power is given by two, later. */
async function usualRole(store: Store, account: string): Promise<NamedRole | null> {
  if (isPowerOverPlatform({ kind: 'account', account }) && (await isSeparated(store))) return null
  const bindings = await store.all('roleBinding', { scope: 'account', account })
  return systemRole(store, bindings.length === 0 ? 'accountAdmin' : 'member')
}

async function checkHome(store: Store, account: string): Promise<void> {
  const [home] = await store.all<AccountRow>('account', { id: account })
  if (home?.type === 'project')
    throw invalidField(
      'inAccount',
      'is a project, which has no users of its own',
      'Make the user in its own account, then give it a role in the project.',
    )
}

/** @throws 403 for who keeps the rights while duties are separated: it could log in as whomever it gives a password */
function checkOwnPassword(caller: Caller): void {
  if (caller.access?.part)
    throw new Problem({
      status: 403,
      code: 'DUTIES_SEPARATED',
      detail: 'Duties are separated: who keeps the rights sets no password but its own.',
      remedy:
        'Leave it out and ask with POST /v1/invitations; another part approves. The user sets a password with the codes of both.',
    })
}

function checkFirstPassword(caller: Caller, password: string | null | undefined): void {
  if (password) checkOwnPassword(caller)
  else if (!caller.access?.part) throw invalidField('password', 'is needed', 'Give the user its first password.')
}

const bindingOf = (id: string, name: string, account: string, role: NamedRole): Operation => ({
  op: 'insert',
  kind: 'roleBinding',
  row: {
    id: crypto.randomUUID(),
    name: truncated(`${name}: ${role.name}`, 63),
    description: '',
    account,
    user: id,
    role: role.id,
    scope: 'account',
  },
})

export const userSlice = (hasher: PasswordHasher): Slice =>
  implement(user, {
    create: {
      async place({ input, caller, store }) {
        const account = input.inAccount ?? caller.account
        return { account, path: (await accountPlace(store.database, account))?.path ?? null }
      },
      async short({ id, input, caller, store, refs }) {
        const account = input.inAccount ?? caller.account
        checkFirstPassword(caller, input.password)
        await checkHome(store, account)
        const role = input.role ? refs.get<NamedRole>(input.role) : await usualRole(store, account)
        if (role)
          await checkMayGive(store, caller, [{ statements: role.statements, scope: { kind: 'account', account } }])
        return {
          set: { account, ...(await newPassword(hasher, input.password ?? null)) },
          operations: role ? [bindingOf(id, input.name, account, role)] : [],
        }
      },
    },
    setPassword: {
      async short({ id, input, caller, store }) {
        if (id !== caller.user) checkOwnPassword(caller)
        await checkOutranks(store, caller, id)
        return { set: await newPassword(hasher, input.password), operations: await endSessions(store, id) }
      },
    },
    delete: {
      async check({ id, caller, store }) {
        await checkNoPart(store, id, 'deleted')
        if (id === caller.user)
          throw conflict('OWN_USER', 'You cannot delete the user you are logged in as.', 'Log in as another one.')
        await checkAdministratorStays(store, { user: id })
      },
      short: async () => undefined,
    },
  })
