import type { Where } from './conditions.ts'
import type { Unsubscribe } from './listeners.ts'
import type { Row, RowIdentity, TableName } from './schema.ts'
import type { TableCache } from './table-cache.ts'

/** What to replicate of one table. `where` keeps only matching rows, on the server's side. */
export interface TableSelection<Tables, T extends TableName<Tables>> {
  readonly columns?: readonly (keyof Tables[T])[]
  readonly where?: Where<Row<Tables, T>>
}

/** What to replicate: per table `'all'`, some columns, or a {@link TableSelection}. */
export type MonitorRequest<Tables> = {
  readonly [T in TableName<Tables>]?: 'all' | readonly (keyof Tables[T])[] | TableSelection<Tables, T>
}

/** Columns that a request replicates of a table. */
type RequestedColumns<Tables, T extends TableName<Tables>, Requested> = Requested extends readonly (infer Column)[]
  ? Column & keyof Tables[T]
  : Requested extends { readonly columns: readonly (infer Column)[] }
    ? Column & keyof Tables[T]
    : keyof Tables[T]

/** A row of a replica: its identity and the requested columns. */
export type ReplicaRow<Tables, R, T extends keyof R & TableName<Tables>> = Pick<
  Tables[T],
  RequestedColumns<Tables, T, R[T]>
> &
  RowIdentity<T>

/** One row that came (no `before`), changed, or went (no `after`). */
export type RowEvent<Tables, R> = {
  [T in keyof R & TableName<Tables>]: {
    readonly table: T
    readonly before: ReplicaRow<Tables, R, T> | undefined
    readonly after: ReplicaRow<Tables, R, T> | undefined
  }
}[keyof R & TableName<Tables>]

/** Settings of {@link Replica.waitFor}. */
export interface WaitForOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * A live copy of a part of the database. While the connection is away it keeps its last contents; when the connection
 * is back it catches up from the last transaction it has seen if the server still knows it, else by comparing with
 * everything. Either way listeners hear only of differences.
 */
export interface Replica<Tables, R> {
  table<T extends keyof R & TableName<Tables>>(name: T): TableCache<ReplicaRow<Tables, R, T>>
  /** Called after the cache has changed, once per update of the server, with all its rows. */
  onChange(listener: (events: readonly RowEvent<Tables, R>[]) => void): Unsubscribe
  /**
   * Resolves with the predicate's first truthy result: tried now, and after every change.
   *
   * @throws {OvsdbError} `deadline exceeded`, `closed`; or the signal's reason
   */
  waitFor<Result>(
    predicate: (replica: Replica<Tables, R>) => Result | undefined | null | false,
    options: WaitForOptions,
  ): Promise<Result>
  /** True while connected and caught up. */
  isCurrent(): boolean
  /** How often the contents were loaded whole, the first time included, and how often resumed. */
  readonly loads: { readonly full: number; readonly resumed: number }
  /** Stops replicating. The contents stay readable. */
  close(): Promise<void>
}
