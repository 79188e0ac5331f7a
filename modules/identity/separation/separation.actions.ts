/** Switching the separation on. */
import { conflict, implement, invalidField, type Operation, PARTS, type Part, type Store } from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import { PLATFORM_ACCOUNT } from '../platform/ids.ts'
import { systemRole } from '../role/reconcile-roles.ts'
import { separation } from './separation.resource.ts'
import { partsOfUser } from './split.ts'

interface Holder {
  id: string
  name: string
  username: string
  account: string
}

/** What a holder needs to be; `field` names it in the input. */
export async function checkHolder(store: Store, holder: Holder, part: Part, field: string): Promise<void> {
  if (holder.account !== PLATFORM_ACCOUNT)
    throw invalidField(
      field,
      "is no user of the platform's account, so that others than the platform decide who that is",
      'Name a user of the account "Platform".',
    )
  const other = (await partsOfUser(store, holder.id)).find((has) => has !== part)
  if (other)
    throw conflict(
      'TWO_PARTS',
      `"${holder.username}" is ${other} already; nobody has two parts.`,
      'Name somebody else, or take that role away first.',
    )
}

function checkDistinct(input: Record<Part, string>): void {
  for (const part of PARTS)
    if (PARTS.some((other) => other !== part && input[other] === input[part]))
      throw invalidField(part, 'is named for two parts', 'Name three users: nobody has two parts.')
}

/** Operations that make somebody the holder of a part; none when it is that already. */
export async function appointment(store: Store, holder: Holder, part: Part): Promise<Operation[]> {
  if ((await partsOfUser(store, holder.id)).includes(part)) return []
  const role = await systemRole(store, part)
  const row = {
    id: crypto.randomUUID(),
    name: truncated(`${holder.name}: ${role.name}`, 63),
    description: '',
    account: holder.account,
    user: holder.id,
    role: role.id,
    scope: 'platform',
  }
  return [{ op: 'insert', kind: 'roleBinding', row }]
}

export const separationSlice = implement(separation, {
  enable: {
    async short({ input, refs, store }) {
      checkDistinct(input)
      const operations: Operation[] = []
      for (const part of PARTS) {
        const holder = refs.get<Holder>(input[part])
        await checkHolder(store, holder, part, part)
        operations.push(...(await appointment(store, holder, part)))
      }
      return { set: { since: new Date(await store.now()).toISOString() }, operations }
    },
  },
})
