import { type Attempt, attempt } from './attempt.ts'
import { pause } from './clock.ts'
import { overlay } from './compose.ts'
import type { Attachment, Phase, StepContext } from './context.ts'
import type { ErasedCall, StepDefinition } from './define.ts'
import type { StepFault } from './faults.ts'
import { type JsonValue, toJson } from './json.ts'
import type { RunState } from './state.ts'
import { letGo } from './unwritten.ts'

export type StepResult =
  | { status: 'ok'; output: JsonValue; attached: readonly Attachment[] }
  | Exclude<Attempt, { status: 'ok' }>

/** Pauses while what the platform stands on is away. */
const OUTAGE = { firstMs: 100, lastMs: 5_000 }

const doubled = (firstMs: number, lastMs: number, number: number): number =>
  Math.min(lastMs, firstMs * 2 ** Math.min(number - 1, 30))

/** Runs a step with its retries. A cancel ends the retries; so does an attempt that is still under way after its grace. */
export async function runStep(state: RunState, index: number): Promise<StepResult> {
  const step = stepAt(state, index)
  const { attempts = 1, delayMs = 0, when = () => true } = step.options.retry ?? {}
  let failures = 0
  for (let number = 1; ; number++) {
    const attached: Attachment[] = []
    const result = await once(state, index, 'run', number, attached)
    if (result.status === 'ok') return toResult(result.value, attached, state, step)
    letGo(attached)
    if (result.status === 'dropped' || result.late || state.undoing) return result
    const outage = state.engine.isOutage(result.error)
    if (!outage && (++failures >= attempts || !isWorthIt(when, result.error))) return result
    await wait(state, outage ? doubled(OUTAGE.firstMs, OUTAGE.lastMs, number) : delayMs)
    if (state.undoing) return result
  }
}

function isWorthIt(when: (error: unknown) => boolean, error: unknown): boolean {
  try {
    return when(error)
  } catch {
    // A predicate that cannot cope with the error must not take its place.
    return false
  }
}

/** Undoes a step, again and again with growing pauses. */
export async function undoStep(state: RunState, index: number): Promise<Attempt> {
  const { attempts, delayMs, maxDelayMs } = state.engine.undoRetry
  let failures = 0
  for (let number = 1; ; number++) {
    const result = await once(state, index, 'undo', number, [])
    if (result.status !== 'failed') return result
    const outage = state.engine.isOutage(result.error)
    if (!outage && ++failures >= attempts) return result
    await wait(state, outage ? doubled(OUTAGE.firstMs, OUTAGE.lastMs, number) : doubled(delayMs, maxDelayMs, failures))
  }
}

async function wait(state: RunState, delayMs: number): Promise<void> {
  if (state.engine.faults?.skipPauses || state.droppedAs) return
  const { over, wake } = pause(state.engine.clock, delayMs)
  state.underWay = { abort: wake, drop: wake }
  await over
}

async function once(
  state: RunState,
  index: number,
  phase: Phase,
  number: number,
  attached: Attachment[],
): Promise<Attempt> {
  if (state.droppedAs) return { status: 'dropped' }
  const { engine, saga, run } = state
  const step = stepAt(state, index)
  const work = (signal: AbortSignal, expire: () => void) =>
    act(state, index, { ...contextOf(state, step, phase, number), attached, signal }, expire)
  const result = await attempt(work, {
    clock: engine.clock,
    timeoutMs: step.options.timeoutMs ?? engine.stepTimeoutMs,
    graceMs: engine.graceMs,
    what: `${phase === 'undo' ? 'the undo of ' : ''}step ${step.name} of ${saga.name}`,
    begun: (handle) => {
      state.underWay = handle
    },
  })
  state.underWay = undefined
  if (result.status === 'failed' && result.late) {
    result.late.then(() => engine.report({ kind: 'lateEffect', runId: run.runId, step: step.name, phase }))
  }
  return result
}

/** The work itself, between the fault hooks. */
async function act(state: RunState, index: number, context: StepContext, expire: () => void): Promise<unknown> {
  const { faults } = state.engine
  const { undo, run } = stepAt(state, index)
  const work = context.phase === 'run' ? run : typeof undo === 'function' ? undo : () => undefined
  const perform = () =>
    state.engine.around(context, async () => {
      // What is done again attaches it again.
      letGo(context.attached.splice(0))
      return work(callOf(state, index, context))
    })
  if (!faults) return perform()
  const fault: StepFault = { context, expire, ...state.engine.faultHandle(state.run.runId) }
  const [before, after] =
    context.phase === 'run' ? (['beforeRun', 'afterRun'] as const) : (['beforeUndo', 'afterUndo'] as const)
  await faults[before]?.(fault)
  context.signal.throwIfAborted()
  const value = await perform()
  return (await faults[after]?.(fault)) === 'again' ? perform() : value
}

function callOf(state: RunState, index: number, context: StepContext): ErasedCall {
  const { run, engine, underWay } = state
  const call: ErasedCall = {
    input: run.input,
    ids: run.ids,
    done: doneBefore(state, index),
    signal: context.signal,
    progress: (percent, message) => {
      // Whoever still talks after the attempt is over is not heard.
      if (!context.signal.aborted && state.underWay === underWay) state.progress(index, percent, message)
    },
  }
  const own = context.phase === 'undo' ? { ...call, mine: state.outputs[index] } : call
  return overlay(engine.bind(context), own)
}

/** Outputs of the steps before this one; those of a sub-saga's steps are nested under its name. */
export function doneBefore(state: RunState, index: number): Record<string, JsonValue> {
  const done: Record<string, JsonValue> = {}
  state.saga.steps.slice(0, index).forEach(({ path }, at) => {
    let level: Record<string, JsonValue> = done
    for (const name of path.slice(0, -1)) {
      const inner = (level[name] ?? {}) as Record<string, JsonValue>
      level[name] = inner
      level = inner
    }
    level[path.at(-1) ?? ''] = state.outputs[at] ?? null
  })
  return done
}

function contextOf(
  state: RunState,
  step: StepDefinition,
  phase: Phase,
  number: number,
): Omit<StepContext, 'attached' | 'signal'> {
  const { run, saga } = state
  return {
    runId: run.runId,
    saga: saga.name,
    version: saga.version,
    step: step.name,
    phase,
    attempt: number,
    epoch: run.epoch,
    isAgain: phase === 'run' && state.isAgain,
    fenceEpoch: run.epoch * 2 + (phase === 'undo' ? 1 : 0),
    resources: run.resources,
    run,
  }
}

function toResult(value: unknown, attached: readonly Attachment[], state: RunState, step: StepDefinition): StepResult {
  try {
    const output = toJson(value, `the output of step ${step.name} of ${state.saga.name}`)
    return { status: 'ok', output, attached }
  } catch (error) {
    letGo(attached)
    return { status: 'failed', error }
  }
}

function stepAt(state: RunState, index: number): StepDefinition {
  const step = state.saga.steps[index]
  if (!step) throw new RangeError(`${state.saga.name} has no step ${index}`)
  return step
}
