/** The store: reads through the caller's visibility, writes as units through group commit. */
import { createHash } from 'node:crypto'
import { columnsOf, type FieldSpec, listHoldsSql, type Resource, snake, tableName } from '@basalt/resource'
import { type ChainHead, createAuditChain } from './audit/chain.ts'
import type { Caller } from './caller.ts'
import type { Database, Row } from './database.ts'
import type { Catalogue, Referrer } from './flush/catalogue.ts'
import { flushUnits } from './flush/flush.ts'
import { createGroupCommit } from './group-commit.ts'
import type { NodeLease } from './nodes/lease.ts'
import { Refused, RefusedUnits, type Unit } from './operations.ts'
import { outlastDeadlock } from './pressure/deadlock.ts'
import { invalidField } from './problem.ts'
import { createLists, type Lists } from './query/lists.ts'
import { createRowSealer, isOtherKey, type Sealer } from './sealing.ts'
import { createSharedReads, isShareable, selection } from './shared-reads.ts'
import { createSharedViews, type View } from './shared-views.ts'

/** What was made durable together, and how long that took. */
export interface Flush {
  units: number
  durationMs: number
  /** What another node flushed is only heard of: `units` is 0. */
  where: 'here' | 'elsewhere'
}

export interface Store extends Lists {
  catalogue: Catalogue & { resources: readonly Resource[] }
  database: Database
  /** The resource, or null when the viewer cannot see it. */
  get<R = Row>(kind: string, id: string, viewer: Caller): Promise<R | null>
  /** The same as JSON that shows what the viewer sees of it. */
  view(kind: string, id: string, viewer: Caller): Promise<View | null>
  /** Every resource that matches; for the platform's own use where the number is bounded by what is asked for. */
  all<R = Row>(kind: string, where: Record<string, unknown>): Promise<R[]>
  commit(unit: Unit): Promise<void>
  /** Units that wait to be made durable. */
  waiting(): number
  /** Called after each flush, here or, as far as we hear of it, on another node. Returns a function that ends it. */
  onFlush(listener: (flush: Flush) => void): () => void
  /** What can be kept of a text that may hold a secret, to know it again. */
  digest(text: string): string
  /** The same by every master key that is there. */
  digests(text: string): string[]
  /** Another node has written. */
  flushedElsewhere(): void
  /** The database's clock, in milliseconds since the epoch. */
  now(): Promise<number>
  /** Where the audit's hash chain of this process has come to. */
  auditHead(): ChainHead | null
  idle(): Promise<void>
}

/** Tables behind the kinds, whatever their definitions. */
export function createCatalogue(resources: readonly Resource[]): Store['catalogue'] {
  const byKind = new Map(resources.map((resource) => [resource.kind, resource]))
  const resource = (kind: string): Resource => {
    const found = byKind.get(kind)
    if (!found) throw new TypeError(`there is no kind "${kind}"`)
    return found
  }
  const referring = (kind: string, wanted: (spec: FieldSpec) => boolean): Referrer[] =>
    resources.flatMap((other) =>
      columnsOf(other)
        .filter(({ spec }) => spec.type === 'ref' && (spec.kind === kind || spec.kindFrom) && wanted(spec))
        .map(({ field, name, spec }) => ({
          resource: other,
          field,
          column: name,
          ...(spec.kindFrom ? { kindColumn: snake(spec.kindFrom) } : {}),
        })),
    )
  return {
    resources,
    resource,
    // What may point to anything keeps nothing.
    referrers: (kind) => referring(kind, ({ weak, cascade, kindFrom }) => !weak && !cascade && !kindFrom),
    dependents: (kind) => referring(kind, ({ cascade }) => Boolean(cascade)),
  }
}

function condition(resource: Resource, field: string, value: unknown, values: unknown[]): string {
  const column = columnsOf(resource).find((candidate) => candidate.field === field)
  if (!column) throw invalidField(field, 'is not a field of this kind', 'Correct its spelling.')
  if (value === null) return `"${column.name}" is null`
  if (column.spec.matchedBy) {
    values.push(JSON.stringify([{ [column.spec.matchedBy]: String(value) }]))
    return listHoldsSql(`"${column.name}"`, `$${values.length}::jsonb`)
  }
  values.push(Array.isArray(value) ? value.map(String) : String(value))
  return Array.isArray(value)
    ? `"${column.name}" = any($${values.length}::${column.type}[])`
    : `"${column.name}" = $${values.length}::${column.type}`
}

const plainDigest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The master key may have been changed while a unit was sealed. */
const SEALINGS = 3

/** Whether this node may write: its lease. Its name is that of the audit chain. */
export type WriteGuard = Pick<NodeLease, 'node' | 'check' | 'ready'>

/**
 * @param sealer needed when a kind has sealed fields
 * @param guard asked before a unit is taken on, and again before its transaction begins and before it is committed
 */
export function createStore(
  database: Database,
  resources: readonly Resource[],
  sealer?: Sealer,
  guard?: WriteGuard,
): Store {
  const catalogue = createCatalogue(resources)
  const { sealed, opened } = createRowSealer(resources, sealer)
  const reads = createSharedReads(database)
  const views = createSharedViews(database)
  const audit = createAuditChain(guard?.node ?? 'node')
  const listeners = new Set<(flush: Flush) => void>()
  const tell = (flush: Flush): void => {
    for (const listener of listeners) listener(flush)
  }
  const commits = createGroupCommit((units) => outlastDeadlock(() => flush(units)))
  async function flush(units: Unit[]): Promise<void> {
    const startedAt = performance.now()
    guard?.check()
    try {
      await database.flush(async (query) => {
        await flushUnits(catalogue, query, units, audit)
        guard?.check()
      })
      audit.committed()
    } catch (error) {
      audit.abandoned(!(error instanceof Refused || error instanceof RefusedUnits))
      throw error
    }
    tell({ units: units.length, durationMs: performance.now() - startedAt, where: 'here' })
  }
  const commit = (unit: Unit): Promise<void> => {
    const wait = guard?.ready()
    return wait ? wait.then(() => commits.commit(unit)) : commits.commit(unit)
  }

  return {
    catalogue,
    database,
    ...createLists(database, resources),
    async get<R>(kind: string, id: string, viewer: Caller) {
      const resource = catalogue.resource(kind)
      const row = await reads.visible(resource, id, viewer)
      const open = row && opened(resource, row)
      return ((open instanceof Promise ? await open : open) ?? null) as R | null
    },
    async view(kind, id, viewer) {
      const resource = catalogue.resource(kind)
      return (await views(resource, id, viewer)) ?? null
    },
    async all<R>(kind: string, where: Record<string, unknown>) {
      const resource = catalogue.resource(kind)
      const openAll = (rows: Row[]): Promise<R[]> =>
        Promise.all(rows.map((row) => opened(resource, row) as R | Promise<R>))
      const [[field, value] = ['', null], ...others] = Object.entries(where)
      if (others.length === 0 && isShareable(resource, field, value))
        return openAll(await reads.having(resource, field, value))
      const values: unknown[] = []
      const conditions = Object.entries(where).map(([field, value]) => condition(resource, field, value, values))
      const sql = `select ${selection(resource)} from "${tableName(resource)}" where ${['true', ...conditions].join(' and ')} order by created_at, id`
      return openAll(await database.query(sql, values))
    },
    async commit(unit) {
      for (let attempt = 1; ; attempt++)
        try {
          return await commit(sealed(unit))
        } catch (error) {
          if (!sealer || attempt >= SEALINGS || !isOtherKey(error)) throw error
          await sealer.keys.refresh()
        }
    },
    flushedElsewhere: () => tell({ units: 0, durationMs: 0, where: 'elsewhere' }),
    waiting: commits.waiting,
    onFlush(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    digest: (text) => sealer?.digest(text) ?? plainDigest(text),
    digests: (text) => sealer?.digests(text) ?? [plainDigest(text)],
    now: reads.now,
    auditHead: audit.head,
    idle: commits.idle,
  }
}
