import { Input, Modal } from 'antd'
import { useState } from 'react'
import type { Kind, KindAction, Row } from '../api/types.ts'
import { usePerform } from '../data/perform.tsx'
import { nameOf } from '../data/resources.ts'
import { isRemoving, labelOf } from '../kind/actions.ts'
import { t } from '../text/index.ts'

interface Props {
  kind: Kind
  action: KindAction
  row: Row
  onClose(): void
}

/** Asks before an action that loses data or interrupts service. What deletes wants the name typed. */
export function Confirmation({ action, row, onClose }: Props) {
  const perform = usePerform()
  const [typed, setTyped] = useState('')
  const name = nameOf(row)
  const typing = isRemoving(action)
  const ready = !typing || typed.trim() === name
  const confirm = (): void => {
    if (ready) perform.mutate({ action, id: row.id, input: {} }, { onSettled: onClose })
  }
  return (
    <Modal
      open
      title={t('action.confirm', { action: labelOf(action), name })}
      okText={labelOf(action)}
      okButtonProps={{ danger: action.danger, disabled: !ready, autoFocus: !typing }}
      cancelText={t('action.cancel')}
      confirmLoading={perform.isPending}
      onOk={confirm}
      onCancel={onClose}
    >
      <p>{action.doc}</p>
      {typing && (
        <>
          <p id="confirm-hint" className="muted">
            {t('action.typeName', { name })}
          </p>
          <Input
            autoFocus
            aria-labelledby="confirm-hint"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onPressEnter={confirm}
          />
        </>
      )}
    </Modal>
  )
}
