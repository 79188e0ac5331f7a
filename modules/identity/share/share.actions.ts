import { authorizeAt, type Caller, implement, invalidField, type Row, type Store, type Target } from '@basalt/kernel'
import { isUuid, tableName } from '@basalt/resource'
import { share } from './share.resource.ts'

interface Wish {
  sharedKind: string
  resource: string
  grantee: 'account' | 'domain' | 'all'
  toAccount?: string | null
  toDomain?: string | null
}

type Owned = Row & { id: string; name: string; account: string }

async function sharedRow(store: Store, caller: Caller, { sharedKind, resource }: Wish): Promise<Owned> {
  const kinds = store.catalogue.resources.filter(({ shareable }) => shareable).map(({ kind }) => kind)
  if (!kinds.includes(sharedKind))
    throw invalidField('sharedKind', 'is no kind that can be shared', `Give one of ${kinds.join(', ')}.`)
  const row = isUuid(resource) ? await store.get<Owned>(sharedKind, resource, caller) : null
  if (!row)
    throw invalidField(
      'resource',
      `refers to no ${sharedKind} that you can see`,
      `Give the id of an existing ${sharedKind}.`,
    )
  return row
}

function checkGrantee({ grantee, toAccount, toDomain }: Wish): void {
  if ((grantee === 'account') !== Boolean(toAccount))
    throw invalidField('toAccount', 'goes with the grantee "account"', 'Give both, or neither.')
  if ((grantee === 'domain') !== Boolean(toDomain))
    throw invalidField('toDomain', 'goes with the grantee "domain"', 'Give both, or neither.')
}

/** Where the right to share with many is needed: in the domain, or everywhere. */
async function audiencePlace(store: Store, caller: Caller, { toDomain }: Wish): Promise<Target> {
  if (!toDomain) return {}
  const domain = await store.get<{ path: string }>('domain', toDomain, caller)
  return { path: domain?.path ?? null }
}

export const shareSlice = implement(share, {
  create: {
    place: async ({ input, caller, store }) => ({ account: (await sharedRow(store, caller, input)).account }),
    async short({ input, caller, store }) {
      const row = await sharedRow(store, caller, input)
      checkGrantee(input)
      if (input.grantee !== 'account')
        await authorizeAt(store.database, caller, share, 'publish', await audiencePlace(store, caller, input))
      return {
        set: { account: row.account, name: row.name },
        operations: [{ op: 'require', kind: input.sharedKind, id: row.id }],
      }
    },
  },
})

/** Shares of what is gone. */
export async function tidyShares(store: Store): Promise<void> {
  for (const resource of store.catalogue.resources.filter(({ shareable }) => shareable)) {
    const rows = await store.database.query<{ id: string }>(
      `select s.id from share s where s.shared_kind = $1 and not exists (select 1 from "${tableName(resource)}" t where t.id = s.resource) limit 500`,
      [resource.kind],
    )
    if (rows.length > 0) await store.commit(rows.map(({ id }) => ({ op: 'delete', kind: 'share', id }) as const))
  }
}
