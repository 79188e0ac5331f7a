import type { SagaDefinition } from './define.ts'
import type { Faults } from './faults.ts'
import type { Outcome } from './journal.ts'
import type { JsonValue } from './json.ts'
import { differences, nameIds } from './torture-diff.ts'
import { type FaultName, type Plan, plansOf } from './torture-plan.ts'
import { type ArmedFault, createFaultSwitch, type FaultSwitch } from './torture-switch.ts'

export { type FaultName, RUN_FAULTS, UNDO_FAULTS } from './torture-plan.ts'
export { InjectedFault } from './torture-switch.ts'

/** A world in which the saga is run again and again, once per case. */
export interface TortureScenario {
  /** Brings the world to the same state before every case, e.g. removes what a case that succeeded has made. */
  prepare?(): Promise<void>
  /** Has one run of the saga accepted and started; does not wait for its end. `ids` are the run's chosen ids. */
  invoke(): Promise<{ runId: string; ids?: Readonly<Record<string, string>> }>
  /**
   * The whole state the saga can touch: database, hosts, network. Equal states must give equal JSON: sort lists by something
   * that does not change from run to run, leave out times. Ids of the run may appear: they are replaced by their names.
   */
  snapshot(): Promise<JsonValue>
  /** The engine has crashed: a new engine, with the same fault hooks, takes over and resumes every open run. */
  restart(): Promise<void>
  /** Waits until the run's end is durable, whichever engine brings it about. */
  settled(runId: string): Promise<Outcome>
  /**
   * The engine stands still: another one takes its runs over while it lives on. Answers with a function that waits until the
   * former engine has let go of them. Without it the `pause` faults are left out.
   */
  takeOver?(): Promise<() => Promise<void>>
  /**
   * A saga without any undo has failed: does what its user does to have it finish all the same, e.g. deletes once more. With it the
   * state after a failure is compared with the finished one, without it with the state of before.
   */
  finish?(runId: string): Promise<void>
  /** After the last case. */
  close?(): Promise<void>
}

/** A case that is known not to hold, and why that is right: e.g. the effect of a step that cannot be undone. */
export interface TortureException {
  step: string
  /** All faults of the step when absent. */
  faults?: readonly FaultName[]
  reason: string
}

export interface TortureOptions {
  saga: SagaDefinition
  /** Called once, before the first case; every engine it makes must be given the hooks. */
  scenario(faults: Faults): TortureScenario | Promise<TortureScenario>
  /** Whether the scenario can `takeOver`: decides about the `pause` faults before it is made. Default false. */
  canTakeOver?: boolean
  exceptions?: readonly TortureException[]
  /** For a run to settle, or for an engine to let go. Default 60 s. */
  deadlineMs?: number
  /** How long a snapshot may take to become what is expected, for worlds that follow with a delay. Default 0. */
  patienceMs?: number
}

export interface TortureCase {
  /** `vm.create / plugNics / crash-after: the engine dies ...` */
  readonly title: string
  readonly step: string
  readonly fault: FaultName
  /** Why the case is left out; `run` then does nothing. */
  readonly skipped?: string
  /** @throws TortureError */
  run(): Promise<void>
}

export interface Torture {
  readonly cases: readonly TortureCase[]
  /**
   * All cases, one after the other; answers with them.
   * @throws TortureError that lists every case that failed
   */
  run(): Promise<readonly TortureCase[]>
  /** Makes the scenario, for tests of one's own in the same world; the cases do it by themselves. */
  open(): Promise<void>
  /** Closes the scenario. */
  close(): Promise<void>
}

/** Says which saga, step and fault, and how the state differs. */
export class TortureError extends Error {
  override readonly name = 'TortureError'
}

/**
 * Drives a saga through every fault at every step. Whatever happens, the run must end as the fault demands (undone or
 * succeeded) and leave the state of before, or exactly the state that a run without a fault leaves. Knows nothing of a
 * test runner: make one test per case, or call `run`.
 */
export function torture(options: TortureOptions): Torture {
  const faultSwitch = createFaultSwitch()
  let opened: Promise<TortureScenario> | undefined
  let reference: Promise<Reference> | undefined
  const open = () => {
    opened ??= Promise.resolve(options.scenario(faultSwitch.faults))
    return opened
  }
  const bench = async (): Promise<Bench> => {
    const scenario = await open()
    reference ??= runReference(scenario, options)
    return { scenario, faultSwitch, options, reference: await reference }
  }
  const cases = plansOf(options.saga)
    .filter(({ fault }) => options.canTakeOver || !fault.startsWith('pause'))
    .map((plan) => toCase(plan, options, bench))
  return {
    cases,
    async run() {
      const failures: Error[] = []
      for (const { run } of cases) await run().catch((error) => failures.push(error))
      if (failures.length > 0) {
        const message = `${failures.length} of ${cases.length} cases failed\n${failures.map((error) => error.message).join('\n')}`
        throw new TortureError(message, { cause: failures[0] })
      }
      return cases
    },
    open: async () => void (await open()),
    close: async () => (await opened)?.close?.(),
  }
}

interface Reference {
  before: JsonValue
  after: JsonValue
}

interface Bench {
  scenario: TortureScenario
  faultSwitch: FaultSwitch
  options: TortureOptions
  reference: Reference
}

function toCase(plan: Plan, options: TortureOptions, bench: () => Promise<Bench>): TortureCase {
  const { saga, step, fault, meaning } = plan
  const exception = options.exceptions?.find(
    (candidate) => candidate.step === step && (candidate.faults?.includes(fault) ?? true),
  )
  const run = async () => {
    const at = await bench()
    try {
      await runCase(plan, at)
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      throw new TortureError(`${saga}, step ${step}, ${fault} (${meaning}): ${message}`, { cause })
    } finally {
      at.faultSwitch.disarm()
    }
  }
  return {
    title: `${saga} / ${step} / ${fault}: ${meaning}`,
    step,
    fault,
    skipped: exception?.reason,
    run: exception ? async () => {} : run,
  }
}

/** A run without a fault: what the saga makes of the state. */
async function runReference(scenario: TortureScenario, options: TortureOptions): Promise<Reference> {
  await scenario.prepare?.()
  const before = await scenario.snapshot()
  const { runId, ids } = await scenario.invoke()
  const outcome = await inTime(scenario.settled(runId), 'the run without a fault did not settle', options)
  if (outcome !== 'succeeded') throw new TortureError(`${options.saga.name}: the run without a fault ended ${outcome}`)
  return { before, after: nameIds(await scenario.snapshot(), { ...ids, run: runId }) }
}

async function runCase(plan: Plan, { scenario, faultSwitch, options, reference }: Bench): Promise<void> {
  await scenario.prepare?.()
  await expectState(reference.before, scenario, {}, options, 'prepare did not bring back the state of before')
  const armed = faultSwitch.arm(plan)
  const { runId, ids } = await scenario.invoke()
  const outcome = await carryOut(plan, runId, armed, scenario, options)
  if (outcome !== plan.outcome) throw new Error(`the run ended ${outcome}, not ${plan.outcome}`)
  const isFinished = outcome === 'succeeded' || finisherOf(scenario, options) !== undefined
  const expected = isFinished ? reference.after : reference.before
  const like = isFinished ? 'a run without a fault' : 'the state of before'
  await expectState(expected, scenario, { ...ids, run: runId }, options, `the run ended ${outcome}, but unlike ${like}`)
}

/** Waits for the fault, does what it demands of the world, waits for the run's end. */
async function carryOut(
  plan: Plan,
  runId: string,
  armed: ArmedFault,
  scenario: TortureScenario,
  options: TortureOptions,
): Promise<Outcome> {
  await inTime(armed.fired, 'the fault never happened: is the saga run with the hooks the scenario was given?', options)
  let letGo: (() => Promise<void>) | undefined
  if (plan.fault.includes('crash')) await scenario.restart()
  if (plan.fault.startsWith('pause')) letGo = await scenario.takeOver?.()
  const outcome = await inTime(scenario.settled(runId), 'the run did not settle', options)
  if (outcome === 'undone') await finisherOf(scenario, options)?.(runId)
  armed.wake()
  if (letGo) await inTime(letGo(), 'the engine that stood still did not let go', options)
  return outcome
}

/** How a run that failed is finished, where nothing of it can be undone. */
function finisherOf(scenario: TortureScenario, { saga }: TortureOptions): TortureScenario['finish'] {
  const isForwardOnly = saga.steps.every(({ undo }) => typeof undo !== 'function')
  return isForwardOnly && scenario.finish ? (runId) => scenario.finish?.(runId) ?? Promise.resolve() : undefined
}

async function expectState(
  expected: JsonValue,
  scenario: TortureScenario,
  ids: Readonly<Record<string, string>>,
  { patienceMs = 0 }: TortureOptions,
  message: string,
): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = differences(expected, nameIds(await scenario.snapshot(), ids))
    if (found.length === 0) return
    if (performance.now() >= deadline) throw new Error([`${message}:`, ...found].join('\n  '))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function inTime<T>(promise: Promise<T>, message: string, { deadlineMs = 60_000 }: TortureOptions): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${message} (${deadlineMs} ms)`)), deadlineMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
