/** What a user may do, compiled from its bindings, kept as long as nothing that decides about rights has changed. */
import {
  type AccountPlace,
  accessIn,
  accountPlace,
  actingIn,
  type Caller,
  type Grant,
  hasFewAccounts,
  isOperator,
  type Part,
  Problem,
  type Store,
} from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import { bindingsOfUser } from '../role-binding/bindings.ts'
import { isSeparated, partsIn, separatedGrants } from '../separation/split.ts'

/** SQL of the version of all rights: part of whatever query finds out who asks. Grows with every change, on whatever node. */
export const ACCESS_VERSION = '(select version from access_version)'

export interface CallerAccess {
  /**
   * The user acting in its own account; null when that account is frozen or gone.
   * @param version what {@link ACCESS_VERSION} gave
   */
  callerOf(who: { user: string; account: string }, version: number): Promise<Caller | null>
  /** The same for what happens in the user's name while it is not there; null when it is gone, too. */
  callerNow(user: string, account: string): Promise<Caller | null>
  /** The same for whoever acted in an account that need not be its own. */
  callerActing(user: string, account: string): Promise<Caller | null>
  isFrozen(account: string): Promise<boolean>
}

const ifProblem = (error: unknown): null => {
  if (error instanceof Problem) return null
  throw error
}

const KEPT = 10_000

interface Known {
  version: number
  home: AccountPlace | null
  grants: Grant[]
  small: readonly string[]
  part?: Part
}

/** @param settings every setting, for whose matter it is to change them */
export function createCallerAccess(store: Store, settings: () => readonly Setting[]): CallerAccess {
  const known = new Map<string, Known>()

  async function load({ user, account }: { user: string; account: string }, version: number): Promise<Known> {
    const [bindings, home, split] = await Promise.all([
      bindingsOfUser(store, user),
      accountPlace(store.database, account),
      isSeparated(store),
    ])
    const given = bindings.map(({ id, role, scope, statements }): Grant => ({ binding: id, role, scope, statements }))
    const { grants, part } = split
      ? separatedGrants(store, settings(), given, partsIn(bindings))
      : { grants: given, part: undefined }
    const paths = grants.flatMap(({ scope }) => (scope.kind === 'domain' ? [scope.path] : []))
    const few = await Promise.all(paths.map((path) => hasFewAccounts(store.database, path)))
    const small = paths.filter((_, index) => few[index])
    const found = { version, home, grants, small, part }
    if (known.size >= KEPT) known.delete(known.keys().next().value as string)
    known.set(user, found)
    return found
  }

  const callerOf: CallerAccess['callerOf'] = async ({ user, account }, version) => {
    const kept = known.get(user)
    const { home, grants, small, part } = kept?.version === version ? kept : await load({ user, account }, version)
    if (home?.state !== 'active') return null
    const access = accessIn(grants, home, { small, part })
    return { user, account, operator: isOperator(access.grants), access }
  }

  async function atHome(user: string): Promise<Caller | null> {
    const [found] = await store.database.query<{ version: number; account: string }>(
      `select ${ACCESS_VERSION} as version, account from "user" where id = $1`,
      [user],
    )
    return found ? callerOf({ user, account: found.account }, found.version) : null
  }

  return {
    callerOf,
    async callerNow(user, account) {
      const caller = await atHome(user)
      return caller?.account === account ? caller : null
    },
    async callerActing(user, account) {
      const caller = await atHome(user)
      // An account that is gone, or where it has no role any more, looks the same: nothing is done there in its name.
      return caller && actingIn(store.database, caller, account).catch(ifProblem)
    },
    async isFrozen(account) {
      return (await accountPlace(store.database, account))?.state === 'frozen'
    },
  }
}
