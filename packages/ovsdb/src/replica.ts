import { encodeWhere } from './conditions.ts'
import type { Connection } from './connection.ts'
import { isOvsdbError, OvsdbError } from './errors.ts'
import { expectArray, expectString, type Json } from './json.ts'
import type { Link, Participant } from './link.ts'
import { createListeners } from './listeners.ts'
import { type ColumnTypes, columnsOf } from './monitor-columns.ts'
import type { MonitorRequest, Replica, RowEvent, WaitForOptions } from './monitor-types.ts'
import { createRowStore, type StoredEvent } from './row-store.ts'
import type { DatabaseSchema } from './schema.ts'
import { waitUntil } from './wait-until.ts'

const NO_TRANSACTION = '00000000-0000-0000-0000-000000000000'

/** Errors of a connection that is gone: the next one tries again. */
const TRANSIENT = ['disconnected', 'deadline exceeded', 'outcome unknown', 'not leader'] as const

/** The `<monitor-cond-requests>` of a request. */
function encodeRequest(schema: DatabaseSchema<unknown>, request: object, columns: ColumnTypes): Json {
  const wire = [...columns].map(([table, types]) => {
    const selection: unknown = new Map(Object.entries(request)).get(table)
    const hasWhere = typeof selection === 'object' && selection !== null && 'where' in selection
    const where = hasWhere ? encodeWhere(schema, table, selection.where as object) : undefined
    const names = [...types.keys()]
    return [table, [where === undefined || where.length === 0 ? { columns: names } : { columns: names, where }]]
  })
  return Object.fromEntries(wire) as Json
}

/** Begins to replicate; the replica is empty until the first load. */
export function createReplica<Tables, const R extends MonitorRequest<Tables>>(
  link: Link,
  schema: DatabaseSchema<Tables>,
  id: string,
  request: R,
): Replica<Tables, R> {
  const columns = columnsOf(schema, request)
  const wireRequest = encodeRequest(schema, request, columns)
  const store = createRowStore(schema, columns)
  const listeners = createListeners<readonly RowEvent<Tables, R>[]>()
  /** Heard after every step, also one that changed no row. */
  const progress = createListeners<void>()
  const ended = createListeners<OvsdbError>()
  const loads = { full: 0, resumed: 0 }
  let endError: OvsdbError | undefined
  let lastTransaction = NO_TRANSACTION
  let current = false
  /** Updates that came in the same breath as the reply to the request, before the reply was taken in. */
  let backlog: (readonly Json[])[] = []

  function publish(events: StoredEvent[]): void {
    if (events.length === 0) return
    // The store holds exactly the requested columns, typed by the schema that the row types come from.
    listeners.emit(events as unknown as readonly RowEvent<Tables, R>[])
  }

  function takeIn(change: () => StoredEvent[], transaction: Json | undefined): void {
    try {
      const events = change()
      lastTransaction = expectString(transaction, 'a transaction id')
      publish(events)
    } catch (error) {
      // Half an update may be in the cache: only loading everything again makes it right.
      lastTransaction = NO_TRANSACTION
      throw error
    }
  }

  async function load(connection: Connection): Promise<void> {
    backlog = []
    const params = [schema.name, id, wireRequest, lastTransaction]
    const reply = await connection.call('monitor_cond_since', params, link.callTimeoutMs)
    const [found, transaction, updates] = expectArray(reply, 'the reply to monitor_cond_since')
    takeIn(() => (found === true ? store.apply(updates) : store.replace(updates)), transaction)
    if (found === true) loads.resumed += 1
    else loads.full += 1
    current = true
    progress.emit()
    for (const params of backlog.splice(0)) update(params)
  }

  function update(params: readonly Json[]): void {
    const [, transaction, updates] = params
    takeIn(() => store.apply(updates), transaction)
    progress.emit()
  }

  function end(error: OvsdbError): void {
    endError = error
    current = false
    link.leave(participant)
    ended.emit(error)
  }

  const participant: Participant = {
    async resume(connection) {
      try {
        await load(connection)
      } catch (error) {
        const refused = loads.full === 0 && isOvsdbError(error) && !isOvsdbError(error, ...TRANSIENT)
        // A refusal of the very first request is the caller's; anything later is a matter of this connection.
        if (!refused) throw error
        end(error)
      }
    },
    receive(method, params) {
      if (method !== 'update3' || params[0] !== id) return false
      if (current) update(params)
      else backlog.push(params)
      return true
    },
    suspend() {
      current = false
    },
    end,
  }

  const replica: Replica<Tables, R> = {
    table(name) {
      const cache = store.tables.get(name)
      if (cache === undefined) throw new OvsdbError('invalid value', `table ${name} is not monitored`)
      return cache as never
    },
    onChange: listeners.add,
    waitFor: (predicate, options: WaitForOptions) =>
      waitUntil(() => predicate(replica), {
        ...options,
        ended: () => endError,
        subscribe(recheck, fail) {
          const unsubscribes = [progress.add(recheck), ended.add(fail)]
          return () => {
            for (const unsubscribe of unsubscribes) unsubscribe()
          }
        },
      }),
    isCurrent: () => current,
    loads,
    async close() {
      if (endError !== undefined) return
      const wasCurrent = current
      end(new OvsdbError('closed', 'the replica was closed'))
      if (wasCurrent) await link.call('monitor_cancel', [id]).catch(ignoreLostConnection)
    },
  }

  link.join(participant)
  return replica
}

/** With the connection its monitors have gone too; `unknown monitor` says the same of a new connection. */
function ignoreLostConnection(error: unknown): void {
  if (!isOvsdbError(error, ...TRANSIENT, 'closed', 'unknown monitor')) throw error
}
