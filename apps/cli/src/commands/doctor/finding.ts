/** What the doctor finds; the API's own findings have the same shape. */

export type Severity = 'error' | 'warning' | 'note'

export interface Finding {
  severity: Severity
  /** Stable, e.g. `FILE_EXPOSED`. */
  code: string
  /** What is wrong. */
  message: string
  /** What that means. */
  meaning: string
  /** Exactly what to do. */
  remedy: string
  kind?: string
  resource?: string
}

/** One part that is looked at. */
export interface Examination {
  /** For people, e.g. `files of the command line`. */
  name: string
  examine(): Promise<Finding[]>
}

const RANK: Record<Severity, number> = { error: 0, warning: 1, note: 2 }

export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((one, other) => RANK[one.severity] - RANK[other.severity])
