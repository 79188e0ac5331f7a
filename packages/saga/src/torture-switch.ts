import type { FaultHandle, Faults, StepFault } from './faults.ts'
import type { JournalRecord } from './journal.ts'
import type { FaultName, Plan } from './torture-plan.ts'

/** The fault hooks given to engines, and the one fault they carry out at a time. */
export interface FaultSwitch {
  readonly faults: Faults
  /** From now on this fault happens, to the first run of the saga. */
  arm(plan: Plan): ArmedFault
  /** Nothing goes wrong any more. */
  disarm(): void
}

export interface ArmedFault {
  /** Resolves when the fault has happened. */
  readonly fired: Promise<void>
  /** Wakes the engine that stands still. */
  wake(): void
}

/** The error of an injected failure. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault'
  readonly code = 'INJECTED_FAULT'
}

/** A switch without a fault. */
export function createFaultSwitch(): FaultSwitch {
  let armed: ReturnType<typeof createInjection> | undefined
  return {
    faults: {
      skipPauses: true,
      beforeRun: (fault) => armed?.beforeRun(fault),
      afterRun: (fault) => armed?.afterRun(fault),
      beforeUndo: (fault) => armed?.beforeUndo(fault),
      afterUndo: (fault) => armed?.afterUndo(fault),
      afterRecord: (record, handle) => armed?.afterRecord(record, handle),
    },
    arm(plan) {
      armed = createInjection(plan)
      return armed
    },
    disarm() {
      armed = undefined
    },
  }
}

type Moment = 'before' | 'after'

const LASTING: readonly string[] = ['fail', 'timeout', 'undoing']

/** `undo-crash-after` is `crash`, `after`; faults of the journal have no moment of their own. */
function partsOf(fault: FaultName): { kind: string; moment?: Moment } {
  if (fault === 'crash-undoing') return { kind: 'undoing', moment: 'after' }
  if (fault === 'pause-undone') return { kind: 'pause', moment: 'before' }
  const [kind = '', moment = 'after'] = fault.replace('undo-', '').split('-')
  return moment === 'before' || moment === 'after' ? { kind, moment } : { kind }
}

function createInjection(plan: Plan) {
  const { fired, happens, hasFired } = once()
  const { fired: woken, happens: wake } = once()
  const isUndo = plan.fault.startsWith('undo-')
  let victim: string | undefined
  /** Whether this is the run and the step the plan is about; the first run of the saga is the victim. */
  const hits = ({ context }: StepFault, step: string) => {
    if (context.saga !== plan.saga) return false
    victim ??= context.runId
    return context.runId === victim && context.step === step
  }
  const inject = async (fault: StepFault, kind: string): Promise<'again' | undefined> => {
    // A step that fails or times out does so in all its attempts; everything else happens once.
    if (hasFired() && (isUndo || !LASTING.includes(kind))) return undefined
    if (kind !== 'undoing') happens()
    if (kind === 'repeat') return 'again'
    if (kind === 'crash') fault.crash()
    if (kind === 'cancel') fault.cancel()
    if (kind === 'pause') await woken
    if (kind === 'timeout') await expire(fault)
    if (kind === 'fail' || kind === 'undoing') throw new InjectedFault(`${plan.fault} at ${plan.step}`)
    return undefined
  }
  const failTrigger = (fault: StepFault, when: Moment) => {
    const { trigger } = plan
    if (!trigger || trigger.fault !== `fail-${when}` || !hits(fault, trigger.step)) return
    if (isUndo || hasFired()) throw new InjectedFault(`${trigger.fault} at ${trigger.step}`)
  }
  const runHook = (when: Moment) => async (fault: StepFault) => {
    failTrigger(fault, when)
    if (isUndo || !hits(fault, plan.step)) return undefined
    const { kind, moment } = partsOf(plan.fault)
    return moment === when ? inject(fault, kind) : undefined
  }
  const undoHook = (when: Moment) => async (fault: StepFault) => {
    if (!isUndo || !hits(fault, plan.step)) return undefined
    const { kind, moment } = partsOf(plan.fault)
    return moment === when ? inject(fault, kind) : undefined
  }
  const journalled = {
    'crash-journalled': 'done',
    'crash-undoing': 'undoing',
    'undo-crash-journalled': 'undone',
  } as const
  const afterRecord = (record: JournalRecord, handle: FaultHandle) => {
    const event = plan.fault in journalled ? journalled[plan.fault as keyof typeof journalled] : undefined
    if (hasFired() || record.runId !== victim || record.step !== plan.step || record.event !== event) return
    happens()
    handle.crash()
  }
  const [beforeUndo, beforeRun] = [undoHook('before'), runHook('before')]
  return {
    fired,
    wake,
    beforeRun: async (fault: StepFault) => void (await beforeRun(fault)),
    afterRun: runHook('after'),
    beforeUndo: async (fault: StepFault) => void (await beforeUndo(fault)),
    afterUndo: undoHook('after'),
    afterRecord,
  }
}

/** The deadline passes and the step notices. */
async function expire({ context, expire: passDeadline }: StepFault): Promise<never> {
  passDeadline()
  throw new InjectedFault(`stopped: ${context.step} has passed its deadline`)
}

function once() {
  let done = false
  let resolve = () => {}
  const fired = new Promise<void>((settle) => {
    resolve = settle
  })
  const happens = () => {
    done = true
    resolve()
  }
  return { fired, happens, hasFired: () => done }
}
