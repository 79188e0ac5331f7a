export { type FindingRow, finding } from './finding.resource.ts'
export { DATABASE, type Difference, type Hold, type Place, type Reconciler, recounting } from './reconciler.ts'
export { type ReconcilerRow, reconciler } from './reconciler.resource.ts'
export type { ReconcilePace } from './schedule.ts'
