/** Each task: a line when it begins and when it ends, counts of it and of its steps, ids and spans for what its steps do. */
import { context, inSpan, outside, type Span, traceparent, within, withSpan } from '@basalt/observe'
import type { RunEnd, StepContext } from '@basalt/saga'
import type { TaskRow } from '../tasks/row.ts'
import { type Observer, WORK_BUCKETS } from './observer.ts'

export interface TaskObserver {
  /** What a task keeps of the request that asked for it, so that another node can go on with it. */
  origin(): { request: string | null; trace: string | null }
  began(task: TaskRow, how: { resumed: boolean }): void
  ended(task: TaskRow, end: RunEnd): void
  /** Around each execution of a step or an undo. */
  around<T>(step: StepContext, work: () => Promise<T>): Promise<T>
}

interface Running {
  startedAt: number
  facts: Readonly<Record<string, unknown>>
  span: Span | undefined
}

const codeOf = (end: RunEnd): string | undefined => ('error' in end ? end.error.code : undefined)

const outcomeOf = (end: RunEnd): string => (end.outcome === 'dropped' ? `dropped: ${end.reason}` : end.outcome)

export function observeTasks({ log, metrics, tracer }: Observer): TaskObserver {
  const running = new Map<string, Running>()
  const tasks = metrics.counter('basalt_tasks', 'Tasks that ended on this node.', ['saga', 'outcome'])
  const durations = metrics.histogram('basalt_task_duration_seconds', 'From begin to end on this node.', {
    labels: ['saga'],
    buckets: WORK_BUCKETS,
  })
  const steps = metrics.counter('basalt_steps', 'Steps and undos that were executed.', [
    'saga',
    'step',
    'phase',
    'outcome',
  ])
  const stepDurations = metrics.histogram('basalt_step_duration_seconds', 'Each execution of a step or an undo.', {
    labels: ['saga', 'step', 'phase'],
    buckets: WORK_BUCKETS,
  })

  async function count<T>({ saga, step, phase }: StepContext, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    let outcome = 'failed'
    try {
      const value = await work()
      outcome = 'done'
      return value
    } finally {
      steps.add({ saga, step, phase, outcome })
      stepDurations.observe((performance.now() - startedAt) / 1000, { saga, step, phase })
    }
  }

  return {
    origin: () => ({ request: (context().facts.request as string | undefined) ?? null, trace: traceparent() ?? null }),
    began(task, { resumed }) {
      const { id, action, resource, request, trace } = task
      const facts = { task: id, resource, ...(request ? { request } : {}) }
      const attributes = { 'basalt.task': id, 'basalt.resource': resource, 'basalt.resumed': resumed }
      const span = tracer?.start(`task ${action}`, { parent: trace, attributes })
      running.set(id, { startedAt: performance.now(), facts, span })
      outside(() => within(facts, () => log.info(resumed ? 'task resumes' : 'task begins', { action })))
    },
    ended(task, end) {
      const { startedAt, facts = {}, span } = running.get(task.id) ?? { startedAt: performance.now() }
      running.delete(task.id)
      const seconds = (performance.now() - startedAt) / 1000
      tasks.add({ saga: task.saga, outcome: end.outcome })
      durations.observe(seconds, { saga: task.saga })
      span?.end(end.outcome === 'succeeded' ? undefined : (codeOf(end) ?? outcomeOf(end)))
      const told = { action: task.action, outcome: outcomeOf(end), code: codeOf(end), ms: Math.round(seconds * 1000) }
      outside(() => within(facts, () => log.info('task ended', told)))
    },
    around(step, work) {
      const { facts, span } = running.get(step.runId) ?? { facts: { task: step.runId } }
      const name = step.phase === 'undo' ? `undo ${step.step}` : step.step
      const attributes = { 'basalt.task': step.runId, 'basalt.step': step.step, 'basalt.attempt': step.attempt }
      const inStep = () => within({ ...facts, step: name }, () => count(step, work))
      // A queue starts a run on the heels of another one: nothing of that one's context belongs to it.
      return outside(() => (span ? withSpan(span, () => inSpan(name, { attributes }, inStep)) : inStep()))
    },
  }
}
