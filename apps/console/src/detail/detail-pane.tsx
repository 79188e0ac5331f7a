/** The derived detail of a resource, beside its list. */
import { CloseOutlined } from '@ant-design/icons'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Button, Result, Skeleton, Tabs, Tooltip, Typography } from 'antd'
import { Suspense, useEffect } from 'react'
import { problemOf } from '../api/problem.ts'
import type { Kind, Row, Task } from '../api/types.ts'
import { Failed } from '../app/messages.tsx'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { collectionOf, useKinds } from '../data/context.tsx'
import { nameOf, useResource } from '../data/resources.ts'
import { ActionDialog } from '../form/action-dialog.tsx'
import { viewsOf } from '../hand-made.tsx'
import { taskTitle } from '../kind/actions.ts'
import { StateTag } from '../kind/state-tag.tsx'
import { t } from '../text/index.ts'
import { DetailActions } from './detail-actions.tsx'
import { Fields } from './fields.tsx'
import { ResourceTasks, RunningTask } from './resource-tasks.tsx'

function useClose(): () => void {
  const navigate = useNavigate()
  const { collection } = useParams({ from: '/loggedIn/shell/$collection/$id' })
  return () =>
    void navigate({
      to: '/$collection',
      params: { collection },
      search: ({ q, state, recycled }) => ({ q, state, recycled }),
    })
}

/** Escape closes the pane, unless it is meant for a dialog or a field. */
function useEscape(close: () => void): void {
  useEffect(() => {
    const onKey = ({ key, target, defaultPrevented }: KeyboardEvent): void => {
      const elsewhere = target instanceof Element && target.closest('[role=dialog], input, textarea, [role=menu]')
      if (key === 'Escape' && !defaultPrevented && !elsewhere) close()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
}

function PaneTabs({ kind, row }: { kind: Kind; row: Row }) {
  const { tab } = useSearch({ from: '/loggedIn/shell/$collection' })
  const navigate = useNavigate()
  const { header: Header, tabs = [] } = viewsOf(kind.kind)
  const details = (
    <>
      {Header && (
        <Suspense fallback={null}>
          <Header kind={kind} row={row} />
        </Suspense>
      )}
      <Fields kind={kind} row={row} />
    </>
  )
  if (kind.kind === 'task') return details
  const items = [
    { key: 'details', label: t('detail.details'), children: details },
    { key: 'tasks', label: t('detail.tasks'), children: <ResourceTasks id={row.id} /> },
    ...tabs.map(({ key, label, view: View }) => ({
      key,
      label: t(label),
      children: (
        <Suspense fallback={<Skeleton active />}>
          <View kind={kind} row={row} />
        </Suspense>
      ),
    })),
  ]
  return (
    <Tabs
      items={items}
      activeKey={items.some(({ key }) => key === tab) ? tab : 'details'}
      destroyOnHidden
      onChange={(key) =>
        void navigate({
          to: '.',
          search: (current) => ({ ...current, tab: key === 'details' ? undefined : key }),
          replace: true,
        })
      }
    />
  )
}

function Detail({ kind, row }: { kind: Kind; row: Row }) {
  const kinds = useKinds()
  const { form } = useSearch({ from: '/loggedIn/shell/$collection' })
  const navigate = useNavigate()
  const action = form && form !== 'create' ? kind.actions.find(({ name }) => name === form) : undefined
  const title = kind.kind === 'task' ? taskTitle(row as Task, kinds.byName) : nameOf(row)
  return (
    <>
      <div className="pane-head">
        <h2 className="pane-title">{title}</h2>
        {row.state && <StateTag kind={kind} state={row.state} />}
      </div>
      <div className="pane-id">
        <Typography.Text
          copyable={{ text: row.id, tooltips: [t('detail.copy'), t('detail.copied')] }}
          className="mono muted"
        >
          {row.id}
        </Typography.Text>
      </div>
      <DetailActions kind={kind} row={row} />
      {row.cause && <ProblemAlert problem={row.cause} />}
      <RunningTask id={row.id} />
      <PaneTabs kind={kind} row={row} />
      {action && (
        <ActionDialog
          kind={kind}
          action={action}
          row={row}
          onClose={() =>
            void navigate({ to: '.', search: (current) => ({ ...current, form: undefined }), replace: true })
          }
        />
      )}
    </>
  )
}

export function DetailPane() {
  const { collection, id } = useParams({ from: '/loggedIn/shell/$collection/$id' })
  const kind = useKinds().byCollection.get(collection)
  const { data: row, error, refetch } = useResource(kind, id)
  const close = useClose()
  useEscape(close)
  if (!kind) return null
  const title = row ? nameOf(row) : kind.title
  return (
    <aside className="pane" aria-label={title} key={`${collectionOf(kind)}/${id}`}>
      <Tooltip title={t('list.close')}>
        <Button
          className="pane-close"
          type="text"
          icon={<CloseOutlined />}
          aria-label={t('list.close')}
          onClick={close}
        />
      </Tooltip>
      <div className="pane-kind">{kind.title}</div>
      {error && row === undefined && <Failed error={problemOf(error)} reset={() => void refetch()} />}
      {row === undefined && !error && <Skeleton active />}
      {row === null && <Result status="404" title={t('detail.gone')} subTitle={t('detail.goneHint')} />}
      {row && <Detail kind={kind} row={row} />}
    </aside>
  )
}
