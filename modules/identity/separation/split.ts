/** Whether duties are separated, whose part is whose, and what of a user's rights counts meanwhile. */
import { type Grant, narrowed, PARTS, type Part, Problem, type Scope, type Store, statementsOf } from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import { PLATFORM_ACCOUNT, ROOT_DOMAIN, SEPARATION } from '../platform/ids.ts'
import { type Binding, bindingsOfUser } from '../role-binding/bindings.ts'
import type { SeparationRow } from './separation.resource.ts'

/** A role that is a part; such roles are bound on the platform, to users themselves. */
export const partOf = (roleKey: string | null | undefined): Part | undefined => PARTS.find((part) => part === roleKey)

/** Whether rights there are power over the platform itself, rather than over some of its tenants. */
export function isPowerOverPlatform(scope: Scope): boolean {
  if (scope.kind === 'domain') return scope.domain === ROOT_DOMAIN
  return scope.kind !== 'account' || scope.account === PLATFORM_ACCOUNT
}

export async function separationNow(store: Store): Promise<SeparationRow> {
  const [row] = await store.all<SeparationRow>('separation', { id: SEPARATION })
  if (!row) throw new Error('the separation is not in the database')
  return row
}

export const isSeparated = async (store: Store): Promise<boolean> => (await separationNow(store)).state === 'on'

/** Parts by these bindings. */
export const partsIn = (bindings: readonly Binding[]): Part[] => [
  ...new Set(bindings.flatMap(({ role, user }) => (user ? (partOf(role.key) ?? []) : []))),
]

export const partsOfUser = async (store: Store, user: string): Promise<Part[]> =>
  partsIn(await bindingsOfUser(store, user))

/** What counts of a user's grants while duties are separated: those of one part. Of two parts neither counts. */
export function separatedGrants(
  store: Store,
  settings: readonly Setting[],
  grants: readonly Grant[],
  parts: readonly Part[],
): { grants: Grant[]; part?: Part } {
  const { resources } = store.catalogue
  const [part, another] = parts
  if (!part || another) return { grants: grants.filter(({ scope }) => !isPowerOverPlatform(scope)) }
  return { grants: narrowed(grants, statementsOf(part, resources, settings), resources), part }
}

export const separated = (detail: string): Problem =>
  new Problem({
    status: 403,
    code: 'DUTIES_SEPARATED',
    detail,
    remedy: 'One part asks with POST /v1/separation-requests, another approves it.',
  })

/** @throws 403 when the user has a part of a separated power: none is taken away by one alone */
export async function checkNoPart(store: Store, user: string, done: string): Promise<void> {
  if (!(await isSeparated(store))) return
  const [part] = await partsOfUser(store, user)
  if (part) throw separated(`The user is ${part} while duties are separated and cannot be ${done}.`)
}
