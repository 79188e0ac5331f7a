import { Input, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import type { KindAction, Row } from '../api/types.ts'
import { usePerform } from '../data/perform.tsx'
import { nameOf } from '../data/resources.ts'
import { isRemoving, labelOf } from '../kind/actions.ts'
import { t } from '../text/index.ts'

interface Props {
  action: KindAction
  row: Row
  /** What is sent with it. */
  input?: Record<string, unknown>
  /** It cannot be done now, whatever is typed. */
  blocked?: boolean
  /** What there is to know before. */
  children?: ReactNode
  onClose(): void
}

/** Asks before an action that loses data or interrupts service. What deletes wants the name typed. */
export function Confirmation({ action, row, input = {}, blocked = false, children, onClose }: Props) {
  const perform = usePerform()
  const [typed, setTyped] = useState('')
  const name = nameOf(row)
  const typing = isRemoving(action)
  const ready = !blocked && (!typing || typed.trim() === name)
  const confirm = (): void => {
    if (ready) perform.mutate({ action, id: row.id, input }, { onSettled: onClose })
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
      {action.doc && <p>{action.doc}</p>}
      {children}
      {typing && !blocked && (
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
