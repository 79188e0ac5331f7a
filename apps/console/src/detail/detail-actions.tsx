import { Button, Tooltip } from 'antd'
import type { Kind, Row } from '../api/types.ts'
import { useSession } from '../data/context.tsx'
import { useBegin } from '../form/use-begin.ts'
import { actionsOn, labelOf, refusalOf } from '../kind/actions.ts'

/** What can be done with the resource; a button that the state does not allow says why. */
export function DetailActions({ kind, row }: { kind: Kind; row: Row }) {
  const session = useSession()
  const begin = useBegin(kind)
  const actions = actionsOn(kind, row, session)
  if (actions.length === 0) return null
  return (
    <div className="pane-actions">
      {actions.map((action) => {
        const refusal = refusalOf(action, row)
        return (
          <Tooltip key={action.name} title={refusal ?? action.doc}>
            <Button
              size="small"
              danger={action.danger}
              disabled={refusal !== null}
              aria-description={refusal ?? undefined}
              onClick={() => begin(action, row)}
            >
              {labelOf(action)}
            </Button>
          </Tooltip>
        )
      })}
    </div>
  )
}
