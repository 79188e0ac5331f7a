/** The audit entry of a request. */
import { permissionOf } from '@basalt/resource'
import { entryOf } from '../audit/entry.ts'
import type { Operation } from '../operations.ts'
import type { ActionRequest } from './request.ts'

export function auditOperation(
  request: ActionRequest,
  resource: string | null,
  outcome: 'accepted' | 'refused',
  code: string | null,
): Operation {
  const { caller, slice, action } = request
  const facts = { action: permissionOf(slice.resource.kind, action.name), resource, outcome, code }
  return { op: 'audit', entry: entryOf(caller, facts) }
}
