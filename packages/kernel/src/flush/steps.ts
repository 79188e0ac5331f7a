/** What a flush does, and in which order. */
import type { Operation } from '../operations.ts'
import type { Catalogue } from './catalogue.ts'

/** An operation, or what a flush does for one before. */
export type Step = Exclude<Operation, { op: 'audit' | 'withinQuota' }>

/** What must not be referred to, or takes others with it, is held before those that refer to it are looked for. */
export function withLock(catalogue: Catalogue, operation: Operation): Step[] {
  // What a unit takes of quotas is known when all is written; the audit comes after.
  if (operation.op === 'audit' || operation.op === 'withinQuota') return []
  if (operation.op !== 'delete' && operation.op !== 'update') return [operation]
  const { op, kind, id, unreferenced } = operation
  const guarded = unreferenced && catalogue.referrers(kind).length > 0
  const cascades = op === 'delete' && catalogue.dependents(kind).length > 0
  return guarded || cascades ? [{ op: 'lock', kind, id }, operation] : [operation]
}

/** What fails most often, and costs little, comes first: nothing else is sent before it is known to hold. */
export const CONDITIONS: readonly Step['op'][] = [
  'fence',
  'claim',
  'require',
  'lock',
  // After what it depends on is held: a statement of its own sees what others wrote before.
  'spared',
  'idempotency',
]

/** The order of statements in a flush. */
const ORDER: readonly Step['op'][] = [
  ...CONDITIONS,
  'delete',
  'update',
  'adjust',
  'insert',
  'tag',
  'retag',
  'release',
  'enqueue',
  'dequeue',
  'journal',
]

/** The same by operation: a flush sorts by it. */
export const RANK = Object.fromEntries(ORDER.map((op, rank) => [op, rank])) as Record<Step['op'], number>
