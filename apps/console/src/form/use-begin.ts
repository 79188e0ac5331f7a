import { useNavigate } from '@tanstack/react-router'
import type { Kind, KindAction, Row } from '../api/types.ts'
import { collectionOf } from '../data/context.tsx'
import { usePerform } from '../data/perform.tsx'
import { needsDialog } from '../kind/actions.ts'

/** A function that begins an action: at once, or by opening its dialog, which has an address. */
export function useBegin(kind: Kind): (action: KindAction, row: Row) => void {
  const navigate = useNavigate()
  const perform = usePerform()
  return (action, row) => {
    if (!needsDialog(action)) return perform.mutate({ action, id: row.id, input: {} })
    void navigate({
      to: '/$collection/$id',
      params: { collection: collectionOf(kind), id: row.id },
      search: (current) => ({ ...current, form: action.name }),
    })
  }
}
