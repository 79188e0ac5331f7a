import { type Caller, conflict, implement } from '@basalt/kernel'
import { domainOr } from '../domain/domain.actions.ts'
import { checkAdministratorStays } from '../platform/administrators.ts'
import { PLATFORM_ACCOUNT } from '../platform/ids.ts'
import { account } from './account.resource.ts'
import { newPlace } from './new-place.ts'

/** The platform's account keeps the platform manageable; one's own, oneself. */
function checkNotVital(id: string, caller: Caller, done: string): void {
  if (id === PLATFORM_ACCOUNT)
    throw conflict('PLATFORM_ACCOUNT', `The account of the platform cannot be ${done}.`, 'Choose another account.')
  if (id === caller.account)
    throw conflict('OWN_ACCOUNT', `The account that you act in cannot be ${done}.`, 'Act in another account.')
}

export const accountSlice = implement(account, {
  create: {
    place: async ({ input, caller, store }) => ({ path: (await domainOr(store, caller, input.domain)).path }),
    async short({ id, input, caller, store }) {
      const domain = await domainOr(store, caller, input.domain)
      return {
        set: { account: id, domain: domain.id, type: input.type },
        operations: [{ op: 'require', kind: 'domain', id: domain.id }],
      }
    },
  },
  freeze: {
    async short({ id, caller }) {
      checkNotVital(id, caller, 'frozen')
      return undefined
    },
  },
  unfreeze: { short: async () => undefined },
  move: {
    short: async ({ row, input, caller, store }) => ({
      set: { domain: (await newPlace(store, caller, row, input.to)).id },
    }),
    check: async ({ id, caller }) => checkNotVital(id, caller, 'moved'),
  },
  delete: {
    async check({ id, caller, store }) {
      checkNotVital(id, caller, 'deleted')
      await checkAdministratorStays(store, { account: id })
    },
    short: async () => undefined,
  },
})
