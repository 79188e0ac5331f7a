/** Who there is: accounts, users, sessions. */
import { randomUUID } from 'node:crypto'
import { conflict, forbidden, implement, type Module, type Store } from '@basalt/kernel'
import { account } from './account/account.resource.ts'
import { session } from './session/session.resource.ts'
import { createSessions, endSessions, type Sessions } from './session/sessions.ts'
import { hashPassword } from './user/password.ts'
import { user } from './user/user.resource.ts'

export { hashing } from './user/password.ts'

export const identityResources = [account, user, session]

const accountSlice = implement(account, {
  create: { short: async ({ id }) => ({ set: { account: id, type: 'tenant' } }) },
})

const userSlice = implement(user, {
  create: {
    async short({ input, caller }) {
      const home = input.inAccount ?? caller.account
      if (home !== caller.account && !caller.operator) throw forbidden('user.create')
      return { set: { account: home, operator: false, passwordHash: await hashPassword(input.password) } }
    },
  },
  setPassword: {
    async short({ id, input, store }) {
      return { set: { passwordHash: await hashPassword(input.password) }, operations: await endSessions(store, id) }
    },
  },
  delete: {
    async short({ id, caller }) {
      if (id === caller.user)
        throw conflict('OWN_USER', 'You cannot delete the user you are logged in as.', 'Log in as another one.')
      return undefined
    },
  },
})

export interface Identity {
  module: Module
  sessions: Sessions
  /** Make the platform's own account and its first operator, once. False when there is one already. */
  bootstrap(operator: { username: string; password: string }): Promise<boolean>
}

export function createIdentity(store: Store): Identity {
  const sessions = createSessions(store)
  return {
    sessions,
    module: {
      name: 'identity',
      slices: [accountSlice, userSlice, implement(session)],
      routes: sessions.routes,
    },
    async bootstrap({ username, password }) {
      if ((await store.all('user', { operator: true })).length > 0) return false
      const home = randomUUID()
      const passwordHash = await hashPassword(password)
      await store.commit([
        {
          op: 'insert',
          kind: 'account',
          row: { id: home, name: 'Platform', description: 'Runs the cloud.', account: home, type: 'system' },
        },
        {
          op: 'insert',
          kind: 'user',
          row: {
            id: randomUUID(),
            name: username,
            description: '',
            account: home,
            username,
            operator: true,
            passwordHash,
          },
        },
      ])
      return true
    },
  }
}
