/** Tortures a saga of the platform on a real control plane: each step with each fault, through the public API. */
import { type TortureException, torture } from '@basalt/saga/torture'
import { afterAll, describe, test } from 'vitest'
import { createRealFaultRunner, REAL_FAULTS, type RealFaultName, type RealFaultRunner } from './torture-real-faults.ts'
import { registeredSagas } from './torture-sagas.ts'
import { openWorld, PATIENCE_MS, type SagaScenario, type World } from './torture-world.ts'

export { imageServer } from './torture-images.ts'
export { registeredSagas } from './torture-sagas.ts'
export { tortureState } from './torture-state.ts'
export type { SagaScenario } from './torture-world.ts'

export interface TortureSagaOptions extends SagaScenario {
  exceptions?: readonly TortureException[]
  /** Real faults that are left out, and why that is right. */
  without?: Partial<Record<RealFaultName, string>>
}

/** Long enough for a loaded machine, short enough to learn of a run that never ends. */
const DEADLINE_MS = 15_000
const TEST_TIMEOUT_MS = 60_000
const ROWS = '[core.saga] [core.stateless]'

/** Registers the tests of one saga: one for each step and fault of the engine, one for each real fault at all its calls. */
export function tortureSaga(name: string, options: TortureSagaOptions): void {
  const saga = registeredSagas().get(name)
  if (!saga) throw new Error(`no module registers a saga ${name}`)
  let world: World | undefined
  let runner: RealFaultRunner | undefined
  const kit = torture({
    saga,
    canTakeOver: true,
    deadlineMs: DEADLINE_MS,
    patienceMs: PATIENCE_MS,
    exceptions: options.exceptions,
    scenario: async (faults) => {
      world = await openWorld(options, faults)
      return world
    },
  })
  const realFaults = async (): Promise<RealFaultRunner> => {
    await kit.open()
    if (!world) throw new Error('the world was not opened')
    runner ??= createRealFaultRunner(world)
    return runner
  }
  describe(name, () => {
    for (const { title, skipped, run } of kit.cases)
      test(`${ROWS} ${title}`, { timeout: TEST_TIMEOUT_MS }, async ({ skip }) => {
        if (skipped) skip(skipped)
        await run()
        await world?.expectNoLeftovers()
      })
    for (const fault of Object.keys(REAL_FAULTS) as RealFaultName[])
      test(`${ROWS} ${name} / a call ${fault}`, { timeout: TEST_TIMEOUT_MS }, async ({ skip }) => {
        const reason = options.without?.[fault]
        if (reason) skip(reason)
        await (await realFaults()).strikeEach(fault)
      })
    test(`${ROWS} ${name} / an undo that gives up leaves what can be cleared away`, async () => {
      await (await realFaults()).giveUpUndo()
    })
    afterAll(() => kit.close())
  })
}
