/** Tortures a saga of the platform on a real control plane: each step with each fault, through the public API. */
import type { Faults, Outcome } from '@basalt/saga'
import { type TortureException, type TortureScenario, torture } from '@basalt/saga/torture'
import { afterAll, describe, expect, test } from 'vitest'
import { type CloudEnvironment, type CloudSpec, cloud } from './cloud.ts'
import type { Answer } from './http.ts'
import { registeredSagas } from './torture-sagas.ts'
import { tortureState } from './torture-state.ts'
import { until } from './wait.ts'

export { imageServer } from './torture-images.ts'
export { registeredSagas } from './torture-sagas.ts'
export { tortureState } from './torture-state.ts'

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
  exceptions?: readonly TortureException[]
}

/** Long enough for a loaded machine, short enough to learn of a run that never ends. */
const DEADLINE_MS = 15_000
const TEST_TIMEOUT_MS = 60_000
const CALM: CloudSpec = {
  // No host counts as down because a case took its time, and no heartbeat corrects what a case is about to look at.
  hostGraceMs: 60_000,
  heartbeatIntervalMs: 60_000,
  engine: { graceMs: 2_000, undoRetry: { attempts: 3, delayMs: 10, maxDelayMs: 50 } },
}

/** Registers the tests of one saga: a test for each step and fault. */
export function tortureSaga(name: string, scenario: SagaScenario): void {
  const saga = registeredSagas().get(name)
  if (!saga) throw new Error(`no module registers a saga ${name}`)
  let world: World | undefined
  const kit = torture({
    saga,
    canTakeOver: true,
    deadlineMs: DEADLINE_MS,
    patienceMs: 2_000,
    exceptions: scenario.exceptions,
    scenario: async (faults) => {
      world = await openWorld(scenario, faults)
      return world
    },
  })
  describe(name, () => {
    for (const { title, skipped, run } of kit.cases)
      test(`[core.saga] [core.stateless] ${title}`, { timeout: TEST_TIMEOUT_MS }, async ({ skip }) => {
        if (skipped) skip(skipped)
        await run()
        await world?.expectNoLeftovers()
      })
    afterAll(() => kit.close())
  })
}

interface World extends TortureScenario {
  expectNoLeftovers(): Promise<void>
}

async function openWorld(scenario: SagaScenario, faults: Faults): Promise<World> {
  const env = await cloud({ ...CALM, ...scenario.cloud, faults })
  await scenario.setUp?.(env)
  let subject: { resource: string; isNew: boolean } | undefined
  return {
    prepare: async () => {
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
    snapshot: () => tortureState(env, { mayHaveFailed: subject?.isNew ? subject.resource : undefined }),
    restart: () => env.restart(),
    takeOver: () => env.takeOver(),
    settled: (task) => outcomeOf(env, task),
    ...(scenario.finish ? { finish: async () => scenario.finish?.(env, subject?.resource ?? '') } : {}),
    close: () => env.close(),
    async expectNoLeftovers() {
      expect(await env.leftovers()).toEqual([])
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
