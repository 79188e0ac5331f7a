/** Top right: what is being done, how far it is, and what failed. */
import { CloseCircleOutlined, UnorderedListOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Badge, Button, Popover, Progress } from 'antd'
import { useState } from 'react'
import type { Task } from '../api/types.ts'
import { collectionOf, useKinds, useUploads } from '../data/context.tsx'
import { usePerform } from '../data/perform.tsx'
import { useList } from '../data/resources.ts'
import { Ago } from '../format/ago.tsx'
import { UploadProgress } from '../image/upload-progress.tsx'
import { isRunning, taskTitle } from '../kind/actions.ts'
import { StateTag } from '../kind/state-tag.tsx'
import { t } from '../text/index.ts'

const SHOWN = 8

function TaskEntry({ task, onLeave }: { task: Task; onLeave: () => void }) {
  const kinds = useKinds()
  const perform = usePerform()
  const kind = kinds.byName.get('task')
  const subject = kinds.byName.get(task.resourceKind)
  const cancel = kind?.actions.find(({ name }) => name === 'cancel')
  const title = taskTitle(task, kinds.byName)
  return (
    <li className="task">
      <div className="task-head">
        {subject ? (
          <Link
            to="/$collection/$id"
            params={{ collection: collectionOf(subject), id: task.resource }}
            search={{ tab: 'tasks' }}
            onClick={onLeave}
          >
            {title}
          </Link>
        ) : (
          <span>{title}</span>
        )}
        <span className="task-end">
          {kind && <StateTag kind={kind} state={task.state} />}
          {cancel && task.state === 'running' && (
            <Button
              size="small"
              type="text"
              icon={<CloseCircleOutlined />}
              loading={perform.isPending}
              onClick={() => perform.mutate({ action: cancel, id: task.id, input: {} })}
            >
              {t('task.cancel')}
            </Button>
          )}
        </span>
      </div>
      {isRunning(task) && <Progress percent={task.percent} size="small" status="active" aria-label={title} />}
      {isRunning(task) && <div className="muted">{task.message}</div>}
      {task.state === 'failed' && task.cause && (
        <div className="task-cause">
          {task.cause.message} <span className="muted">{task.cause.remedy}</span>
        </div>
      )}
      {task.finishedAt && (
        <div className="muted">
          <Ago at={task.finishedAt} />
        </div>
      )}
    </li>
  )
}

export function TaskTray() {
  const kinds = useKinds()
  const [shown, show] = useState(false)
  const kind = kinds.byName.get('task')
  const { rows } = useList(kind)
  const uploads = useUploads()
  if (!kind) return null
  const tasks = rows as readonly Task[]
  const sending = [...uploads.values()]
  const running = tasks.filter(isRunning).length + sending.length
  const content = (
    <div className="tray">
      {tasks.length === 0 && <p className="muted">{t('task.none')}</p>}
      {sending.map((upload) => (
        <UploadProgress key={upload.image} upload={upload} />
      ))}
      <ul>
        {tasks.slice(0, SHOWN).map((task) => (
          <TaskEntry key={task.id} task={task} onLeave={() => show(false)} />
        ))}
      </ul>
      {tasks.length > 0 && (
        <Link to="/$collection" params={{ collection: collectionOf(kind) }} onClick={() => show(false)}>
          {t('task.all')}
        </Link>
      )}
    </div>
  )
  return (
    <Popover content={content} trigger="click" open={shown} onOpenChange={show} placement="bottomRight">
      <Button type="text" icon={<UnorderedListOutlined />} aria-label={t('task.title')} aria-expanded={shown}>
        {t('task.title')}
        <Badge count={running} size="small" title={t('task.running', { count: running })} color="blue" />
      </Button>
    </Popover>
  )
}
