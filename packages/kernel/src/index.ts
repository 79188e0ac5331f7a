export * from './access/acting.ts'
export * from './access/authorize.ts'
export * from './access/decide.ts'
export { whereOf } from './access/explain.ts'
export * from './access/grants.ts'
export * from './access/permissions.ts'
export * from './access/statement.ts'
export * from './access/target.ts'
export { type AccountPlace, accountPlace, hasFewAccounts } from './access/tenancy.ts'
export * from './action.ts'
export type { Audit } from './audit/audit.ts'
export * from './audit/entry.ts'
export type { AuditFinding, AuditVerification } from './audit/verify.ts'
export { createBatched } from './batched.ts'
export * from './breaker/breaker.ts'
export * from './breaker/deadline.ts'
export * from './caller.ts'
export * from './database.ts'
export * from './derived-id.ts'
export type { Ending } from './ending.ts'
export * from './events.ts'
export * from './fenced.ts'
export type { Authenticate, Authenticated, Credentials } from './http/credentials.ts'
export * from './http/csv.ts'
export type { RequestRates } from './http/gate.ts'
export * from './http/meta-routes.ts'
export { METRICS_TYPE } from './http/metrics-route.ts'
export { createBuckets, type Rate, senderOf } from './http/rate-limit.ts'
export { isSameOrigin } from './http/same-origin.ts'
export * from './kernel.ts'
export * from './keyed-queue.ts'
export * from './module.ts'
export {
  type Bell,
  type Cluster,
  type ClusterCall,
  type ClusterCallOptions,
  noCluster,
  nodeUnreachable,
} from './nodes/cluster.ts'
export {
  type LeaseTiming,
  type NodeFacts,
  type NodeLease,
  type NodeState,
  takeLease,
  unlimitedLease,
} from './nodes/lease.ts'
export { node } from './nodes/node.resource.ts'
export { ownerOf } from './nodes/share.ts'
export { type Diagnosis, type Examiner, type Finding, percentUsed, type Severity, spanOf } from './observe/diagnosis.ts'
export type { Check } from './observe/health.ts'
export * from './operations.ts'
export * from './outbound.ts'
export * from './perform/perform.ts'
export * from './perform/request.ts'
export { type AdmissionClass, DEFAULT_LIMITS, type Limits, overloaded } from './pressure/admission.ts'
export { type BoundedQueue, createBoundedQueue } from './pressure/bounded-queue.ts'
export { isOutage, outlast } from './pressure/outage.ts'
export * from './problem.ts'
export * from './reconcile/index.ts'
export * from './recovering.ts'
export * from './schema.ts'
export { createSealer, masterKey, type Sealer } from './sealing.ts'
export { kernelSettings } from './settings/kernel.settings.ts'
export { createLiveSettings, type LiveSettings } from './settings/live.ts'
export * from './settings/settings.ts'
export * from './store.ts'
export { task } from './task.resource.ts'
export * from './tasks.ts'
export { createTickets, type Tickets } from './tickets/tickets.ts'
export * from './visibility.ts'
