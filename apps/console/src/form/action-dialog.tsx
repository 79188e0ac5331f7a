/** The dialog of an action: a drawer where a resource is described, a small one in the middle for everything else. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Drawer, Form, Modal } from 'antd'
import { useState } from 'react'
import type { Outcome } from '../api/client.ts'
import type { Kind, KindAction, Row } from '../api/types.ts'
import { collectionOf } from '../data/context.tsx'
import { nameOf } from '../data/resources.ts'
import { inSentence } from '../format/words.ts'
import { formOf } from '../hand-made.tsx'
import { isRemoving, labelOf } from '../kind/actions.ts'
import { t } from '../text/index.ts'
import { ActionForm } from './action-form.tsx'
import { Confirmation } from './confirmation.tsx'
import { DeletionConfirmation } from './deletion.tsx'
import type { Values } from './values.ts'

interface Props {
  kind: Kind
  action: KindAction
  /** What it is done with; absent for a creation. */
  row?: Row
  onClose(): void
}

export function ActionDialog(props: Props) {
  const { kind, action, row, onClose } = props
  if (row && kind.cascades && action.name === 'delete') return <DeletionConfirmation {...props} row={row} />
  // What may be given with a deletion is for programs; here one deletes, and expunges from the recycle bin.
  if (row && (action.input.length === 0 || isRemoving(action)))
    return <Confirmation action={action} row={row} onClose={onClose} />
  return <FormDialog {...props} />
}

function FormDialog({ kind, action, row, onClose }: Props) {
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/loggedIn/shell/$collection' })
  const [form] = Form.useForm<Values>()
  const [pending, setPending] = useState(false)
  const ActionFields = formOf(kind.kind, action.name) ?? ActionForm
  const title = row
    ? t('action.title', { action: labelOf(action), name: nameOf(row) })
    : t('action.create', { kind: inSentence(kind.title) })

  function onDone(outcome: Outcome | null): void {
    const made = row ? undefined : (outcome?.resource?.id ?? outcome?.task?.resource)
    if (!made) onClose()
    else if (next) void navigate({ to: '/$collection', params: { collection: next } })
    else void navigate({ to: '/$collection/$id', params: { collection: collectionOf(kind), id: made }, replace: true })
  }

  const focusFirst = (open: boolean): void => {
    const first = action.input[0]?.name
    if (open && first) form.getFieldInstance(first)?.focus?.()
  }
  const body = <ActionFields form={form} action={action} row={row} onPending={setPending} onDone={onDone} />
  const submit = (
    <Button type="primary" danger={action.danger} loading={pending} onClick={form.submit}>
      {row ? (action.name === 'update' ? t('action.save') : labelOf(action)) : title}
    </Button>
  )
  const cancel = <Button onClick={onClose}>{t('action.cancel')}</Button>
  if (row && action.name !== 'update')
    return (
      <Modal
        open
        title={title}
        afterOpenChange={focusFirst}
        onCancel={onClose}
        footer={
          <>
            {cancel}
            {submit}
          </>
        }
        destroyOnHidden
      >
        <p className="muted">{action.doc}</p>
        {body}
      </Modal>
    )
  return (
    <Drawer
      open
      title={title}
      size={520}
      afterOpenChange={focusFirst}
      onClose={onClose}
      destroyOnHidden
      footer={
        <div className="drawer-footer">
          {cancel}
          {submit}
        </div>
      }
    >
      <p className="muted lead">{action.doc}</p>
      {body}
    </Drawer>
  )
}
