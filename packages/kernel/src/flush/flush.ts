/** Writes units in one transaction: conditions, then changes with their audit, then what they take of quotas. */
import type { AuditChain } from '../audit/chain.ts'
import type { Query, Row } from '../database.ts'
import { type Operation, Refused, RefusedUnits, type Unit } from '../operations.ts'
import { createTally, type TakenRow } from '../quota/tally.ts'
import type { Catalogue } from './catalogue.ts'
import { plan, type Statement } from './plan.ts'
import { CONDITIONS } from './steps.ts'

interface Answer extends Partial<TakenRow> {
  id: string | null
  /** Where one answer has rows of several kinds. */
  kind?: string
}

/** Whether an operation changes who may do what. */
function changesAuthority(catalogue: Catalogue, operation: Operation): boolean {
  const { op } = operation
  return (op === 'insert' || op === 'update' || op === 'delete') && catalogue.resource(operation.kind).authority
}

/** Which unit changes a row; two never change the same. */
function unitsByRow(units: readonly Unit[]): Map<string, Unit> {
  const owners = new Map<string, Unit>()
  for (const unit of units)
    for (const operation of unit)
      if (operation.op === 'insert') owners.set(`${operation.kind}/${operation.row.id}`, unit)
      else if ('kind' in operation && 'id' in operation && operation.op !== 'require')
        owners.set(`${operation.kind}/${operation.id}`, unit)
  return owners
}

/** Waits until nothing is under way any more; fails with what failed first in the order given. */
async function inTurn<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ended = await Promise.allSettled(work)
  return ended.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}

/** Operations that did not hold. */
const failing = ({ verdicts }: Statement, answers: readonly Answer[]): Operation[] => {
  const held = new Set(answers.map(({ id }) => id))
  return verdicts.filter(({ id }) => !held.has(id)).map(({ operation }) => operation)
}

/** Sent in one go, each sees what those before it did: waiting for each answer would cost more than the statements do. */
const send = (query: Query, statements: readonly Statement[]): Promise<Answer[][]> =>
  inTurn(statements.map(({ sql, rows }) => query<Answer & Row>(sql, [JSON.stringify(rows)])))

/** @throws RefusedUnits with all whose conditions do not hold */
async function checkConditions(query: Query, units: readonly Unit[], conditions: readonly Statement[]): Promise<void> {
  const answers = await send(query, conditions)
  const failed = conditions.flatMap((statement, index) => failing(statement, answers[index] ?? []))
  const refusals = new Map<Unit, Refused>()
  for (const operation of failed) {
    const unit = units.find((candidate) => candidate.includes(operation))
    if (unit && !refusals.has(unit)) refusals.set(unit, new Refused(operation))
  }
  if (refusals.size > 0) throw new RefusedUnits(refusals)
}

/** @throws Refused for the first operation that did not hold */
async function change(query: Query, changes: readonly Statement[], taken: (kind: string, row: Answer) => void) {
  const answers = await send(query, changes)
  for (const [index, statement] of changes.entries()) {
    const [failed] = failing(statement, answers[index] ?? [])
    if (failed) throw new Refused(failed)
    for (const answer of answers[index] ?? []) {
      const kind = answer.kind ?? statement.kind
      if (kind && (answer.before || answer.after)) taken(kind, answer)
    }
  }
}

/**
 * Write all units, or throw `RefusedUnits` for those whose conditions do not hold or that take more of a quota than is left, or
 * {@link Refused} for the first change that did not hold; the caller rolls back.
 */
export async function flushUnits(catalogue: Catalogue, query: Query, units: Unit[], audit: AuditChain): Promise<void> {
  const tally = createTally()
  const owners = unitsByRow(units)
  const statements = plan(catalogue, units)
  const isCondition = ({ op }: Statement): boolean => CONDITIONS.includes(op)
  await checkConditions(query, units, statements.filter(isCondition))
  const changes = statements.filter((statement) => !isCondition(statement))
  const entries = units.flat().flatMap((operation) => (operation.op === 'audit' ? [operation.entry] : []))
  await inTurn<unknown>([
    change(query, changes, (kind, { id, before = null, after = null }) =>
      tally.add(owners.get(`${kind}/${id}`) ?? null, catalogue.resource(kind), { before, after }),
    ),
    audit.write(query, entries),
  ])
  const authority = units.some((unit) => unit.some((operation) => changesAuthority(catalogue, operation)))
  await inTurn<unknown>([
    tally.settle(query, units),
    // The last lock that a flush takes, so that two never wait for each other.
    ...(authority ? [query('update access_version set version = version + 1')] : []),
  ])
}
