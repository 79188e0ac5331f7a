/** The world in which one saga is tortured: a cloud, the action that starts the saga, and what there is before and after. */
import type { Faults, JsonValue, Outcome } from '@basalt/saga'
import type { TortureScenario } from '@basalt/saga/torture'
import { expect } from 'vitest'
import { type CloudEnvironment, type CloudSpec, cloud } from './cloud.ts'
import type { Answer } from './http.ts'
import { tortureState } from './torture-state.ts'
import { until } from './wait.ts'

/** How a saga comes about. */
export interface SagaScenario {
  cloud?: CloudSpec
  /** Once, when the cloud is there. */
  setUp?(env: CloudEnvironment): Promise<void>
  /** Brings the cloud to the state in which the action is asked for, whatever the case before left. */
  prepare(env: CloudEnvironment): Promise<void>
  /** Asks for the action and answers with its task, without waiting for it. */
  invoke(env: CloudEnvironment): Promise<Answer>
  /** For sagas that only go forward: has what failed finish, as its user would. `resource` is the subject. */
  finish?(env: CloudEnvironment, resource: string): Promise<void>
}

export interface World extends TortureScenario {
  env: CloudEnvironment
  prepare(): Promise<void>
  expectNoLeftovers(): Promise<void>
  /** Waits until the state is this one. */
  expectState(expected: JsonValue, message: string): Promise<void>
}

const CALM: CloudSpec = {
  // No host counts as down because a case took its time, and no heartbeat corrects what a case is about to look at.
  hostGraceMs: 60_000,
  heartbeatIntervalMs: 60_000,
  engine: { graceMs: 2_000, undoRetry: { attempts: 3, delayMs: 10, maxDelayMs: 50 } },
}

/** How long the state may take to become what it must be: hosts tell of some things later. */
export const PATIENCE_MS = 2_000

/** @param faults given to every control plane of the world */
export async function openWorld(scenario: SagaScenario, faults: Faults): Promise<World> {
  const env = await cloud({ ...CALM, ...scenario.cloud, faults })
  await scenario.setUp?.(env)
  let subject: { resource: string; isNew: boolean } | undefined
  const snapshot = () => tortureState(env, { mayHaveFailed: subject?.isNew ? subject.resource : undefined })
  return {
    env,
    async prepare() {
      await scenario.prepare(env)
      subject = undefined
    },
    async invoke() {
      const { status, body } = await scenario.invoke(env)
      // One that is quicker than its answer is answered as finished.
      if (status !== 202 && status !== 200) throw new Error(`the action was refused: ${JSON.stringify(body)}`)
      subject = { resource: String(body.resource), isNew: String(body.action).endsWith('.create') }
      return { runId: String(body.id) }
    },
    snapshot,
    restart: () => env.restart(),
    takeOver: () => env.takeOver(),
    settled: (task) => outcomeOf(env, task),
    ...(scenario.finish ? { finish: async () => scenario.finish?.(env, subject?.resource ?? '') } : {}),
    close: () => env.close(),
    async expectNoLeftovers() {
      expect(await env.leftovers()).toEqual([])
    },
    async expectState(expected, message) {
      const wanted = JSON.stringify(expected)
      const isThere = async () => (JSON.stringify(await snapshot()) === wanted ? true : null)
      await until('the state', isThere, PATIENCE_MS).catch(() => {})
      expect(await snapshot(), message).toEqual(expected)
    },
  }
}

interface FinishedTask {
  state: string
  finishedAt: string | null
  cause: { code: string; message: string } | null
}

async function outcomeOf(env: CloudEnvironment, id: string): Promise<Outcome> {
  const { state, cause } = await until(`the task ${id} ends`, async () => {
    const [task] = await env.controlPlane().store.all<FinishedTask>('task', { id })
    return task?.finishedAt ? task : null
  })
  if (state === 'succeeded') return 'succeeded'
  return /Undoing failed as well/.test(cause?.message ?? '') ? 'undoFailed' : 'undone'
}
