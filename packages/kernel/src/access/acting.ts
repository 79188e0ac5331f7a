/** The account that a request acts in: the caller's own unless it says otherwise. */
import { isUuid } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import type { Database } from '../database.ts'
import { notFound, Problem } from '../problem.ts'
import { accessOf } from './grants.ts'
import type { Access, Grant } from './statement.ts'
import { domainsOf } from './statement.ts'
import { type AccountPlace, accountPlace } from './tenancy.ts'

/** Header with the id of the account to act in. */
export const ACCOUNT_HEADER = 'basalt-account'

export const accountFrozen = (): Problem =>
  new Problem({
    status: 403,
    code: 'ACCOUNT_FROZEN',
    detail: 'The account is frozen: nobody acts in it until it is thawed.',
    remedy: 'Ask an administrator of the domain, or an operator of the platform.',
  })

/** Grants as they count in one account: those of other accounts give nothing meanwhile. */
export function accessIn(
  grants: readonly Grant[],
  { id, path }: Pick<AccountPlace, 'id' | 'path'>,
  { small, part }: Pick<Access, 'small' | 'part'> = {},
): Access {
  const isElsewhere = ({ scope }: Grant): boolean => scope.kind === 'account' && scope.account !== id
  return {
    grants: grants.filter((grant) => !isElsewhere(grant)),
    elsewhere: grants.filter(isElsewhere),
    domains: domainsOf(path),
    small,
    part,
  }
}

/**
 * The caller acting in another account: one it has a role in, or one of a domain it has rights in.
 * @throws 404 when it has none there, just as when there is no such account
 */
export async function actingIn(database: Database, caller: Caller, account: string): Promise<Caller> {
  if (account === caller.account) return caller
  const { grants, elsewhere } = accessOf(caller)
  const place = isUuid(account) ? await accountPlace(database, account) : null
  const above = grants.some(
    ({ scope }) => scope.kind === 'platform' || (scope.kind === 'domain' && place?.path.startsWith(scope.path)),
  )
  const within = elsewhere.some(({ scope }) => scope.kind === 'account' && scope.account === account)
  if (!place || !(above || within)) throw notFound('account', account.slice(0, 64))
  if (place.state === 'frozen' && !above) throw accountFrozen()
  return {
    ...caller,
    account,
    ...(caller.access ? { access: accessIn([...grants, ...elsewhere], place, caller.access) } : {}),
  }
}
