/** May this caller do that here? Everything that changes something asks this way, or does not get through. */
import { permissionOf, type Resource } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import type { Database, Row } from '../database.ts'
import { forbidden } from '../problem.ts'
import { decide, type Target, type Verdict } from './decide.ts'
import { explainDenial } from './explain.ts'
import { grantsFor } from './grants.ts'
import { permissionFor } from './permissions.ts'
import { completeTarget, targetOf } from './target.ts'

/**
 * The decision, with its reason.
 * @param target a place, e.g. that of a resource to come; `targetOf` makes one of a row
 */
export async function verdictOn(
  database: Database,
  caller: Caller,
  resource: Resource,
  action: string,
  target: Target,
): Promise<Verdict> {
  const complete = await completeTarget(database, target, caller)
  return decide(grantsFor(resource, caller), permissionFor(resource, action), complete, caller.user)
}

/** @throws 403 with the permission that is missing and whom to ask */
export async function authorizeAt(
  database: Database,
  caller: Caller,
  resource: Resource,
  action: string,
  target: Target,
): Promise<void> {
  const verdict = await verdictOn(database, caller, resource, action, target)
  if (!verdict.allowed) throw forbidden(permissionOf(resource.kind, action), explainDenial(resource, action, verdict))
}

/** The same for a resource that the caller has been shown. */
export const authorize = (
  database: Database,
  caller: Caller,
  resource: Resource,
  action: string,
  row: Row,
): Promise<void> => authorizeAt(database, caller, resource, action, targetOf(resource, row))
