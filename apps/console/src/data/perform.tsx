/** Carrying out actions from a screen. */
import { useMutation } from '@tanstack/react-query'
import { App } from 'antd'
import type { Outcome } from '../api/client.ts'
import { problemOf } from '../api/problem.ts'
import type { KindAction } from '../api/types.ts'
import { RevealedValues } from '../form/revealed.tsx'
import { labelOf } from '../kind/actions.ts'
import { t } from '../text/index.ts'
import { useApi } from './context.tsx'
import { nameOf } from './resources.ts'

export interface Performance {
  action: KindAction
  id?: string
  input: Record<string, unknown>
}

/**
 * A mutation that performs an action. What took effect arrives by the event stream. A refusal is shown as a notice unless the
 * caller shows it itself (`quiet`).
 */
export function usePerform({ quiet = false }: { quiet?: boolean } = {}) {
  const api = useApi()
  const { notification, modal } = App.useApp()
  return useMutation<Outcome, Error, Performance>({
    mutationFn: ({ action, id, input }) => api.perform(action, id, input),
    onSuccess: ({ task, resource, revealed }, { action }) => {
      // Work that takes time is seen in the state, the tray, and a notice at its end.
      if (task) return
      const name = resource ? nameOf(resource) : ''
      if (revealed)
        return void modal.info({
          title: t('action.done', { action: labelOf(action), name }),
          content: <RevealedValues values={revealed} />,
          okText: t('action.revealedKept'),
          width: 560,
        })
      notification.success({ title: t('action.done', { action: labelOf(action), name }), duration: 3 })
    },
    onError: (error) => {
      if (quiet) return
      const problem = problemOf(error)
      notification.error({ title: problem.message, description: problem.remedy })
    },
  })
}
