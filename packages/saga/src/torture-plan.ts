import type { SagaDefinition } from './define.ts'
import type { Outcome } from './journal.ts'

/** What goes wrong while a step runs. */
export const RUN_FAULTS = {
  'fail-before': 'the step fails without an effect',
  'fail-after': 'the step has its effect, but the reply is lost',
  'timeout-before': 'the step passes its deadline without an effect',
  'timeout-after': 'the step has its effect and passes its deadline',
  repeat: 'the step is executed twice',
  'crash-before': 'the engine dies before the effect',
  'crash-after': 'the engine dies after the effect, before the journal',
  'crash-journalled': 'the engine dies right after the journal',
  'crash-undoing': 'the step fails after its effect and the engine dies before the undo begins',
  'cancel-before': 'a user cancels before the effect',
  'cancel-after': 'a user cancels after the effect',
  'pause-before': 'the engine stands still before the effect, wakes when another has finished the run',
  'pause-after': 'the engine stands still after the effect, wakes when another has finished the run',
  'pause-undone': 'the engine stands still before the effect, wakes when another has undone the run',
} as const

/** What goes wrong while a step is undone. The last step fails first, so that everything is undone. */
export const UNDO_FAULTS = {
  'undo-fail-before': 'the undo fails once, without an effect',
  'undo-fail-after': 'the undo has its effect, but fails once',
  'undo-timeout-before': 'the undo passes its deadline once, without an effect',
  'undo-timeout-after': 'the undo has its effect, but passes its deadline once',
  'undo-repeat': 'the undo is executed twice',
  'undo-crash-before': 'the engine dies before the undo',
  'undo-crash-after': 'the engine dies after the undo, before the journal',
  'undo-crash-journalled': 'the engine dies right after the undo was journalled',
} as const

export type RunFault = keyof typeof RUN_FAULTS
export type UndoFault = keyof typeof UNDO_FAULTS
export type FaultName = RunFault | UndoFault

/** One case: this fault at this step, and how the run has to end. */
export interface Plan {
  saga: string
  step: string
  fault: FaultName
  /** In words. */
  meaning: string
  outcome: Exclude<Outcome, 'undoFailed'>
  /**
   * The step that fails so that undoing begins, and whether its effect has happened: with undo faults, and with
   * `pause-undone` once the engine stands still.
   */
  trigger?: { step: string; fault: 'fail-before' | 'fail-after' }
}

/** Every step of the saga with every fault that can happen to it. */
export function plansOf(saga: SagaDefinition): Plan[] {
  const last = saga.steps.at(-1)
  if (!last) return []
  const trigger = { step: last.name, fault: typeof last.undo === 'function' ? 'fail-after' : 'fail-before' } as const
  return saga.steps.flatMap(({ name: step, undo, options }): Plan[] => {
    const cancellable = options.cancellable !== false
    const run = entries(RUN_FAULTS)
      .filter(([fault]) => saga.cancellable.cancellable !== false || !fault.startsWith('cancel'))
      .map(([fault, meaning]): Plan => {
        const plan = { saga: saga.name, step, fault, meaning, outcome: outcomeOf(fault, cancellable) }
        return fault === 'pause-undone' ? { ...plan, trigger: { step: last.name, fault: 'fail-before' } } : plan
      })
    if (typeof undo !== 'function') return run
    const back = entries(UNDO_FAULTS).map(
      ([fault, meaning]): Plan => ({ saga: saga.name, step, fault, meaning, outcome: 'undone', trigger }),
    )
    return [...run, ...back]
  })
}

function outcomeOf(fault: RunFault, cancellable: boolean): Plan['outcome'] {
  if (fault.startsWith('fail') || fault.startsWith('timeout') || fault.endsWith('undoing') || fault.endsWith('undone'))
    return 'undone'
  return fault.startsWith('cancel') && cancellable ? 'undone' : 'succeeded'
}

function entries<Name extends string>(faults: Readonly<Record<Name, string>>): [Name, string][] {
  return Object.entries(faults) as [Name, string][]
}
