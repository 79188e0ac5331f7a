/** The kernel's own tables and the schema of all kinds. */
import { createHash } from 'node:crypto'
import { type Resource, tableDdl } from '@basalt/resource'
import type { Database } from './database.ts'

/** Times in milliseconds, as JSON has them: a row read and written back is the same row. */
const SYSTEM_TABLES = `
create extension if not exists pg_trgm;
create table claim (
  resource uuid primary key,
  task uuid not null
);
create index claim_task_idx on claim (task);
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
create table access_version (
  version bigint not null
);
insert into access_version values (1);
create sequence epoch_seq;
`.trim()

/** A task's epoch is drawn after its claims are held: later work on a resource always has a higher one. */
const TASK_EPOCH = `alter table "task" alter column "epoch" set default nextval('epoch_seq');`

/** DDL of the whole database. Committed as a migration and compared with the definitions by `npm run check`. */
export function schemaDdl(resources: readonly Resource[]): string {
  return `${SYSTEM_TABLES}\n\n${resources.map(tableDdl).join('\n\n').replaceAll('timestamptz', 'timestamptz(3)')}\n\n${TASK_EPOCH}\n`
}

export interface Migration {
  name: string
  sql: string
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

/** Apply what is missing, in order, each in a transaction; refuse a database that a newer build or edited migration made. */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  await database.script(
    'create table if not exists migration (name text primary key, sha256 text not null, at timestamptz not null default now())',
  )
  const applied: string[] = []
  await database.transaction(async (query) => {
    // Several nodes may start at once; one migrates, the others wait.
    await query('select pg_advisory_xact_lock(7220350)')
    const done = new Map(
      (await query<{ name: string; sha256: string }>('select name, sha256 from migration')).map((row) => [
        row.name,
        row.sha256,
      ]),
    )
    for (const { name, sql } of migrations) {
      const sha256 = createHash('sha256').update(sql).digest('hex')
      const known = done.get(name)
      if (known === sha256) continue
      if (known)
        throw new Error(
          `the migration ${name} was changed after it ran on this database; restore it, or start from an empty database`,
        )
      for (const statement of sql.split(/;\s*\n/).filter((part) => part.trim()))
        await query(statement).catch((error: unknown) => explainExtension(statement, error))
      await query('insert into migration (name, sha256) values ($1, $2)', [name, sha256])
      applied.push(name)
    }
    const names = new Set(migrations.map((migration) => migration.name))
    const unknown = [...done.keys()].find((name) => !names.has(name))
    if (unknown)
      throw new Error(`this database has the migration ${unknown}, which this build does not know; run the newer build`)
  })
  return applied
}
