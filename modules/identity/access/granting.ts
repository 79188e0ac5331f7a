/** Nobody gives more than it has, and nobody frees itself of a denial. */
import {
  type Access,
  accessOf,
  accountPlace,
  type Caller,
  type Grant,
  isAbout,
  isHighEnough,
  isUnconditional,
  type Permission,
  Problem,
  permissionsOf,
  type Scope,
  type Store,
} from '@basalt/kernel'
import { type Binding, bindingsOfUser, type Gift } from '../role-binding/bindings.ts'
import { isPowerOverPlatform, isSeparated, separated } from '../separation/split.ts'

/** A scope with the domains that its account is in. */
type Place = Scope & { path?: string }

async function placed(store: Store, scope: Scope): Promise<Place> {
  if (scope.kind !== 'account') return scope
  return { ...scope, path: (await accountPlace(store.database, scope.account))?.path ?? '' }
}

function contains(outer: Scope, inner: Place): boolean {
  switch (outer.kind) {
    case 'platform':
      return true
    case 'zone':
      return inner.kind === 'zone' && inner.zone === outer.zone
    case 'domain':
      return (inner.kind === 'domain' || inner.kind === 'account') && (inner.path ?? '').startsWith(outer.path)
    case 'account':
      return inner.kind === 'account' && inner.account === outer.account
  }
}

/** Whether a denial there takes away something here. */
function meets(denied: Scope, place: Place): boolean {
  if (contains(denied, place)) return true
  // A zone and accounts cross each other; whatever lies within the place is taken from it.
  if (denied.kind === 'zone') return place.kind !== 'zone'
  return contains(place, denied) || place.kind === 'zone' || (place.kind === 'domain' && denied.kind === 'account')
}

function hasThroughout(grants: readonly Grant[], { name, audience }: Permission, place: Place): boolean {
  const about = (grant: Grant, effect: 'allow' | 'deny') =>
    grant.statements.filter((statement) => statement.effect === effect && isAbout(statement, name))
  const isDenied = grants.some((grant) => meets(grant.scope, place) && about(grant, 'deny').length > 0)
  return (
    !isDenied &&
    grants.some(
      (grant) =>
        isHighEnough(grant.scope, audience) &&
        contains(grant.scope, place) &&
        about(grant, 'allow').some(isUnconditional),
    )
  )
}

/** Permissions of a gift that the giver does not have everywhere where it would count. */
async function lacking(store: Store, { grants }: Access, { statements, scope }: Gift): Promise<string[]> {
  const place = await placed(store, scope)
  return permissionsOf(store.catalogue.resources)
    .filter(({ name, audience }) => {
      const allows = statements.some((statement) => statement.effect === 'allow' && isAbout(statement, name))
      return allows && isHighEnough(scope, audience)
    })
    .filter((permission) => !hasThroughout(grants, permission, place))
    .map(({ name }) => name)
}

const NAMED = 5

/**
 * While duties are separated nobody alone gives power over the platform, and who keeps the rights gives those of tenants without having
 * them.
 * @returns whether that settles it
 */
async function isGivenByPart(store: Store, caller: Caller, gifts: readonly Gift[]): Promise<boolean> {
  if (gifts.length === 0 || !(await isSeparated(store))) return false
  if (gifts.some(({ scope }) => isPowerOverPlatform(scope)))
    throw separated('Duties are separated: nobody alone decides who has power over the platform.')
  return caller.access?.part === 'secadmin'
}

/** @throws 403 that names what the giver does not have itself */
export async function checkMayGive(store: Store, caller: Caller, gifts: readonly Gift[]): Promise<void> {
  if (await isGivenByPart(store, caller, gifts)) return
  for (const gift of gifts) {
    const missing = await lacking(store, accessOf(caller), gift)
    if (missing.length === 0) continue
    const list = `${missing.slice(0, NAMED).join(', ')}${missing.length > NAMED ? ', ...' : ''}`
    throw new Problem({
      status: 403,
      code: 'CANNOT_GIVE',
      detail: `This would give rights that you do not have there yourself: ${list}.`,
      remedy: 'Give a smaller role, or ask somebody who has these rights.',
    })
  }
}

/** @throws 403 when the caller is one whom these bindings deny something */
export async function checkNotOwnRestriction(
  store: Store,
  caller: Caller,
  bindings: readonly Binding[],
): Promise<void> {
  const restricting = bindings.filter(({ statements }) => statements.some(({ effect }) => effect === 'deny'))
  if (restricting.length === 0) return
  const own = new Set((await bindingsOfUser(store, caller.user)).map(({ id }) => id))
  const binding = restricting.find(({ id }) => own.has(id))
  if (!binding) return
  throw new Problem({
    status: 403,
    code: 'OWN_RESTRICTION',
    detail: `The role "${binding.role.name}" denies something to you; you cannot change that yourself.`,
    remedy: 'Ask another administrator.',
  })
}

/** Who can log in as another has what that other has: it must have all of it before. */
export async function checkOutranks(store: Store, caller: Caller, user: string): Promise<void> {
  if (user !== caller.user) await checkMayGive(store, caller, await bindingsOfUser(store, user))
}
