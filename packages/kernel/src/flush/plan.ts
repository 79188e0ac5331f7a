/** Units → set-based statements, one for each shape of operation, each with a verdict per row. */
import type { Row } from '../database.ts'
import type { Operation, Unit } from '../operations.ts'
import type { Catalogue } from './catalogue.ts'
import { describe } from './describe.ts'
import { RANK, type Step, withLock } from './steps.ts'

export interface Statement {
  op: Step['op']
  sql: string
  rows: Row[]
  /** What the statement returns for an operation that held; null where there is no verdict. */
  verdicts: { operation: Operation; id: string }[]
  /** Kind of the rows that it changes. */
  kind?: string
}

/** Any order would do, as long as all nodes have the same. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const kindOf = (step: Step): string => ('kind' in step ? step.kind : '')
function rowOf(step: Step): string {
  if (step.op === 'insert') return step.row.id
  if ('id' in step) return step.id
  return 'resource' in step ? step.resource : 'task' in step ? step.task : ''
}

/**
 * Statements go by sort, then by kind, and rows within them by id: two nodes that flush at the same time take their locks in the same
 * order, so that one waits for the other rather than each for the other. What belongs to one row keeps its order.
 */
export function plan(catalogue: Catalogue, units: Unit[]): Statement[] {
  const statements = new Map<string, Statement>()
  const steps = units
    .flat()
    .flatMap((operation) => withLock(catalogue, operation))
    .sort((a, b) => RANK[a.op] - RANK[b.op] || compare(kindOf(a), kindOf(b)) || compare(rowOf(a), rowOf(b)))
  for (const step of steps) {
    const { sql, row, id } = describe(catalogue, step)
    const statement = statements.get(sql) ?? {
      op: step.op,
      sql,
      rows: [],
      verdicts: [],
      ...('kind' in step ? { kind: step.kind } : {}),
    }
    statement.rows.push(row)
    if (id !== null && step.op !== 'lock') statement.verdicts.push({ operation: step, id })
    statements.set(sql, statement)
  }
  return [...statements.values()]
}
