/** Where an account is moved to. */
import { authorizeAt, type Caller, invalidField, type Store } from '@basalt/kernel'
import { domainOr } from '../domain/domain.actions.ts'
import type { DomainRow } from '../domain/domain.resource.ts'
import { account } from './account.resource.ts'

/**
 * The domain, when the caller may put accounts there: who moves one gives it away here and takes it in there, so the right is needed
 * in both. The account's own limits go with it; domains have none.
 */
export async function newPlace(store: Store, caller: Caller, row: { domain: string }, to: string): Promise<DomainRow> {
  if (row.domain === to) throw invalidField('to', 'is the domain that it is in already', 'Name another domain.')
  const domain = await domainOr(store, caller, to)
  await authorizeAt(store.database, caller, account, 'move', { path: domain.path })
  return domain
}
