/** A client that watches events, in a process of its own. */
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'

export type WatcherQuestion =
  | { type: 'watch'; url: string; ca: string; token: string; kinds: string }
  /** What came since the last time it was asked. */
  | { type: 'take' }

export interface Watched {
  events: number
  /** Milliseconds from the time in the event, which is PostgreSQL's on this machine, to its arrival. */
  delaysMs: Float64Array
}

export type Watcher = Child<WatcherQuestion, Watched>

export const startWatcher = (): Watcher => startChild(join(import.meta.dirname, 'watcher-process.ts'))
