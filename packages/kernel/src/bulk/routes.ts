/** `POST /v1/<kind>/bulk`: one action on many resources, with a result for each. */
import { bulkActions, bulkPath, isUuid } from '@basalt/resource'
import type { Slice } from '../action.ts'
import { keyOf, waitOf } from '../http/request-headers.ts'
import type { Route } from '../module.ts'
import { notFound } from '../problem.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store.ts'
import type { Batches } from './batch.ts'
import { bulkItems } from './bulk.settings.ts'
import type { createCarryOut, PartResult } from './carry-out.ts'
import { bulkRequestOf, selected } from './request.ts'

export interface BulkDeps {
  store: Store
  settings: Settings
  batches: Batches
  carryOut: ReturnType<typeof createCarryOut>
}

/** How many parts went which way. */
export const countsOf = (results: readonly PartResult[]) => {
  const refused = results.filter(({ problem }) => problem).length
  return { total: results.length, accepted: results.length - refused, refused }
}

/** 207 when something was refused, so that nobody takes the answer for a success of all. */
export const statusOf = ({ refused }: { refused: number }): number => (refused > 0 ? 207 : 200)

export function bulkRoutes(slice: Slice, { store, settings, batches, carryOut }: BulkDeps): Route[] {
  const { resource } = slice
  if (bulkActions(resource).length === 0) return []
  return [
    {
      method: 'POST',
      path: bulkPath(resource),
      operation: { operationId: `${resource.kind}.bulk` },
      async handle(context) {
        const { caller, body, request, reply, charge } = context
        const asked = bulkRequestOf(resource, body)
        const { action, input, versions, dryRun } = asked
        const key = dryRun ? undefined : keyOf(store, context)
        const decide = () => selected(store, resource, asked, caller, settings.get(bulkItems))
        const batch = await batches.begin(key, decide)
        charge(batch.items.length - 1)
        const results = await carryOut({
          slice,
          action,
          caller,
          batch,
          key,
          dryRun,
          waitMs: waitOf(request),
          requestFor(id) {
            if (!isUuid(id)) throw notFound(resource.kind, id)
            return { id, body: input, ifMatch: versions[id] }
          },
        })
        const counts = countsOf(results)
        reply.code(statusOf(counts))
        return { items: results.map((result, index) => ({ id: batch.items[index], ...result })), counts }
      },
    },
  ]
}
