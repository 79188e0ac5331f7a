/** Bulk requests: one action on many resources of a kind. What such a request takes, as fields, from which its checks and its types derive. */
import type { Action, Resource } from './define.ts'
import { type FieldSpec, f } from './field.ts'
import { isBulk, pathOf } from './kinds.ts'

/** Most ids of one request, whatever the setting says: the body is bounded anyway. */
export const MOST_BULK_ITEMS = 5_000

export const bulkActions = (resource: Resource): Action[] => Object.values(resource.actions).filter(isBulk)

/** Where bulk requests of a kind go. */
export const bulkPath = (resource: Resource): string => `${pathOf(resource)}/bulk`

/** Fields of a bulk request; which of them go together is checked where it is carried out. */
export const bulkInput = (resource: Resource): Record<string, FieldSpec> => ({
  action: f.choice(
    bulkActions(resource).map(({ name }) => name),
    { doc: 'What to do with each.' },
  ),
  ids: f.list(f.text({ maxLength: 64 }), {
    optional: true,
    maxItems: MOST_BULK_ITEMS,
    doc: 'Which ones, in this order. Either this or `q`.',
  }),
  q: f.text({ optional: true, doc: 'Or all for which this filter holds, as in lists.' }),
  ...(resource.recycle
    ? { recycled: f.boolean({ default: false, doc: 'With `q`: those in the recycle bin, instead.' }) }
    : {}),
  input: f.object({}, { optional: true, doc: 'Input of the action, the same for each.' }),
  versions: f.object(
    {},
    {
      optional: true,
      doc: 'With `ids`: versions that you saw, by id. One that has another by now is refused.',
    },
  ),
  dryRun: f.boolean({ default: false, doc: 'Only say what would be refused; nothing is changed.' }),
})
