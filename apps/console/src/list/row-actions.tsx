import { MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown, Tooltip } from 'antd'
import type { Kind, Row } from '../api/types.ts'
import { useSession } from '../data/context.tsx'
import { nameOf } from '../data/resources.ts'
import { useBegin } from '../form/use-begin.ts'
import { actionsOn, labelOf, refusalOf } from '../kind/actions.ts'
import { t } from '../text/index.ts'

/** The menu at the end of a row; what the state does not allow says why. */
export function RowActions({ kind, row }: { kind: Kind; row: Row }) {
  const session = useSession()
  const begin = useBegin(kind)
  const actions = actionsOn(kind, row, session)
  if (actions.length === 0) return null
  const items = actions.map((action) => {
    const refusal = refusalOf(action, row)
    return {
      key: action.name,
      danger: action.danger,
      disabled: refusal !== null,
      label: (
        <Tooltip title={refusal} placement="left">
          <span>{labelOf(action)}</span>
        </Tooltip>
      ),
      onClick: () => begin(action, row),
    }
  })
  return (
    // The menu is drawn elsewhere, but its events bubble through here: a choice must not also open the row.
    // biome-ignore lint/a11y/noStaticElementInteractions: only stops events
    // biome-ignore lint/a11y/useKeyWithClickEvents: only stops events
    <span onClick={(event) => event.stopPropagation()}>
      <Dropdown trigger={['click']} menu={{ items }} placement="bottomRight">
        <Button
          type="text"
          size="small"
          icon={<MoreOutlined />}
          aria-label={t('list.actions', { name: nameOf(row) })}
        />
      </Dropdown>
    </span>
  )
}
