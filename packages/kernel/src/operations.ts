/** What a flush can do. A *unit* is a list of operations that happen together or not at all. */
import type { AuditEntry } from './audit/entry.ts'
import type { Row } from './database.ts'

export type Operation =
  /** Refused when the id or a unique set of fields is taken. */
  | { op: 'insert'; kind: string; row: Row & { id: string } }
  /**
   * Refused when the row is gone, in none of `from`, not at `version` or, with `unreferenced`, when another resource refers to it.
   * Fields that are not in `set` stay.
   */
  | {
      op: 'update'
      kind: string
      id: string
      set: Row
      from?: readonly string[]
      version?: number
      unreferenced?: boolean
    }
  /**
   * Refused when the row is gone or, with `unreferenced`, when another resource refers to it. Rows that refer to it by a field that
   * cascades go with it.
   */
  | { op: 'delete'; kind: string; id: string; unreferenced?: boolean }
  /** Refused when the row is gone or in none of `states`; that stays so until the unit is durable. */
  | { op: 'require'; kind: string; id: string; states?: readonly string[] }
  /** Add to counters of a row; refused when one would pass its limit field or fall below zero. */
  | { op: 'adjust'; kind: string; id: string; add: Record<string, number>; atMost?: Record<string, string> }
  /**
   * Put tags on a resource and take others off. Refused when the resource is gone, has too many, or one of the tags is gone or of
   * another account. Whatever else: its tags are afterwards as their definitions say, and those of another account are off.
   */
  | { op: 'tag'; kind: string; id: string; attach?: readonly string[]; detach?: readonly string[] }
  /** Resources of the kind that have the tag show it as it is now, or lose it when it is gone. */
  | { op: 'retag'; kind: string; tag: string }
  /** Refused when the unit takes more of a quota than is left, of metrics in `except` as much as it likes. */
  | { op: 'withinQuota'; except?: readonly string[] }
  /** Nobody comes to refer to the row until the unit is durable. */
  | { op: 'lock'; kind: string; id: string }
  /** Refused when the resource is being deleted with what it has. */
  | { op: 'spared'; kind: string; resource: string }
  /** Refused when another task holds the resource, or waits for it and came earlier; `under`: that task hands it over. */
  | { op: 'claim'; resource: string; task: string; under?: string }
  | { op: 'release'; resource: string; task: string }
  /** Wait in line for a resource; the same place in every line. Refused when `limit` tasks wait there already. */
  | { op: 'enqueue'; resource: string; task: string; place: number; limit: number }
  /** Leave all lines. */
  | { op: 'dequeue'; task: string }
  /** Refused when the task is closed or another node took it over. */
  | { op: 'fence'; task: string; epoch: number }
  | { op: 'journal'; task: string; index: number; event: string; step: string; output: unknown; error: unknown }
  | { op: 'audit'; entry: AuditEntry }
  /** Refused when the key was used before. */
  | {
      op: 'idempotency'
      account: string
      key: string
      bodyHash: string
      resource: string
      task: string | null
    }

export type Unit = Operation[]

/** The unit's conditions did not hold; nothing of it happened. */
export class Refused extends Error {
  readonly operation: Operation

  constructor(operation: Operation) {
    super(
      `refused: ${operation.op}${'kind' in operation ? ` ${operation.kind}` : ''}${'id' in operation ? ` ${operation.id}` : ''}`,
    )
    this.name = 'Refused'
    this.operation = operation
  }
}

/** Units of a flush that do not hold, each with its refusal; nothing of the flush happened, and the others can be flushed anew. */
export class RefusedUnits extends Error {
  readonly refusals: ReadonlyMap<Unit, Refused>

  constructor(refusals: ReadonlyMap<Unit, Refused>) {
    super(`${refusals.size} units were refused`)
    this.name = 'RefusedUnits'
    this.refusals = refusals
  }
}

/** What an operation touches: `shared` when it only relies on it. */
export interface Touch {
  key: string
  shared: boolean
  /** Only adds to counters: what several add is added up. */
  adds?: boolean
}

/** Two units are never flushed in one statement when one changes what the other touches. */
export function touches(operation: Operation): Touch | null {
  const changes = (key: string): Touch => ({ key, shared: false })
  switch (operation.op) {
    case 'insert':
      return changes(`${operation.kind}/${operation.row.id}`)
    case 'update':
    case 'delete':
    case 'lock':
    case 'tag':
      return changes(`${operation.kind}/${operation.id}`)
    case 'adjust':
      return { key: `${operation.kind}/${operation.id}`, shared: false, adds: true }
    case 'require':
      return { key: `${operation.kind}/${operation.id}`, shared: true }
    case 'spared':
      return { key: `claim/${operation.resource}`, shared: true }
    case 'claim':
    case 'release':
    case 'enqueue':
      return changes(`claim/${operation.resource}`)
    case 'fence':
    case 'dequeue':
      return changes(`task/${operation.task}`)
    default:
      return null
  }
}
