/** What the process of a bench tells the one that started it. */
import type { Measure } from './bench.ts'
import type { DatabaseFacts, Failure } from './result-file.ts'

export type Message =
  | { type: 'measure'; measure: Measure }
  | { type: 'failure'; failure: Failure }
  | { type: 'database'; facts: DatabaseFacts }

/** Does nothing where nobody listens. */
export const tellParent = (message: Message): void => void process.send?.(message)
