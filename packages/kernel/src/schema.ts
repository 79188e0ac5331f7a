/** The kernel's own tables and the schema of all kinds. */
import { createHash } from 'node:crypto'
import { type Resource, tableDdl } from '@basalt/resource'
import type { Database, Query } from './database.ts'

/** Times in milliseconds, as JSON has them: a row read and written back is the same row. */
const SYSTEM_TABLES = `
create extension if not exists pg_trgm;
create table claim (
  resource uuid primary key,
  task uuid not null,
  under uuid
);
create index claim_task_idx on claim (task);
create table waiting (
  task uuid not null,
  resource uuid not null,
  place bigint not null,
  primary key (task, resource)
);
create index waiting_resource_idx on waiting (resource, place);
create sequence place_seq;
create table ticket (
  hash text primary key,
  purpose text not null,
  facts jsonb not null,
  expires_at timestamptz not null
);
create index ticket_expires_idx on ticket (expires_at);
create table journal (
  task uuid not null,
  index int not null,
  event text not null,
  step text not null,
  output jsonb,
  error jsonb,
  at timestamptz not null default now(),
  primary key (task, index, event)
);
create table event (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  kind text not null,
  resource uuid not null,
  account uuid,
  change text not null,
  data jsonb not null
);
create index event_cursor_idx on event (xid, seq);
create index event_resource_idx on event (resource, seq);
create table tombstone (
  id uuid not null,
  kind text not null,
  account uuid,
  deleted_at timestamptz not null default now(),
  data jsonb not null,
  primary key (id, kind)
);
create table audit (
  seq bigint generated always as identity primary key,
  at timestamptz not null default now(),
  chain uuid not null,
  link bigint not null,
  "user" uuid,
  account uuid,
  action text not null,
  resource uuid,
  address text,
  client text,
  request text,
  outcome text not null,
  code text,
  duration_ms int
);
create index audit_link_idx on audit (chain, link);
create index audit_account_idx on audit (account, seq);
create index audit_resource_idx on audit (resource, seq);
create table audit_chain (
  id uuid primary key,
  node text not null,
  started_at timestamptz not null default clock_timestamp(),
  previous uuid,
  first_hash text not null
);
create table audit_link (
  chain uuid not null,
  position bigint not null,
  at timestamptz not null default now(),
  rows int not null,
  hash text not null,
  primary key (chain, position)
);
create table audit_checkpoint (
  chain uuid not null,
  position bigint not null,
  hash text not null,
  mac text not null,
  retired boolean not null,
  at timestamptz not null default now(),
  primary key (chain, position, retired)
);
create table idempotency (
  account uuid not null,
  key text not null,
  body_hash text not null,
  resource uuid not null,
  task uuid,
  at timestamptz not null default now(),
  primary key (account, key)
);
create table batch (
  id uuid primary key,
  items jsonb not null,
  refusals jsonb,
  at timestamptz not null default now()
);
create table access_version (
  version bigint not null
);
insert into access_version values (1);
create table nonce (
  scope uuid not null,
  value text not null,
  expires_at timestamptz not null,
  primary key (scope, value)
);
create index nonce_expires_at_idx on nonce (expires_at);
create table quota_usage (
  account uuid not null,
  zone uuid not null,
  metric text not null,
  used bigint not null,
  primary key (account, zone, metric)
);
create table observer (
  name text primary key,
  cursor text not null,
  taken_by text,
  taken_until timestamptz
);
create sequence epoch_seq;
`.trim()

/**
 * A task's epoch is drawn after its claims are held: later work on a resource always has a higher one. Nodes look for the open tasks of
 * those that are lost.
 */
const TASK_EPOCH = `alter table "task" alter column "epoch" set default nextval('epoch_seq');
create index task_open_idx on "task" ("node") where "finished_at" is null;`

/** Tables and indexes of these kinds. */
export const tablesDdl = (resources: readonly Resource[]): string =>
  resources.map(tableDdl).join('\n\n').replaceAll('timestamptz', 'timestamptz(3)')

/** DDL of the whole database. Committed as a migration and compared with the definitions by `npm run check`. */
export function schemaDdl(resources: readonly Resource[]): string {
  return `${SYSTEM_TABLES}\n\n${tablesDdl(resources)}\n\n${TASK_EPOCH}\n`
}

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

/** Extensions come with PostgreSQL, but some distributions pack them apart. */
function explainExtension(statement: string, cause: unknown): never {
  const [, name] = /create extension if not exists (\w+)/.exec(statement) ?? []
  if (!name) throw cause
  throw new Error(
    `PostgreSQL has no extension ${name}: ${(cause as Error).message}; install its additional modules (postgresql-contrib), or make it as superuser: create extension ${name}`,
    { cause },
  )
}

const MIGRATIONS = `create table if not exists migration (name text primary key, sha256 text not null,
  phase text not null default 'expand', at timestamptz not null default now())`

interface Applied {
  name: string
  sha256: string
  phase: string
  [column: string]: unknown
}

function refuseChanged({ name }: Migration): never {
  throw new Error(
    `the migration ${name} was changed after it ran on this database; restore it, or start from an empty database`,
  )
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
function refuseContracted(done: ReadonlyMap<string, Applied>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ name }) => name))
  const beyond = [...done.values()].find(({ name, phase }) => phase === 'contract' && !known.has(name))
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
  await database.script(MIGRATIONS)
  const applied: string[] = []
  await database.transaction(async (query) => {
    // Several nodes may start at once; one migrates, the others wait.
    await query('select pg_advisory_xact_lock(7220350)')
    const done = new Map(
      (await query<Applied>('select name, sha256, phase from migration'))
        .filter(({ name }) => (owner ? name.startsWith(prefix) : !name.includes('/')))
        .map((row) => [row.name.slice(prefix.length), row]),
    )
    for (const migration of migrations) {
      const { name, sql, phase = 'expand' } = migration
      const sha256 = createHash('sha256').update(sql).digest('hex')
      const known = done.get(name)
      if (known?.sha256 === sha256) continue
      if (known) refuseChanged(migration)
      if (phase === 'contract') await refuseWhileOthersLive(query, migration, version)
      for (const statement of sql.split(/;\s*\n/).filter((part) => part.trim()))
        await query(statement).catch((error: unknown) => explainExtension(statement, error))
      await query('insert into migration (name, sha256, phase) values ($1, $2, $3)', [
        `${prefix}${name}`,
        sha256,
        phase,
      ])
      applied.push(name)
    }
    refuseContracted(done, migrations)
  })
  return applied
}
