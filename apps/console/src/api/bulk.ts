/** What the API answers about many resources at once. */
import type { FieldProblem } from './problem.ts'
import type { Row, Task } from './types.ts'

/** Why one was refused. */
export interface ItemProblem {
  code: string
  detail: string
  remedy?: string
  errors?: (FieldProblem & { column?: string })[]
}

/** What became of one. */
export interface ItemResult {
  status: number
  task?: Task
  resource?: Row
  problem?: ItemProblem
}

export interface BulkItem extends ItemResult {
  id: string
}

export interface ImportLine extends ItemResult {
  line: number
  id?: string
}

export interface Counts {
  total: number
  accepted: number
  refused: number
}

export interface BulkAnswer {
  items: BulkItem[]
  counts: Counts
}

export interface ImportAnswer {
  items: ImportLine[]
  counts: Counts
  ignored: string[]
}

/** A refusal in one line: each column at fault, or what is wrong as a whole. */
export function troubleOf({ errors = [], detail, remedy }: ItemProblem): string {
  if (errors.length === 0) return [detail, remedy].filter(Boolean).join(' ')
  return errors
    .map(({ column, field, message, remedy: cure }) =>
      [`${column ?? field} ${message}.`.trim(), cure].filter(Boolean).join(' '),
    )
    .join(' ')
}
