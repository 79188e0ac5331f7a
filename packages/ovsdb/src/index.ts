/** Typed client of the Open vSwitch database protocol (RFC 7047, ovsdb-server(7)). */
export { type BackoffOptions, backoffDelayMs, DEFAULT_BACKOFF } from './backoff.ts'
export { type CallOptions, connectOvsdb, type OvsdbClient } from './client.ts'
export type { Comparison, Condition, Mutation, Mutator, Where } from './conditions.ts'
export { type Endpoint, formatEndpoint, parseEndpoint, type TlsMaterial } from './endpoint.ts'
export { type ClientErrorCode, isOvsdbError, OvsdbError, type OvsdbErrorCode, type ServerErrorCode } from './errors.ts'
export { createJsonFramer, DEFAULT_MAX_MESSAGE_BYTES, type JsonFramer } from './framing.ts'
export { type OvnNb, ovnNb } from './generated/ovn-nb.ts'
export { type OvnSb, ovnSb } from './generated/ovn-sb.ts'
export { type Vswitch, vswitch } from './generated/vswitch.ts'
export type { Json, JsonObject } from './json.ts'
export type { LinkOptions, LinkState } from './link.ts'
export type { Unsubscribe } from './listeners.ts'
export type { Lock } from './lock.ts'
export type { MonitorRequest, Replica, ReplicaRow, RowEvent, TableSelection, WaitForOptions } from './monitor-types.ts'
export {
  asUuid,
  type DatabaseSchema,
  defineDatabase,
  isUuid,
  NamedUuid,
  named,
  type Row,
  type RowChange,
  type TableName,
  type Uuid,
} from './schema.ts'
export { compareSchema, type SchemaDifference, type SchemaNeeds } from './schema-check.ts'
export type { TableCache } from './table-cache.ts'
export type { CommitOptions, Transaction, TransactionResult, WaitOptions } from './transaction.ts'
