/** The audit entry of a request. */
import { permissionOf } from '@basalt/resource'
import type { Operation } from '../operations.ts'
import type { ActionRequest } from './request.ts'

export function auditOperation(
  request: ActionRequest,
  resource: string | null,
  outcome: 'accepted' | 'refused',
  code: string | null,
): Operation {
  const { caller, slice, action } = request
  const { user, account, address } = caller
  return {
    op: 'audit',
    entry: {
      user,
      account,
      action: permissionOf(slice.resource.kind, action.name),
      resource,
      address: address ?? null,
      outcome,
      code,
    },
  }
}
