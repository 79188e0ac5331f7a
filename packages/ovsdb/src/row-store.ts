import { applyDifference, type ColumnValue, decodeRow, defaultValue } from './codec.ts'
import { OvsdbError } from './errors.ts'
import { expectObject, type Json, type JsonObject } from './json.ts'
import { type DatabaseSchema, isUuid, type TableSchema } from './schema.ts'
import { createTableCache, type MutableTableCache } from './table-cache.ts'

/** A cached row without its static type: `_uuid` and the monitored columns. */
export type CachedRow = Readonly<Record<string, ColumnValue>>

/** A row before and after; undefined when it did not or does not exist. */
export interface StoredEvent {
  readonly table: string
  readonly before: CachedRow | undefined
  readonly after: CachedRow | undefined
}

/** Rows of several tables, fed by monitor updates (`<table-updates2>`, ovsdb-server(7), section 4.1.14). */
export interface RowStore {
  readonly tables: ReadonlyMap<string, MutableTableCache<CachedRow>>
  /** Applies increments. */
  apply(updates: Json | undefined): StoredEvent[]
  /** Replaces everything by the initial contents in `updates`; reports only what differs. */
  replace(updates: Json | undefined): StoredEvent[]
}

interface RowUpdate {
  readonly table: string
  readonly uuid: string
  readonly update: JsonObject
}

/** @param columns the monitored columns of each monitored table */
export function createRowStore(schema: DatabaseSchema<unknown>, columns: ReadonlyMap<string, TableSchema>): RowStore {
  const tables = new Map([...columns.keys()].map((table) => [table, createTableCache<CachedRow>()]))

  function flatten(updates: Json | undefined): RowUpdate[] {
    return Object.entries(expectObject(updates, 'table updates')).flatMap(([table, rows]) => {
      if (!tables.has(table)) throw new OvsdbError('protocol error', `an update of table ${table}, not monitored`)
      return Object.entries(expectObject(rows, 'a table update')).map(([uuid, update]) => {
        if (!isUuid(uuid)) throw new OvsdbError('protocol error', 'a row update has no UUID')
        return { table, uuid, update: expectObject(update, 'a row update') }
      })
    })
  }

  /** A whole row: columns with their default value are not sent. */
  function complete(table: string, uuid: string, wire: Json): CachedRow {
    const sent = decodeRow(schema, table, wire)
    const types = columns.get(table) ?? new Map()
    const values = [...types].map(([column, type]) => [column, sent[column] ?? defaultValue(type)])
    return Object.freeze({ ...Object.fromEntries(values), _uuid: uuid })
  }

  function modified(table: string, before: CachedRow | undefined, wire: JsonObject): CachedRow {
    if (before === undefined) throw new OvsdbError('protocol error', `a modification of an unknown row of ${table}`)
    const changes: [string, ColumnValue][] = []
    for (const [column, type] of columns.get(table) ?? []) {
      const change = wire[column]
      if (change !== undefined) changes.push([column, applyDifference(type, before[column] ?? null, change)])
    }
    return Object.freeze({ ...before, ...Object.fromEntries(changes) })
  }

  function rowAfter(table: string, uuid: string, update: JsonObject, before?: CachedRow): CachedRow | undefined {
    const whole = update.insert ?? update.initial
    if (whole !== undefined) return complete(table, uuid, whole)
    if (update.modify !== undefined) return modified(table, before, expectObject(update.modify, 'a modification'))
    if (update.delete !== undefined) return undefined
    throw new OvsdbError('protocol error', 'a row update says neither insert, modify nor delete')
  }

  function store(table: string, uuid: string, after: CachedRow | undefined): StoredEvent | undefined {
    const cache = tables.get(table)
    const before = cache?.get(uuid as never)
    if (sameRow(before, after)) return undefined
    cache?.put(uuid, after)
    return { table, before, after }
  }

  function apply(updates: Json | undefined): StoredEvent[] {
    return flatten(updates).flatMap(({ table, uuid, update }) => {
      const before = tables.get(table)?.get(uuid as never)
      return store(table, uuid, rowAfter(table, uuid, update, before)) ?? []
    })
  }

  function replace(updates: Json | undefined): StoredEvent[] {
    const rows = flatten(updates)
    const kept = new Set(rows.map(({ table, uuid }) => `${table} ${uuid}`))
    const events: StoredEvent[] = []
    for (const [table, cache] of tables) {
      for (const uuid of cache.uuids()) {
        const event = kept.has(`${table} ${uuid}`) ? undefined : store(table, uuid, undefined)
        if (event !== undefined) events.push(event)
      }
    }
    return [
      ...events,
      ...rows.flatMap(({ table, uuid, update }) => store(table, uuid, rowAfter(table, uuid, update)) ?? []),
    ]
  }

  return { tables, apply, replace }
}

function sameRow(left: CachedRow | undefined, right: CachedRow | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return Object.keys(right).every((column) => sameValue(left[column] ?? null, right[column] ?? null))
}

/** Equality of column values; sets and maps have no order. */
function sameValue(left: ColumnValue, right: ColumnValue): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) && Array.isArray(right)) {
    const elements = new Set<unknown>(left)
    return left.length === right.length && right.every((element) => elements.has(element))
  }
  const pairs = new Map(Object.entries(left))
  const others = Object.entries(right)
  return pairs.size === others.length && others.every(([key, value]) => pairs.has(key) && pairs.get(key) === value)
}
