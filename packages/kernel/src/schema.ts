/** The kernel's own tables and the schema of all kinds. */
import { type Resource, tableDdl } from '@basalt/resource'

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
create unlogged table attempt (
  key text primary key,
  due timestamptz not null
);
create index attempt_due_idx on attempt (due);
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
