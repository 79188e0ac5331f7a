/** What is wrong, what that means, and what to do about it: the shape of what the cloud and `basalt doctor` find. */

/** `error`: something does not work. `warning`: it soon may not. `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note'

export interface Finding {
  severity: Severity
  /** Stable, e.g. `HOST_DOWN`. */
  code: string
  /** What is wrong, naming what it is about. */
  message: string
  /** What that means for those who use the cloud. */
  meaning: string
  /** Exactly what to do. */
  remedy: string
  /** What it is about. */
  kind?: string
  resource?: string
}

const RANK: Record<Severity, number> = { error: 0, warning: 1, note: 2 }

export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((one, other) => RANK[one.severity] - RANK[other.severity])
