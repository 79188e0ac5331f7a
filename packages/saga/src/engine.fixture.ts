import { randomUUID } from 'node:crypto'
import {
  type Clock,
  chooseIds,
  createMemoryJournal,
  createSagaEngine,
  createSagaRegistry,
  type FinishRecord,
  type JournalRecord,
  JournalRejectedError,
  type JsonValue,
  type Report,
  type SagaDefinition,
  type SagaEngineOptions,
  type SagaRun,
  type StepContext,
} from './index.ts'

export interface TestDeps {
  effects: Effects
}

export type Effects = ReturnType<typeof createWorld>['effects']

type Options = Partial<Omit<SagaEngineOptions<TestDeps, SagaRun>, 'registry' | 'journal' | 'bind' | 'clock'>>

/** An engine on a journal in memory, with a world its steps change. */
export function cloud<S extends SagaDefinition<TestDeps>>(
  saga: S,
  options: Options = {},
  bind = (effects: Effects): TestDeps => ({ effects }),
) {
  const world = createWorld()
  const clock = createManualClock()
  const journal = createJournal()
  const contexts: StepContext[] = []
  const reports: Report[] = []
  const registry = createSagaRegistry<TestDeps>()
  registry.register(saga)
  /** Another node on the same journal and the same world. */
  const node = (more: Options = {}) =>
    createSagaEngine<TestDeps>({
      registry,
      journal,
      clock,
      bind(context) {
        contexts.push(context)
        return bind(world.effects)
      },
      report: (report) => reports.push(report),
      ...options,
      ...more,
    })
  const engine = node()
  const accept = (input: JsonValue, more: Partial<SagaRun> = {}): SagaRun =>
    journal.accept({
      runId: randomUUID(),
      saga: saga.name,
      version: saga.version,
      epoch: 1,
      resources: [],
      input,
      ids: chooseIds(saga),
      ...more,
    })
  const run = (input: JsonValue, more: Partial<SagaRun> = {}) => {
    const accepted = accept(input, more)
    return { runId: accepted.runId, end: engine.start(accepted) }
  }
  return { world, clock, journal, contexts, reports, registry, engine, node, accept, run }
}

/** Things that steps make and unmake, and what goes wrong with them. */
export function createWorld() {
  const things: Record<string, unknown> = {}
  const log: string[] = []
  const before = new Map<string, { error: Error; times: number }>()
  const after = new Map<string, Error>()
  const undo = new Map<string, number>()
  const gates = new Map<string, ReturnType<typeof deferred>>()
  const signals: AbortSignal[] = []
  const gate = (name: string) => {
    const found = gates.get(name) ?? deferred()
    gates.set(name, found)
    return found
  }
  const effects = {
    async make<R>(name: string, value: R): Promise<R> {
      log.push(`make ${name}`)
      const refusal = before.get(name)
      if (refusal && refusal.times-- > 0) throw refusal.error
      things[name] = value
      const failure = after.get(name)
      if (failure) throw failure
      return value
    },
    async unmake(name: string): Promise<void> {
      log.push(`unmake ${name}`)
      const failures = undo.get(name) ?? 0
      undo.set(name, failures - 1)
      if (failures > 0) throw new Error(`cannot unmake ${name}`)
      delete things[name]
    },
    /** Takes effect when the test lets it, whatever the signal says. */
    async hang(name: string, signal: AbortSignal): Promise<void> {
      log.push(`hang ${name}`)
      signals.push(signal)
      await gate(name).promise
      log.push(`effect ${name}`)
      things[name] = true
    },
  }
  return {
    things,
    log,
    signals,
    effects,
    count: (entry: string) => log.filter((line) => line === entry).length,
    failBefore: (name: string, error: Error, times: number) => before.set(name, { error, times }),
    failAfter: (name: string, error: Error) => after.set(name, error),
    failUndo: (name: string, times: number) => undo.set(name, times),
    release: (name: string) => gate(name).resolve(),
  }
}

/** The journal in memory, with the moods of a real one. */
function createJournal() {
  const rejected = new Map<string, number>()
  let troubles = 0
  const holds: { matches(record: JournalRecord | FinishRecord): boolean; gate: ReturnType<typeof deferred> }[] = []
  const memory = createMemoryJournal(async (record) => {
    if (troubles > 0 && !('event' in record && record.event === 'progress')) {
      troubles -= 1
      throw new Error('connection lost')
    }
    const key = 'event' in record ? `${record.event} ${record.step}` : ''
    const times = rejected.get(key) ?? 0
    rejected.set(key, times - 1)
    if (times > 0) throw new JournalRejectedError('cannot be kept')
    await holds.find(({ matches }) => matches(record))?.gate.promise
  })
  const lost: ((record: JournalRecord | FinishRecord) => boolean)[] = []
  /** What was written is durable, but the writer does not hear of it. */
  const answer = (record: JournalRecord | FinishRecord) => {
    const index = lost.findIndex((matches) => matches(record))
    if (index === -1) return
    lost.splice(index, 1)
    throw new Error('connection lost')
  }
  return {
    ...memory,
    record: (record: JournalRecord) => memory.record(record).then(() => answer(record)),
    finish: (record: FinishRecord) => memory.finish(record).then(() => answer(record)),
    /** Loses the answer to the first matching write. */
    loseAnswer: (matches: (record: JournalRecord | FinishRecord) => boolean) => lost.push(matches),
    reject: (event: string, step: string, times = Number.POSITIVE_INFINITY) => rejected.set(`${event} ${step}`, times),
    trouble: (times: number) => {
      troubles = times
    },
    /** Keeps matching writes waiting until the gate opens. */
    hold(matches: (record: JournalRecord | FinishRecord) => boolean) {
      const gate = deferred()
      holds.push({ matches, gate })
      return gate
    },
  }
}

/** A clock that moves when the test says so. */
export function createManualClock() {
  let now = 0
  const timers = new Map<object, { at: number; call: () => void }>()
  const waits: number[] = []
  const advance = (ms: number) => {
    now += ms
    for (const [key, { at, call }] of [...timers]) {
      if (at > now) continue
      timers.delete(key)
      call()
    }
  }
  const clock: Clock & {
    advance(ms: number): void
    /** When the pending calls are due. */
    readonly pending: number[]
    /** Pauses that `runUntil` sat out. */
    waits: number[]
    runUntil<T>(promise: Promise<T>): Promise<T>
  } = {
    after(ms, call) {
      const key = {}
      timers.set(key, { at: now + ms, call })
      return () => timers.delete(key)
    },
    advance,
    waits,
    get pending() {
      return [...timers.values()].map(({ at }) => at)
    },
    /** Whenever nothing else moves, goes on to the next timer. */
    async runUntil(promise) {
      let isOver = false
      const over = () => {
        isOver = true
      }
      promise.then(over, over)
      while (!isOver) {
        await idle()
        const next = Math.min(...clock.pending)
        if (isOver || !Number.isFinite(next)) continue
        waits.push(next - now)
        advance(next - now)
      }
      return promise
    },
  }
  return clock
}

export function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** Lets everything that is ready happen. */
export async function idle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits for a condition, at most 5 seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`condition not met: ${condition}`)
    await idle()
  }
}
