import { implement } from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import { checkMayGive, checkNotOwnRestriction } from '../access/granting.ts'
import { bindingsOfGroup } from '../role-binding/bindings.ts'
import { group } from './group.resource.ts'
import { groupMember } from './group-member.resource.ts'

interface Named {
  id: string
  name: string
  account: string
}

export const groupSlice = implement(group, {
  delete: {
    async check({ id, caller, store }) {
      await checkNotOwnRestriction(store, caller, await bindingsOfGroup(store, id))
    },
    short: async () => undefined,
  },
})

export const groupMemberSlice = implement(groupMember, {
  create: {
    place: async ({ input, refs }) => ({ account: refs.get<Named>(input.group).account }),
    async short({ input, refs, caller, store }) {
      const into = refs.get<Named>(input.group)
      await checkMayGive(store, caller, await bindingsOfGroup(store, into.id))
      return {
        set: { account: into.account, name: truncated(`${refs.get<Named>(input.user).name} in ${into.name}`, 63) },
      }
    },
  },
  delete: {
    async check({ row, caller, store }) {
      if (row.user === caller.user) await checkNotOwnRestriction(store, caller, await bindingsOfGroup(store, row.group))
    },
    short: async () => undefined,
  },
})
