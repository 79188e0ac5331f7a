/** Brings a database to the schema of this build, by migrations that are applied once and in order. */
import { createHash } from 'node:crypto'
import type { Resource } from '@basalt/resource'
import type { Database, Query } from './database.ts'
import { outlastDeadlock } from './pressure/deadlock.ts'
import { settleRestored } from './restored.ts'

/**
 * An `expand` step only adds: what knew the schema before goes on working on it, so nodes of this version and of the one before share a
 * database while they are upgraded one by one. New columns have defaults. A `contract` step takes away what only the version before
 * needs; it ends that version's time on the database, and is refused as long as one of its nodes lives.
 */
export interface Migration {
  name: string
  sql: string
  /** Default `expand`. */
  phase?: 'expand' | 'contract'
  /** Of a `contract` step: from this version on nobody needs what it takes away, so nodes of such versions may live on. */
  unneededSince?: string
}

/** Nothing of what was to be migrated is there: the message says what happened, and what to do. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed'

  constructor(
    /** What happened alone. */
    readonly fault: string,
    remedy: string,
    cause: unknown,
  ) {
    super(`${fault}. The database is as it was before: ${remedy}`, { cause })
  }

  /** SQLSTATE. */
  get code(): unknown {
    return (this.cause as { code?: unknown } | undefined)?.code
  }
}

/** Extensions come with PostgreSQL, but some distributions pack them apart. */
function remedyOf(statement: string): string {
  const [, name] = /create extension if not exists (\w+)/.exec(statement) ?? []
  return name
    ? `PostgreSQL has no extension ${name}: install its additional modules (postgresql-contrib), or make it as superuser: create extension ${name}`
    : 'nodes of the version before go on; start this one again when the cause is mended, or install the version that was there'
}

function failed({ name }: Migration, statement: string, cause: unknown): never {
  throw new MigrationFailed(`the migration ${name} failed: ${(cause as Error).message}`, remedyOf(statement), cause)
}

const MIGRATIONS = `create table if not exists migration (name text primary key, sha256 text not null,
  phase text not null default 'expand', at timestamptz not null default now());
  alter table migration add column if not exists unneeded_since text`

/** Of all that may not be done by two nodes at once when they start. */
const LOCK = 7220350

interface Applied {
  name: string
  sha256: string
  phase: string
  /** As {@link Migration.unneededSince}. */
  unneeded_since: string | null
  [column: string]: unknown
}

function refuseChanged({ name }: Migration): never {
  throw new Error(
    `the migration ${name} was changed after it ran on this database; restore it, or start from an empty database`,
  )
}

/** A statement ends at a semicolon that ends its line; not so within the body of a function (`$$`). */
function statementsOf(sql: string): string[] {
  const statements: string[] = []
  let begun = ''
  for (const part of sql.split(/(;[ \t]*\n)/)) {
    begun += part
    const isInBody = begun.split('$$').length % 2 === 0
    if (!part.startsWith(';') || isInBody) continue
    statements.push(begun)
    begun = ''
  }
  return [...statements, begun].filter((statement) => statement.trim())
}

/** One migration, and the note that it was applied. */
async function apply(query: Query, migration: Migration, sha256: string, prefix: string): Promise<void> {
  const { name, sql, phase = 'expand', unneededSince } = migration
  for (const statement of statementsOf(sql))
    await query(statement).catch((error: unknown) => failed(migration, statement, error))
  const row = [`${prefix}${name}`, sha256, phase, unneededSince ?? null]
  await query('insert into migration (name, sha256, phase, unneeded_since) values ($1, $2, $3, $4)', row)
}

/** `0.9.2` is before `0.10.0`. */
function isBefore(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)))
  const difference = (two ?? []).map((part, index) => (one?.[index] ?? 0) - part).find((each) => each !== 0)
  return difference === undefined ? false : !(difference >= 0)
}

/** Nodes that live and run another version than this one, which a contract step would break. */
async function refuseWhileOthersLive(query: Query, migration: Migration, version: string | undefined): Promise<void> {
  const { name, unneededSince } = migration
  const [table] = await query<{ found: boolean }>(`select to_regclass('node') is not null as found`)
  if (!table?.found) return
  const live = await query<{ name: string; software_version: string }>(
    `select name, software_version from node
      where state = 'up' and lease_expires_at > clock_timestamp() and software_version is distinct from $1 order by name`,
    [version ?? null],
  )
  const others = live.filter((node) => !unneededSince || isBefore(node.software_version, unneededSince))
  if (others.length === 0) return
  const list = others.map((node) => `${node.name} (${node.software_version})`).join(', ')
  throw new Error(`the migration ${name} takes away what other nodes still need: upgrade or stop ${list} first`)
}

/** A newer build may have added to the schema, but not taken away what this one needs. */
function refuseContracted(
  done: ReadonlyMap<string, Applied>,
  migrations: readonly Migration[],
  version: string | undefined,
): void {
  const known = new Set(migrations.map(({ name }) => name))
  const isNeeded = ({ name, phase, unneeded_since }: Applied): boolean =>
    phase === 'contract' && !known.has(name) && (!version || !unneeded_since || isBefore(version, unneeded_since))
  const beyond = [...done.values()].find(isNeeded)
  if (beyond)
    throw new Error(
      `this database has the contract step ${beyond.name}, which took away what this build needs; run the newer build`,
    )
}

/**
 * Apply what is missing, in order, all in one transaction; refuse a database that an edited migration made, or that a newer build has
 * contracted.
 * @param version of this build; nodes of other versions that live keep contract steps from being applied, and without one every node that lives
 * @param owner the plugin whose list this is; its migrations are kept under its name, apart from all others
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  version?: string,
  owner?: string,
): Promise<string[]> {
  const prefix = owner ? `${owner}/` : ''
  async function applyMissing(query: Query): Promise<string[]> {
    // Several nodes may start at once; one migrates, the others wait, and find it done.
    await query(`select pg_advisory_xact_lock(${LOCK})`)
    for (const statement of MIGRATIONS.split(';')) await query(statement)
    const done = new Map(
      (await query<Applied>('select name, sha256, phase, unneeded_since from migration'))
        .filter(({ name }) => (owner ? name.startsWith(prefix) : !name.includes('/')))
        .map((row) => [row.name.slice(prefix.length), row]),
    )
    const applied: string[] = []
    for (const migration of migrations) {
      const sha256 = createHash('sha256').update(migration.sql).digest('hex')
      const known = done.get(migration.name)
      if (known?.sha256 === sha256) continue
      if (known) refuseChanged(migration)
      if (migration.phase === 'contract') await refuseWhileOthersLive(query, migration, version)
      await apply(query, migration, sha256, prefix)
      applied.push(migration.name)
    }
    refuseContracted(done, migrations, version)
    return applied
  }
  // Nodes of the version before work on the tables meanwhile.
  return outlastDeadlock(() => database.transaction(applyMissing))
}

/** What was restored from a backup becomes what this PostgreSQL can go on from; see `restored.ts`. Answers whether anything was. */
export const settle = (database: Database, resources: readonly Resource[]): Promise<boolean> =>
  database.transaction(async (query) => {
    await query(`select pg_advisory_xact_lock(${LOCK})`)
    return settleRestored(query, resources)
  })
