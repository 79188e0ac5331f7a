import { decodeRow, decodeUuid, encodeRow } from './codec.ts'
import { encodeMutations, encodeWhere, type Mutation, type Where } from './conditions.ts'
import { serverError } from './connection.ts'
import { OvsdbError } from './errors.ts'
import { expectArray, expectObject, isObject, type Json, type JsonObject } from './json.ts'
import type { DatabaseSchema, Row, RowChange, TableName, Uuid } from './schema.ts'

/** Settings of {@link Transaction.commit}. */
export interface CommitOptions {
  /** Deadline of the whole call, waiting for a connection included. */
  readonly timeoutMs?: number
  /** Have the server flush to disk before it answers. A cluster always does. */
  readonly durable?: boolean
}

/** What a committed transaction did. Operations are counted from 0 in the order they were added. */
export interface TransactionResult<Tables> {
  /** UUID of the row inserted under this name. */
  inserted<T extends TableName<Tables>>(table: T, name: string): Uuid<T>
  /** Rows found by the `select` at this index. */
  rows<T extends TableName<Tables>>(table: T, index: number): Row<Tables, T>[]
  /** Rows touched by the `update`, `mutate` or `delete` at this index. */
  count(index: number): number
}

/** Settings of {@link Transaction.wait}. */
export interface WaitOptions {
  /** How long the server may wait; 0 (the default) makes it a precondition that fails at once. */
  readonly timeoutMs?: number
}

/**
 * Operations that take effect together or not at all (RFC 7047, section 5.2). The methods add one operation each and
 * return the same builder; `commit` sends them.
 */
export interface Transaction<Tables> {
  /** How many operations there are: the index of the next one. */
  readonly length: number
  /** Insert a row; under `name` other operations refer to it by {@link named}. */
  insert<T extends TableName<Tables>>(table: T, row: RowChange<Tables[T]>, name?: string): Transaction<Tables>
  select<T extends TableName<Tables>>(
    table: T,
    where: Where<Row<Tables, T>>,
    columns?: readonly (keyof Row<Tables, T>)[],
  ): Transaction<Tables>
  /** Set columns of the matching rows. */
  update<T extends TableName<Tables>>(
    table: T,
    where: Where<Row<Tables, T>>,
    row: RowChange<Tables[T]>,
  ): Transaction<Tables>
  /** Change numbers, sets and maps of the matching rows in place. */
  mutate<T extends TableName<Tables>>(
    table: T,
    where: Where<Row<Tables, T>>,
    ...mutations: Mutation<Tables[T]>[]
  ): Transaction<Tables>
  delete<T extends TableName<Tables>>(table: T, where: Where<Row<Tables, T>>): Transaction<Tables>
  /**
   * Go on only when the matching rows, reduced to the columns named in `rows`, are (`==`) or are not (`!=`) exactly
   * `rows`; else the transaction fails with `timed out`. All of `rows` name the same columns; with no `rows`,
   * `== []` means "no row matches".
   */
  wait<T extends TableName<Tables>>(
    table: T,
    where: Where<Row<Tables, T>>,
    until: '==' | '!=',
    rows: readonly RowChange<Row<Tables, T>>[],
    options?: WaitOptions,
  ): Transaction<Tables>
  /** Text for the server's journal; `ovsdb-tool show-log` prints it. */
  comment(text: string): Transaction<Tables>
  /** Fail with `not owner` unless this session holds the lock; its name is an identifier. */
  assert(lock: string): Transaction<Tables>
  /** Fail with `aborted` here: a rehearsal. */
  abort(): Transaction<Tables>
  /**
   * Sends the operations.
   *
   * @throws {OvsdbError} the server's refusal with the operation's index: nothing was changed; `deadline exceeded` or
   * `disconnected`: nothing was sent; `outcome unknown`: sent, but the answer was lost.
   */
  commit(options?: CommitOptions): Promise<TransactionResult<Tables>>
}

/** Sends the operations of a transaction and resolves with one result per operation. */
export type Transact = (operations: readonly JsonObject[], timeoutMs?: number) => Promise<readonly Json[]>

/** Checks the reply to `transact`: the first failed operation, or the failed commit, becomes the error. */
export function checkResults(operations: readonly JsonObject[], reply: Json): readonly Json[] {
  const results = expectArray(reply, 'the reply to transact')
  for (const [index, result] of results.entries()) {
    if (!isObject(result) || result.error === undefined || result.error === null) continue
    const operation = operations[index]
    if (operation === undefined) throw serverError(result, 'commit')
    throw serverError(result, [operation.op, operation.table].filter(Boolean).join(' '), index)
  }
  if (results.length < operations.length) throw new OvsdbError('protocol error', 'results of operations are missing')
  return results
}

/** Starts an empty transaction on a database. */
export function createTransaction<Tables>(schema: DatabaseSchema<Tables>, transact: Transact): Transaction<Tables> {
  const operations: JsonObject[] = []
  const names = new Map<string, number>()

  function add(operation: JsonObject): Transaction<Tables> {
    operations.push(operation)
    return transaction
  }

  function insert(table: string, row: object, name?: string): Transaction<Tables> {
    if (name === undefined) return add({ op: 'insert', table, row: encodeRow(schema, table, row) })
    if (names.has(name)) throw new OvsdbError('duplicate uuid-name', `${name} names another row of this transaction`)
    names.set(name, operations.length)
    return add({ op: 'insert', table, row: encodeRow(schema, table, row), 'uuid-name': name })
  }

  function wait(table: string, where: object, until: string, rows: readonly object[], options?: WaitOptions) {
    const first = rows[0]
    const columns = first === undefined ? ['_uuid'] : Object.keys(encodeRow(schema, table, first))
    return add({
      op: 'wait',
      table,
      where: encodeWhere(schema, table, where),
      columns,
      until,
      rows: rows.map((row) => encodeRow(schema, table, row)),
      timeout: options?.timeoutMs ?? 0,
    })
  }

  async function commit({ timeoutMs, durable = false }: CommitOptions = {}): Promise<TransactionResult<Tables>> {
    const sent = durable ? [...operations, { op: 'commit', durable }] : operations
    return readResults(schema, names, await transact(sent, timeoutMs))
  }

  const transaction: Transaction<Tables> = {
    get length() {
      return operations.length
    },
    insert,
    select(table, where, columns) {
      const operation = { op: 'select', table, where: encodeWhere(schema, table, where) }
      return add(columns === undefined ? operation : { ...operation, columns: columns.map(String) })
    },
    update(table, where, row) {
      const encoded = encodeRow(schema, table, row)
      return add({ op: 'update', table, where: encodeWhere(schema, table, where), row: encoded })
    },
    mutate(table, where, ...mutations) {
      const encoded = encodeMutations(schema, table, mutations)
      return add({ op: 'mutate', table, where: encodeWhere(schema, table, where), mutations: encoded })
    },
    delete: (table, where) => add({ op: 'delete', table, where: encodeWhere(schema, table, where) }),
    wait,
    comment: (text) => add({ op: 'comment', comment: text }),
    assert: (lock) => add({ op: 'assert', lock }),
    abort: () => add({ op: 'abort' }),
    commit,
  }
  return transaction
}

function readResults<Tables>(
  schema: DatabaseSchema<Tables>,
  names: ReadonlyMap<string, number>,
  results: readonly Json[],
): TransactionResult<Tables> {
  const result = (index: number): JsonObject => expectObject(results[index], `the result of operation ${index}`)
  return {
    inserted<T extends TableName<Tables>>(_table: T, name: string) {
      const index = names.get(name)
      if (index === undefined) throw new OvsdbError('invalid value', `no insert was named ${name}`)
      return decodeUuid(result(index).uuid) as Uuid<T>
    },
    rows<T extends TableName<Tables>>(table: T, index: number) {
      const rows = expectArray(result(index).rows, 'selected rows')
      // The codec has checked every column against the schema that the row types were generated from.
      return rows.map((row) => decodeRow(schema, table, row) as unknown as Row<Tables, T>)
    },
    count(index) {
      const { count } = result(index)
      if (typeof count !== 'number') throw new OvsdbError('invalid value', `operation ${index} counts no rows`)
      return count
    },
  }
}
