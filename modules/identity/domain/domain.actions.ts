import { accountPlace, type Caller, conflict, implement, type Store } from '@basalt/kernel'
import { ROOT_DOMAIN } from '../platform/ids.ts'
import { type DomainRow, domain } from './domain.resource.ts'

/** The domain that is named, or that of the account the caller acts in. */
export async function domainOr(store: Store, caller: Caller, named: string | null | undefined): Promise<DomainRow> {
  const own = named ? null : await accountPlace(store.database, caller.account)
  const [found] = await store.all<DomainRow>('domain', named ? { id: named } : { path: own?.path ?? '' })
  if (!found) throw conflict('DOMAIN_GONE', 'The domain was deleted meanwhile.', 'Choose another one.')
  return found
}

export const domainSlice = implement(domain, {
  create: {
    place: async ({ input, caller, store }) => ({ path: (await domainOr(store, caller, input.parent)).path }),
    async short({ id, input, caller, store }) {
      const parent = await domainOr(store, caller, input.parent)
      return {
        set: { parent: parent.id, path: `${parent.path}${id}/` },
        operations: [{ op: 'require', kind: 'domain', id: parent.id }],
      }
    },
  },
  delete: {
    async check({ id }) {
      if (id === ROOT_DOMAIN)
        throw conflict('ROOT_DOMAIN', 'The root domain cannot be deleted.', 'Delete a domain below it.')
    },
    short: async () => undefined,
  },
})
