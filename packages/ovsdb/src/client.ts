import type { Where } from './conditions.ts'
import type { Json, JsonObject } from './json.ts'
import { createLink, type LinkOptions, type LinkState } from './link.ts'
import type { Unsubscribe } from './listeners.ts'
import { createLock, type Lock } from './lock.ts'
import type { MonitorRequest, Replica } from './monitor-types.ts'
import { createReplica } from './replica.ts'
import type { DatabaseSchema, Row, TableName } from './schema.ts'
import { checkResults, createTransaction, type Transaction } from './transaction.ts'

/** Per-call deadline, waiting for a connection included. */
export interface CallOptions {
  readonly timeoutMs?: number
}

/** A client of one database. */
export interface OvsdbClient<Tables> {
  readonly schema: DatabaseSchema<Tables>
  /** Where the connection stands. Calls made while it is away wait for it, up to their deadline. */
  state(): LinkState
  onState(listener: (state: LinkState) => void): Unsubscribe
  /** Resolves when connected; rejects with `deadline exceeded`, the last failure being its cause. */
  ready(options?: CallOptions): Promise<void>
  /** Starts a transaction; nothing is sent before `commit`. */
  transaction(): Transaction<Tables>
  /** Reads rows, all columns unless named. */
  select<T extends TableName<Tables>>(
    table: T,
    where: Where<Row<Tables, T>>,
    options?: CallOptions,
  ): Promise<Row<Tables, T>[]>
  /** Sends operations in their wire form and resolves with their results. */
  transact(operations: readonly JsonObject[], options?: CallOptions): Promise<readonly Json[]>
  /**
   * Begins to replicate a part of the database and resolves when it is loaded.
   *
   * @throws {OvsdbError} the server's refusal, or `deadline exceeded`
   */
  monitor<const R extends MonitorRequest<Tables>>(request: R, options?: CallOptions): Promise<Replica<Tables, R>>
  /** Like `monitor`, but returns at once, with a replica that is empty until it is loaded. */
  replicate<const R extends MonitorRequest<Tables>>(request: R): Replica<Tables, R>
  /** Queues for a lock of the server, or steals it. */
  lock(name: string, options?: { readonly steal?: boolean }): Lock
  /** Any JSON-RPC method of the server. */
  call(method: string, params: readonly Json[], options?: CallOptions): Promise<Json>
  /** Drops the connection and makes a new one. */
  reconnect(): void
  /** Ends everything; calls in flight, replicas and locks fail with `closed`. */
  close(): Promise<void>
}

/**
 * Makes a client and begins to connect; it reconnects until closed.
 *
 * ```ts
 * const nb = connectOvsdb({ schema: ovnNb, endpoints: ['unix:/run/ovn/ovnnb_db.sock'] })
 * await nb.transaction().insert('Logical_Switch', { name: 'blue' }).commit({ timeoutMs: 2_000 })
 * ```
 */
export function connectOvsdb<Tables>(options: LinkOptions<Tables>): OvsdbClient<Tables> {
  const { schema } = options
  const link = createLink(options)
  let monitors = 0

  async function transact(operations: readonly JsonObject[], timeoutMs?: number): Promise<readonly Json[]> {
    return checkResults(operations, await link.call('transact', [schema.name, ...operations], timeoutMs))
  }

  function replicate<const R extends MonitorRequest<Tables>>(request: R): Replica<Tables, R> {
    monitors += 1
    return createReplica(link, schema, `replica-${monitors}`, request)
  }

  async function monitor<const R extends MonitorRequest<Tables>>(
    request: R,
    { timeoutMs = link.callTimeoutMs }: CallOptions = {},
  ): Promise<Replica<Tables, R>> {
    const replica = replicate(request)
    try {
      await replica.waitFor(() => replica.loads.full > 0, { timeoutMs })
      return replica
    } catch (error) {
      await replica.close()
      throw error
    }
  }

  const transaction = (): Transaction<Tables> => createTransaction(schema, transact)
  return {
    schema,
    state: link.state,
    onState: link.onState,
    async ready(call) {
      await link.ready(call?.timeoutMs)
    },
    transaction,
    async select(table, where, call) {
      const result = await transaction().select(table, where).commit(call)
      return result.rows(table, 0)
    },
    transact: (operations, call) => transact(operations, call?.timeoutMs),
    monitor,
    replicate,
    lock: (name, { steal = false } = {}) => createLock(link, name, steal),
    call: (method, params, call) => link.call(method, params, call?.timeoutMs),
    reconnect: link.reconnect,
    close: link.close,
  }
}
