import { App } from 'antd'
import { useEffect } from 'react'
import type { Task } from '../api/types.ts'
import { useKinds, useServices, useSession } from '../data/context.tsx'
import { taskTitle } from '../kind/actions.ts'
import { t } from '../text/index.ts'

/** Says when work that this user began ends: shortly when it went well; with cause and remedy, and until it is closed, when it did not. */
export function TaskNotices() {
  const { live } = useServices()
  const { byName } = useKinds()
  const user = useSession()?.user
  const { notification } = App.useApp()
  useEffect(() => {
    const told = new Set<string>()
    return live.onEvent((event) => {
      const task = event.data as Task
      if (event.kind !== 'task' || event.change === 'deleted' || !task.finishedAt) return
      if (task.user !== user || told.has(task.id)) return
      told.add(task.id)
      const title = taskTitle(task, byName)
      if (task.state === 'succeeded') notification.success({ title: t('task.succeeded', { title }), duration: 3 })
      if (task.state === 'failed')
        notification.error({
          title: t('task.failed', { title }),
          description: [task.cause?.message, task.cause?.remedy].filter(Boolean).join(' '),
          duration: 0,
        })
    })
  }, [live, byName, user, notification])
  return null
}
