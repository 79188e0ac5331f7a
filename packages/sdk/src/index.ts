export type { SigningKey } from '@basalt/signature'
export type {
  BulkAnswer,
  BulkCounts,
  BulkItem,
  BulkRequest,
  ExportOptions,
  ImportAnswer,
  ImportLine,
  ImportOptions,
  ItemProblem,
  ItemResult,
} from './bulk.ts'
export type { DeleteAllInput, Deletion, DeletionItem, DeletionReason, Topology } from './cascade.ts'
export { type Cloud, type ConnectOptions, connect, type WaitForOptions } from './client.ts'
export type { ConsoleKind, ConsoleTicket } from './consoles.ts'
export { ApiProblem, type FieldError, SdkError, type SdkErrorCode, TaskFailed } from './errors.ts'
export type { EventFilter, ResourceEvent } from './events.ts'
export type * from './generated.ts'
export type { Answer, CallOptions, Http, RequestReport } from './http.ts'
export { collect, type Listing, type Page } from './listing.ts'
export { type GroupQuery, type ListGroup, type ListGroups, type ListQuery, type Shown, withQuery } from './query.ts'
export type { Credentials, Me, OpenSession } from './session.ts'
export type { TaskLike, TaskWaitOptions } from './tasks.ts'
export { normalizeFingerprint, type ShownCertificate, shownCertificates } from './trust.ts'
export type { UploadOptions } from './upload.ts'
export { type WaitFor, type WaitOptions, waitForRow } from './wait.ts'
