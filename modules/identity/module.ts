/** Who there is, how they prove it, and what they may do: domains, accounts, users, groups, roles, sessions, access keys. */
import {
  type Authenticate,
  implement,
  type LiveSettings,
  type Module,
  type RequestRates,
  type Settings,
  type Store,
} from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import { type CallerAccess, createCallerAccess } from './access/caller-access.ts'
import { accessKeySlice } from './access-key/access-key.actions.ts'
import { accessKey } from './access-key/access-key.resource.ts'
import { createAccessKeys } from './access-key/verify.ts'
import { accountSlice } from './account/account.actions.ts'
import { account } from './account/account.resource.ts'
import { contentsRoute } from './account/contents.ts'
import { createAuthenticate } from './authenticate.ts'
import { domainSlice } from './domain/domain.actions.ts'
import { domain } from './domain/domain.resource.ts'
import { groupMemberSlice, groupSlice } from './group/group.actions.ts'
import { group } from './group/group.resource.ts'
import { groupMember } from './group/group-member.resource.ts'
import { invitationSlice } from './invitation/invitation.actions.ts'
import { invitation } from './invitation/invitation.resource.ts'
import { redeemRoute } from './invitation/redeem.ts'
import { createPasswordHasher } from './password/hasher.ts'
import { ensureAdministrator, ensurePlatform } from './platform/bootstrap.ts'
import { roleSlice } from './role/role.actions.ts'
import { role } from './role/role.resource.ts'
import { roleBindingSlice } from './role-binding/role-binding.actions.ts'
import { roleBinding } from './role-binding/role-binding.resource.ts'
import { expireRequests } from './separation/consent.ts'
import { separationSlice } from './separation/separation.actions.ts'
import { separation } from './separation/separation.resource.ts'
import { separationRequestSlice } from './separation/separation-request.actions.ts'
import { separationRequest } from './separation/separation-request.resource.ts'
import { createLogin } from './session/login.ts'
import { createSessionLookup } from './session/lookup.ts'
import { createRefusals } from './session/refusals.ts'
import { sessionRoutes } from './session/routes.ts'
import { session } from './session/session.resource.ts'
import { createThrottle } from './session/throttle.ts'
import { anonymousRequestsPerSecond, identitySettings, requestsPerSecond } from './settings.ts'
import { shareSlice, tidyShares } from './share/share.actions.ts'
import { share } from './share/share.resource.ts'
import { userSlice } from './user/user.actions.ts'
import { user } from './user/user.resource.ts'

export { createPasswordHasher } from './password/hasher.ts'
export { randomPassword } from './password/random-password.ts'
export { hasAdministrator } from './platform/bootstrap.ts'
export { PLATFORM_ACCOUNT, ROOT_DOMAIN } from './platform/ids.ts'
export { type SystemRole, systemRoles } from './role/system-roles.ts'
export { identitySettings } from './settings.ts'
export { resetPassword } from './user/password.ts'

export const identityResources = [
  domain,
  account,
  user,
  group,
  groupMember,
  role,
  roleBinding,
  share,
  session,
  accessKey,
  separation,
  separationRequest,
  invitation,
]

export interface Identity {
  module: Module
  authenticate: Authenticate
  rates: RequestRates
  /** How many passwords wait to be hashed. */
  passwordsWaiting(): number
  /** For whatever finds out who asks: sessions, access keys. */
  access: CallerAccess
  /** Make the platform's own account and its first administrator, once. False when there is one already. */
  bootstrap(administrator: { username: string; password: string }): Promise<boolean>
}

/** While passwords wait, those who come to try theirs have time to be looked up together: they wait all the same. */
const GATHER_MS = 5
const MOST_GATHER_MS = 100

/** A second's worth, and as much again at once. */
const rate = (settings: Settings, setting: Setting<number>) => () => {
  const perSecond = settings.get(setting)
  return { perSecond, burst: 2 * perSecond }
}

export function createIdentity(store: Store, settings: LiveSettings): Identity {
  const access = createCallerAccess(store, settings.definitions)
  const hasher = createPasswordHasher()
  const lookup = createSessionLookup(store, settings, access)
  const refusals = createRefusals(store)
  const throttle = createThrottle(store, settings, () => Math.min(MOST_GATHER_MS, hasher.waiting() * GATHER_MS))
  const login = createLogin({ store, settings, hasher, throttle, lookup, refusals, access })
  const redeem = redeemRoute({ store, hasher, throttle, refusals })
  return {
    authenticate: createAuthenticate(lookup, createAccessKeys(store, access)),
    rates: { user: rate(settings, requestsPerSecond), anonymous: rate(settings, anonymousRequestsPerSecond) },
    passwordsWaiting: hasher.waiting,
    access,
    module: {
      name: 'identity',
      slices: [
        domainSlice,
        accountSlice,
        userSlice(hasher),
        groupSlice,
        groupMemberSlice,
        roleSlice,
        roleBindingSlice,
        shareSlice,
        implement(session),
        accessKeySlice,
        separationSlice,
        separationRequestSlice(settings),
        invitationSlice(settings),
      ],
      settings: identitySettings,
      routes: [...sessionRoutes(store, login), redeem, contentsRoute(store)],
      start: () => ensurePlatform(store, settings.definitions()),
      stop: () => refusals.idle(),
      async tidy() {
        await tidyShares(store)
        await expireRequests(store)
      },
    },
    bootstrap: (administrator) => ensureAdministrator(store, hasher, administrator),
  }
}
