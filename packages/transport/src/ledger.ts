import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Result } from '@basalt/contracts'
import { openLedgerFile } from './ledger-file.ts'

/** What a host remembers of its commands over restarts. */
export interface Ledger {
  /** The highest epoch ever seen for a resource; 0 when none was. */
  highestEpoch(resource: string): number
  /** Remembers a higher epoch: at once in memory, and on disk when the promise settles. Lower ones change nothing. */
  raiseEpoch(resource: string, epoch: number): Promise<void>
  /** The result of a command that was done before. */
  resultOf(id: string): Result | undefined
  /** Keeps a result; it is on disk when the promise settles. */
  record(result: Result): Promise<void>
  /** The control plane has the result for good: it may be forgotten. */
  acknowledge(id: string): void
  /** Waits for the disk and closes the file. */
  close(): Promise<void>
}

export interface OpenLedgerOptions {
  readonly path: string
  /** How long a result is kept that nobody acknowledges. Default a week. */
  readonly retentionMs?: number
  /** The file is compacted when it is larger than this and mostly obsolete. Default 4 MiB. */
  readonly compactAboveBytes?: number
  /** Told when the file could not be compacted; nothing is lost by that. */
  readonly onProblem?: (error: unknown) => void
  /** Milliseconds since 1970; for tests of retention. */
  readonly now?: () => number
}

type Entry =
  | { readonly kind: 'epoch'; readonly resource: string; readonly epoch: number }
  | { readonly kind: 'result'; readonly result: Result; readonly atMs: number }
  | { readonly kind: 'forget'; readonly id: string }

const WEEK_MS = 7 * 24 * 3_600_000
const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024

/** Opens the ledger of an agent; only one process may have it open. */
export async function openLedger(options: OpenLedgerOptions): Promise<Ledger> {
  const { retentionMs = WEEK_MS, compactAboveBytes = COMPACT_ABOVE_BYTES, now = Date.now } = options
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 })
  const { file, entries } = await openLedgerFile<Entry>(options.path)
  const epochs = new Map<string, number>()
  /** The part of `epochs` that surely is on disk: a command must not run before its epoch is. */
  const durableEpochs = new Map<string, number>()
  const results = new Map<string, { result: Result; atMs: number }>()
  let compactAt = compactAboveBytes

  function apply(entry: Entry): void {
    if (entry.kind === 'epoch') epochs.set(entry.resource, Math.max(entry.epoch, epochs.get(entry.resource) ?? 0))
    else if (entry.kind === 'result') results.set(entry.result.id, { result: entry.result, atMs: entry.atMs })
    else results.delete(entry.id)
  }
  function dropExpired(): void {
    const oldestMs = now() - retentionMs
    for (const [id, { atMs }] of results) if (atMs < oldestMs) results.delete(id)
  }
  function liveEntries(): Entry[] {
    return [
      ...[...epochs].map(([resource, epoch]) => ({ kind: 'epoch' as const, resource, epoch })),
      ...[...results.values()].map((kept) => ({ kind: 'result' as const, ...kept })),
    ]
  }
  async function write(entry: Entry): Promise<void> {
    apply(entry)
    await file.append(entry)
    if (file.sizeBytes > compactAt) void compact()
  }
  async function compact(): Promise<void> {
    // So that the appends meanwhile do not all start a compaction of their own.
    compactAt = Number.POSITIVE_INFINITY
    dropExpired()
    await file.rewrite(liveEntries).catch((error) => options.onProblem?.(error))
    compactAt = Math.max(compactAboveBytes, 2 * file.sizeBytes)
  }
  for (const entry of entries) apply(entry)
  for (const [resource, epoch] of epochs) durableEpochs.set(resource, epoch)
  dropExpired()
  return {
    highestEpoch: (resource) => epochs.get(resource) ?? 0,
    async raiseEpoch(resource, epoch) {
      if (epoch <= (durableEpochs.get(resource) ?? 0)) return
      await write({ kind: 'epoch', resource, epoch })
      durableEpochs.set(resource, Math.max(epoch, durableEpochs.get(resource) ?? 0))
    },
    resultOf: (id) => results.get(id)?.result,
    record: (result) => write({ kind: 'result', result, atMs: now() }),
    acknowledge(id) {
      if (!results.has(id)) return
      // Losing this in a crash only means to remember for longer.
      write({ kind: 'forget', id }).catch(() => undefined)
    },
    close: () => file.close(),
  }
}
