/** A yardstick: a bare `node:https` server in a process of its own that refuses whatever it is asked. */
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'

export interface RefuserFacts {
  url: string
  /** PEM of the authority that vouches for it. */
  ca: string
}

export type Refuser = Child<'facts', RefuserFacts>

export const startRefuser = (): Refuser => startChild(join(import.meta.dirname, 'refuser-process.ts'))
