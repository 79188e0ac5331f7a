import { Link } from '@tanstack/react-router'
import { Progress, Skeleton } from 'antd'
import type { Task } from '../api/types.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { collectionOf, useKinds } from '../data/context.tsx'
import { useList } from '../data/resources.ts'
import { Ago } from '../format/ago.tsx'
import { isRunning, taskTitle } from '../kind/actions.ts'
import { StateTag } from '../kind/state-tag.tsx'
import { t } from '../text/index.ts'

/** What is being done with a resource now, and how far it is. */
export function RunningTask({ id }: { id: string }) {
  const { byName } = useKinds()
  const { rows } = useList(byName.get('task'), { resource: id })
  const task = (rows as readonly Task[]).find(isRunning)
  if (!task) return null
  const title = taskTitle(task, byName)
  return (
    <div className="running" role="status">
      <Progress percent={task.percent} size="small" status="active" aria-label={title} />
      <span className="muted">{task.message || title}</span>
    </div>
  )
}

/** What has been done with a resource, newest first. */
export function ResourceTasks({ id }: { id: string }) {
  const kinds = useKinds()
  const kind = kinds.byName.get('task')
  const { rows, isFetched } = useList(kind, { resource: id })
  if (!kind) return null
  if (!isFetched) return <Skeleton active />
  if (rows.length === 0) return <p className="muted">{t('detail.noTasks')}</p>
  return (
    <ul className="tasks">
      {(rows as readonly Task[]).map((task) => (
        <li key={task.id} className="task">
          <div className="task-head">
            <Link to="/$collection/$id" params={{ collection: collectionOf(kind), id: task.id }}>
              {taskTitle(task, kinds.byName)}
            </Link>
            <StateTag kind={kind} state={task.state} />
          </div>
          <div className="muted">
            {task.createdAt && <Ago at={task.createdAt} />} {isRunning(task) && task.message}
          </div>
          {isRunning(task) && <Progress percent={task.percent} size="small" status="active" />}
          {task.cause && <ProblemAlert problem={task.cause} />}
        </li>
      ))}
    </ul>
  )
}
