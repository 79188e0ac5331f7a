/**
 * Entries for calls that change nothing, written some moments later and many at a time, so that a read does not wait for a write.
 * Calls that change something write theirs with the change itself.
 */
import type { Store } from '../store.ts'
import type { AuditEntry } from './entry.ts'

const PAUSE_MS = 200
const BATCH = 500
/** Beyond this the database cannot keep up; what comes on top is counted and told, not kept. */
const MOST = 20_000

export interface AuditRecorder {
  note(entry: AuditEntry): void
  /** Writes what is left. */
  close(): Promise<void>
}

/** @param onLost told how many entries could not be kept */
export function createAuditRecorder(store: Store, onLost: (count: number, error?: unknown) => void): AuditRecorder {
  let waiting: AuditEntry[] = []
  let lost = 0
  let writing: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH)
      await store.commit(batch.map((entry) => ({ op: 'audit', entry })))
      waiting = waiting.slice(batch.length)
    }
    if (lost > 0) onLost(lost)
    lost = 0
  }

  function begin(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= write()
      .catch((error: unknown) => onLost(0, error))
      .finally(() => {
        writing = null
        if (waiting.length > 0) timer ??= setTimeout(begin, PAUSE_MS)
      })
    return writing
  }

  return {
    note(entry) {
      if (waiting.length >= MOST) lost++
      else waiting.push(entry)
      if (!writing) timer ??= setTimeout(begin, PAUSE_MS)
    },
    async close() {
      await writing
      if (waiting.length > 0) await begin()
      clearTimeout(timer)
    },
  }
}
