import { FencedError } from './errors.ts'
import type { FinishRecord, Journal, JournalEntry, JournalRecord, SagaRun } from './journal.ts'

/** One run as the journal in memory keeps it. */
export interface MemoryRun {
  run: SagaRun
  /** Without progress; one per index and event. */
  entries: JournalEntry[]
  progress: JournalRecord[]
  finish?: FinishRecord
}

/** A journal for tests and tools: it keeps everything in this process and obeys the rules of the interface. */
export interface MemoryJournal extends Journal {
  /** Accepts a run, as the kernel does before `engine.start`. */
  accept<Run extends SagaRun>(run: Run): Run
  /** Takes a run over: answers it with the next epoch; the former epoch is fenced from now on. */
  takeOver(runId: string): { run: SagaRun; entries: JournalEntry[] }
  /** @throws RangeError for a run that was never accepted */
  get(runId: string): MemoryRun
  /** Runs without an outcome. */
  open(): string[]
  /** Everything that was written, in order: `done 0 reserveHost`, `finish succeeded`. */
  log(runId: string): string[]
}

/** An empty journal; `delay` lets a test decide when a write becomes durable. */
export function createMemoryJournal(
  delay: (record: JournalRecord | FinishRecord) => Promise<void> | void = () => {},
): MemoryJournal {
  const runs = new Map<string, MemoryRun>()
  const logs = new Map<string, string[]>()
  const get = (runId: string): MemoryRun => {
    const found = runs.get(runId)
    if (!found) throw new RangeError(`run ${runId} was never accepted`)
    return found
  }
  const ours = (runId: string, epoch: number): MemoryRun => {
    const found = get(runId)
    if (found.run.epoch !== epoch || found.finish) throw new FencedError(runId, epoch)
    return found
  }
  const keep = (record: JournalRecord): void => {
    for (const each of record.earlier ?? []) keep(each)
    const found = ours(record.runId, record.epoch)
    if (record.event === 'progress') return void found.progress.push(record)
    if (found.entries.some((entry) => entry.index === record.index && entry.event === record.event)) return
    const { index, step, event, output, error } = record
    found.entries.push(structuredClone({ index, step, event, output, error }))
    logs.get(record.runId)?.push(`${event} ${index} ${step}`)
  }
  return {
    accept(run) {
      runs.set(run.runId, { run, entries: [], progress: [] })
      logs.set(run.runId, [])
      return run
    },
    takeOver(runId) {
      const found = get(runId)
      found.run = { ...found.run, epoch: found.run.epoch + 1 }
      return { run: found.run, entries: structuredClone(found.entries) }
    },
    async record(record) {
      await delay(record)
      keep(record)
    },
    async finish(record) {
      await delay(record)
      const { run, finish } = get(record.runId)
      if (run.epoch === record.epoch && finish?.outcome === record.outcome) return
      const found = ours(record.runId, record.epoch)
      if (record.last) keep(record.last)
      found.finish = structuredClone(record)
      logs.get(record.runId)?.push(`finish ${record.outcome}`)
    },
    get,
    open: () => [...runs].filter(([, { finish }]) => !finish).map(([runId]) => runId),
    log: (runId) => [...(logs.get(runId) ?? [])],
  }
}
