/** What can be done with the rows that are selected; in place of what is above the list when none is. */
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import type { Kind, KindAction, Row } from '../api/types.ts'
import { useSession } from '../data/context.tsx'
import { BulkDialog } from '../form/bulk-dialog.tsx'
import { labelOf } from '../kind/actions.ts'
import { bulkChoices } from '../kind/bulk-actions.ts'
import { t } from '../text/index.ts'

interface Props {
  kind: Kind
  rows: readonly Row[]
  onSelect(ids: string[]): void
}

export function BulkBar({ kind, rows, onSelect }: Props) {
  const session = useSession()
  const [begun, setBegun] = useState<{ action: KindAction; rows: readonly Row[] } | null>(null)
  const close = (left?: string[]): void => {
    setBegun(null)
    if (left) onSelect(left)
  }
  return (
    <>
      {rows.length > 0 && (
        <div className="bulk-bar" role="toolbar" aria-label={t('bulk.label')}>
          <strong>{t('bulk.selected', { count: rows.length })}</strong>
          {bulkChoices(kind, rows, session).map(({ action, refusal }) => (
            <Tooltip key={action.name} title={refusal}>
              <Button
                size="small"
                danger={action.danger}
                disabled={refusal !== null}
                aria-description={refusal ?? undefined}
                onClick={() => setBegun({ action, rows })}
              >
                {labelOf(action)}
              </Button>
            </Tooltip>
          ))}
          <Button size="small" type="link" onClick={() => onSelect([])}>
            {t('bulk.clear')}
          </Button>
        </div>
      )}
      {begun && <BulkDialog kind={kind} action={begun.action} rows={begun.rows} onClose={close} />}
    </>
  )
}
