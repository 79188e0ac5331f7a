/** Who there is and what they may do: domains, accounts, users, groups, roles, sessions. */
import { implement, type Module, type Store } from '@basalt/kernel'
import { type CallerAccess, createCallerAccess } from './access/caller-access.ts'
import { accountSlice } from './account/account.actions.ts'
import { account } from './account/account.resource.ts'
import { contentsRoute } from './account/contents.ts'
import { domainSlice } from './domain/domain.actions.ts'
import { domain } from './domain/domain.resource.ts'
import { groupMemberSlice, groupSlice } from './group/group.actions.ts'
import { group } from './group/group.resource.ts'
import { groupMember } from './group/group-member.resource.ts'
import { ensureAdministrator, ensurePlatform } from './platform/bootstrap.ts'
import { roleSlice } from './role/role.actions.ts'
import { role } from './role/role.resource.ts'
import { roleBindingSlice } from './role-binding/role-binding.actions.ts'
import { roleBinding } from './role-binding/role-binding.resource.ts'
import { session } from './session/session.resource.ts'
import { createSessions, type Sessions } from './session/sessions.ts'
import { shareSlice, tidyShares } from './share/share.actions.ts'
import { share } from './share/share.resource.ts'
import { userSlice } from './user/user.actions.ts'
import { user } from './user/user.resource.ts'

export { PLATFORM_ACCOUNT, ROOT_DOMAIN } from './platform/ids.ts'
export { SYSTEM_ROLES, type SystemRole } from './role/system-roles.ts'
export { hashing } from './user/password.ts'

export const identityResources = [domain, account, user, group, groupMember, role, roleBinding, share, session]

export interface Identity {
  module: Module
  sessions: Sessions
  /** For whatever finds out who asks: sessions, access keys. */
  access: CallerAccess
  /** Make the platform's own account and its first administrator, once. False when there is one already. */
  bootstrap(administrator: { username: string; password: string }): Promise<boolean>
}

export function createIdentity(store: Store): Identity {
  const access = createCallerAccess(store)
  const sessions = createSessions(store, access)
  return {
    sessions,
    access,
    module: {
      name: 'identity',
      slices: [
        domainSlice,
        accountSlice,
        userSlice,
        groupSlice,
        groupMemberSlice,
        roleSlice,
        roleBindingSlice,
        shareSlice,
        implement(session),
      ],
      routes: [...sessions.routes, contentsRoute(store)],
      start: () => ensurePlatform(store),
      tidy: () => tidyShares(store),
    },
    bootstrap: (administrator) => ensureAdministrator(store, administrator),
  }
}
