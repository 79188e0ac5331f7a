/** Routes of each kind that has a delete: the preview of a deletion with what a resource has, and that deletion. */
import { isDeletable, pathOf } from '@basalt/resource'
import type { Slice } from '../action.ts'
import type { Route, RouteContext } from '../module.ts'
import { invalidField } from '../problem.ts'
import type { Cascade } from './cascade.ts'
import { MOST_MEMBERS } from './closure.ts'

const DEFAULT_LIMIT = 1_000

function limitOf({ limit }: Record<string, string>): number {
  const number = limit === undefined ? DEFAULT_LIMIT : Number(limit)
  if (Number.isInteger(number) && number >= 1 && number <= MOST_MEMBERS) return number
  throw invalidField('limit', `must be a whole number from 1 to ${MOST_MEMBERS}`, 'Correct it, or leave it out.')
}

/** The fingerprint that was agreed to, from a query or a body. */
export function agreedOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && /^[\w-]{22}$/.test(value)) return value
  throw invalidField('agreed', 'is not the fingerprint of a preview', 'Send the fingerprint that the preview told.')
}

/**
 * @param begin carries out the deletion for a request and answers with its task
 * @param idOf the id in the path, or 404
 */
export function cascadeRoutes(
  slice: Slice,
  deps: {
    cascade: Cascade
    idOf(params: Record<string, string>): string
    begin(context: RouteContext, agreed: string | undefined): Promise<unknown>
  },
): Route[] {
  const { resource } = slice
  if (!isDeletable(resource)) return []
  const path = `${pathOf(resource)}/:id/deletion`
  return [
    {
      method: 'GET',
      path,
      operation: { operationId: `${resource.kind}.deletion` },
      handle: async ({ caller, params, query }) =>
        deps.cascade.preview(slice, deps.idOf(params), caller, limitOf(query)),
    },
    {
      method: 'POST',
      path,
      audited: true,
      operation: { operationId: `${resource.kind}.deleteAll` },
      handle: (context) =>
        deps.begin(context, agreedOf((context.body as { agreed?: unknown } | null | undefined)?.agreed)),
    },
  ]
}
