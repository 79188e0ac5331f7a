import type { Uuid } from './schema.ts'

/** The monitored rows of one table. Rows are frozen; a change replaces the row's object. */
export interface TableCache<RowType> {
  readonly size: number
  get(uuid: Uuid): RowType | undefined
  /** All rows, in no particular order. */
  rows(): IterableIterator<RowType>
  find(predicate: (row: RowType) => boolean): RowType | undefined
  filter(predicate: (row: RowType) => boolean): RowType[]
  /** Rows whose column equals the value. The first use of a column builds an index that is kept from then on. */
  by<Column extends keyof RowType>(column: Column, value: RowType[Column]): readonly RowType[]
}

/** The writing side of a {@link TableCache}. */
export interface MutableTableCache<RowType> extends TableCache<RowType> {
  /** Stores, replaces or (undefined) removes a row. */
  put(uuid: string, row: RowType | undefined): void
  uuids(): string[]
}

/** Rows by the value of one column. */
function createIndex<RowType>(column: keyof RowType) {
  const byValue = new Map<unknown, Set<RowType>>()
  return {
    add(row: RowType): void {
      const rows = byValue.get(row[column]) ?? new Set<RowType>()
      byValue.set(row[column], rows.add(row))
    },
    remove(row: RowType): void {
      const rows = byValue.get(row[column])
      rows?.delete(row)
      if (rows?.size === 0) byValue.delete(row[column])
    },
    lookUp: (value: unknown): readonly RowType[] => [...(byValue.get(value) ?? [])],
  }
}

/** An empty cache. */
export function createTableCache<RowType>(): MutableTableCache<RowType> {
  const rows = new Map<string, RowType>()
  const indexes = new Map<keyof RowType, ReturnType<typeof createIndex<RowType>>>()

  function put(uuid: string, row: RowType | undefined): void {
    const before = rows.get(uuid)
    if (row === undefined) rows.delete(uuid)
    else rows.set(uuid, row)
    for (const index of indexes.values()) {
      if (before !== undefined) index.remove(before)
      if (row !== undefined) index.add(row)
    }
  }

  function indexOf(column: keyof RowType) {
    const existing = indexes.get(column)
    if (existing !== undefined) return existing
    const index = createIndex<RowType>(column)
    for (const row of rows.values()) index.add(row)
    indexes.set(column, index)
    return index
  }

  return {
    get size() {
      return rows.size
    },
    get: (uuid) => rows.get(uuid),
    rows: () => rows.values(),
    find(predicate) {
      for (const row of rows.values()) if (predicate(row)) return row
      return undefined
    },
    filter: (predicate) => [...rows.values()].filter(predicate),
    by: (column, value) => indexOf(column).lookUp(value),
    put,
    uuids: () => [...rows.keys()],
  }
}
