// Generated from the resource definitions; `npm run generate` writes it anew.
export const sql = `create extension if not exists pg_trgm;
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

create table "task" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "action" text not null,
  "resource_kind" text not null,
  "resource" uuid not null,
  "user" uuid not null,
  "state" text not null,
  "percent" bigint not null,
  "message" text not null,
  "step" text not null,
  "parent" uuid,
  "waits_for" uuid,
  "finished_at" timestamptz(3),
  "previous_state" text,
  "saga" text not null,
  "saga_version" bigint not null,
  "epoch" bigint not null,
  "node" text not null,
  "former_node" text,
  "request" text,
  "trace" text,
  "queued" text,
  "payload" jsonb not null
);
create index "task_created_at_id_idx" on "task" ("created_at", "id");
create index "task_account_created_at_id_idx" on "task" ("account", "created_at", "id");
create index "task_resource_created_at_id_idx" on "task" ("resource", "created_at", "id");
create index "task_state_created_at_id_idx" on "task" ("state", "created_at", "id");
create index "task_user_created_at_id_idx" on "task" ("user", "created_at", "id");
create index "task_parent_created_at_id_idx" on "task" ("parent", "created_at", "id");

create table "node" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "state" text not null,
  "epoch" bigint not null,
  "session" uuid,
  "lease_expires_at" timestamptz(3) not null,
  "api_url" text not null,
  "agent_url" text not null,
  "software_version" text not null,
  "hosts" bigint not null,
  "health" jsonb not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "node_name_key" on "node" ("name");
create index "node_created_at_id_idx" on "node" ("created_at", "id");
create index "node_tags_items_idx" on "node" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "node_operator_tags_items_idx" on "node" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "node_name_id_idx" on "node" ("name", "id");
create index "node_name_parts_idx" on "node" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "tag" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "colour" text not null,
  "type" text not null,
  "public" boolean not null,
  "spreading" boolean not null
);
create unique index "tag_account_name_key" on "tag" ("account", "name");
create index "tag_created_at_id_idx" on "tag" ("created_at", "id");
create index "tag_account_created_at_id_idx" on "tag" ("account", "created_at", "id");
create index "tag_name_id_idx" on "tag" ("name", "id");
create index "tag_name_parts_idx" on "tag" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "reconciler" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "state" text not null,
  "node" text not null,
  "run" uuid not null,
  "lease_until" timestamptz(3),
  "ran_at" timestamptz(3),
  "looked" bigint not null,
  "unseen" bigint not null,
  "found" bigint not null,
  "repaired" bigint not null,
  "reported" bigint not null,
  "failed" bigint not null,
  "skipped" bigint not null,
  "message" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "reconciler_name_key" on "reconciler" ("name");
create index "reconciler_created_at_id_idx" on "reconciler" ("created_at", "id");
create index "reconciler_tags_items_idx" on "reconciler" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "reconciler_operator_tags_items_idx" on "reconciler" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "reconciler_name_id_idx" on "reconciler" ("name", "id");
create index "reconciler_name_parts_idx" on "reconciler" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "finding" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "state" text not null,
  "reconciler" text not null,
  "code" text not null,
  "what" text not null,
  "place" text not null,
  "place_id" uuid,
  "resource_kind" text not null,
  "resource" uuid not null,
  "since" timestamptz(3) not null,
  "ended_at" timestamptz(3),
  "remedy" text not null,
  "outcome" text not null,
  "times" bigint not null,
  "expires_at" timestamptz(3),
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "finding_created_at_id_idx" on "finding" ("created_at", "id");
create index "finding_tags_items_idx" on "finding" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "finding_operator_tags_items_idx" on "finding" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "finding_state_created_at_id_idx" on "finding" ("state", "created_at", "id");
create index "finding_reconciler_created_at_id_idx" on "finding" ("reconciler", "created_at", "id");
create index "finding_resource_created_at_id_idx" on "finding" ("resource", "created_at", "id");

create table "setting" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "value" jsonb,
  "default" jsonb,
  "range" text not null,
  "changed" boolean not null,
  "module" text not null,
  "overridable_by" jsonb not null,
  "shape" jsonb not null
);
create unique index "setting_name_key" on "setting" ("name");
create index "setting_created_at_id_idx" on "setting" ("created_at", "id");
create index "setting_module_created_at_id_idx" on "setting" ("module", "created_at", "id");
create index "setting_name_id_idx" on "setting" ("name", "id");
create index "setting_name_parts_idx" on "setting" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "setting_override" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "setting" uuid not null,
  "target_kind" text not null,
  "target" uuid not null,
  "value" jsonb,
  "shape" jsonb not null
);
create unique index "setting_override_setting_target_key" on "setting_override" ("setting", "target");
create index "setting_override_created_at_id_idx" on "setting_override" ("created_at", "id");
create index "setting_override_setting_idx" on "setting_override" ("setting");
create index "setting_override_target_idx" on "setting_override" ("target");
create index "setting_override_name_id_idx" on "setting_override" ("name", "id");
create index "setting_override_name_parts_idx" on "setting_override" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "setting_change" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "setting" uuid not null,
  "from" jsonb,
  "to" jsonb,
  "how" text not null,
  "user" uuid not null,
  "shape" jsonb not null,
  "target_kind" text,
  "target" uuid
);
create index "setting_change_created_at_id_idx" on "setting_change" ("created_at", "id");
create index "setting_change_setting_idx" on "setting_change" ("setting");
create index "setting_change_user_idx" on "setting_change" ("user");
create index "setting_change_target_idx" on "setting_change" ("target");
create index "setting_change_name_id_idx" on "setting_change" ("name", "id");
create index "setting_change_name_parts_idx" on "setting_change" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "setting_template" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "values" jsonb not null
);
create unique index "setting_template_name_key" on "setting_template" ("name");
create index "setting_template_created_at_id_idx" on "setting_template" ("created_at", "id");
create index "setting_template_name_id_idx" on "setting_template" ("name", "id");
create index "setting_template_name_parts_idx" on "setting_template" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "domain" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "parent" uuid,
  "path" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "domain_parent_name_key" on "domain" ("parent", "name");
create index "domain_created_at_id_idx" on "domain" ("created_at", "id");
create index "domain_parent_idx" on "domain" ("parent");
create index "domain_tags_items_idx" on "domain" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "domain_operator_tags_items_idx" on "domain" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "domain_name_id_idx" on "domain" ("name", "id");
create index "domain_name_parts_idx" on "domain" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "account" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "type" text not null,
  "domain" uuid not null,
  "state" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "account_created_at_id_idx" on "account" ("created_at", "id");
create index "account_domain_idx" on "account" ("domain");
create index "account_tags_items_idx" on "account" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "account_operator_tags_items_idx" on "account" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "account_account_created_at_id_idx" on "account" ("account", "created_at", "id");
create index "account_name_id_idx" on "account" ("name", "id");
create index "account_name_parts_idx" on "account" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "user" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "username" text not null,
  "password_hash" text,
  "password_id" uuid not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "user_username_key" on "user" ("username");
create index "user_created_at_id_idx" on "user" ("created_at", "id");
create index "user_tags_items_idx" on "user" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "user_operator_tags_items_idx" on "user" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "user_account_created_at_id_idx" on "user" ("account", "created_at", "id");
create index "user_name_id_idx" on "user" ("name", "id");
create index "user_name_parts_idx" on "user" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "group" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "group_created_at_id_idx" on "group" ("created_at", "id");
create index "group_tags_items_idx" on "group" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "group_operator_tags_items_idx" on "group" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "group_account_created_at_id_idx" on "group" ("account", "created_at", "id");
create index "group_name_id_idx" on "group" ("name", "id");
create index "group_name_parts_idx" on "group" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "group_member" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "group" uuid not null,
  "user" uuid not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "group_member_group_user_key" on "group_member" ("group", "user");
create index "group_member_created_at_id_idx" on "group_member" ("created_at", "id");
create index "group_member_group_idx" on "group_member" ("group");
create index "group_member_user_idx" on "group_member" ("user");
create index "group_member_tags_items_idx" on "group_member" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "group_member_operator_tags_items_idx" on "group_member" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "group_member_account_created_at_id_idx" on "group_member" ("account", "created_at", "id");

create table "role" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "key" text,
  "system" boolean not null,
  "public" boolean not null,
  "revision" bigint not null,
  "statements" jsonb not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "role_key_key" on "role" ("key");
create index "role_created_at_id_idx" on "role" ("created_at", "id");
create index "role_tags_items_idx" on "role" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "role_operator_tags_items_idx" on "role" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "role_account_created_at_id_idx" on "role" ("account", "created_at", "id");
create index "role_name_id_idx" on "role" ("name", "id");
create index "role_name_parts_idx" on "role" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "role_binding" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "user" uuid,
  "group" uuid,
  "role" uuid not null,
  "scope" text not null,
  "zone" uuid,
  "domain" uuid,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "role_binding_created_at_id_idx" on "role_binding" ("created_at", "id");
create index "role_binding_user_idx" on "role_binding" ("user");
create index "role_binding_group_idx" on "role_binding" ("group");
create index "role_binding_role_idx" on "role_binding" ("role");
create index "role_binding_zone_idx" on "role_binding" ("zone");
create index "role_binding_domain_idx" on "role_binding" ("domain");
create index "role_binding_tags_items_idx" on "role_binding" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "role_binding_operator_tags_items_idx" on "role_binding" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "role_binding_account_created_at_id_idx" on "role_binding" ("account", "created_at", "id");
create index "role_binding_name_id_idx" on "role_binding" ("name", "id");
create index "role_binding_name_parts_idx" on "role_binding" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "share" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "shared_kind" text not null,
  "resource" uuid not null,
  "grantee" text not null,
  "to_account" uuid,
  "to_domain" uuid,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "share_resource_to_account_key" on "share" ("resource", "to_account");
create unique index "share_resource_to_domain_key" on "share" ("resource", "to_domain");
create index "share_created_at_id_idx" on "share" ("created_at", "id");
create index "share_tags_items_idx" on "share" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "share_operator_tags_items_idx" on "share" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "share_account_created_at_id_idx" on "share" ("account", "created_at", "id");
create index "share_resource_created_at_id_idx" on "share" ("resource", "created_at", "id");
create index "share_to_account_created_at_id_idx" on "share" ("to_account", "created_at", "id");
create index "share_to_domain_created_at_id_idx" on "share" ("to_domain", "created_at", "id");
create index "share_grantee_created_at_id_idx" on "share" ("grantee", "created_at", "id");
create index "share_name_id_idx" on "share" ("name", "id");
create index "share_name_parts_idx" on "share" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "session" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "user" uuid not null,
  "token_hash" text not null,
  "password_id" uuid not null,
  "client" text not null,
  "address" text not null,
  "last_used_at" timestamptz(3) not null,
  "expires_at" timestamptz(3) not null,
  "ends_at" timestamptz(3) not null
);
create unique index "session_token_hash_key" on "session" ("token_hash");
create index "session_created_at_id_idx" on "session" ("created_at", "id");
create index "session_account_created_at_id_idx" on "session" ("account", "created_at", "id");
create index "session_user_created_at_id_idx" on "session" ("user", "created_at", "id");

create table "access_key" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "user" uuid not null,
  "state" text not null,
  "secret" text not null,
  "last_used_at" timestamptz(3)
);
create index "access_key_created_at_id_idx" on "access_key" ("created_at", "id");
create index "access_key_user_idx" on "access_key" ("user");
create index "access_key_account_created_at_id_idx" on "access_key" ("account", "created_at", "id");
create index "access_key_name_id_idx" on "access_key" ("name", "id");
create index "access_key_name_parts_idx" on "access_key" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "separation" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "state" text not null,
  "since" timestamptz(3)
);
create index "separation_created_at_id_idx" on "separation" ("created_at", "id");
create index "separation_name_id_idx" on "separation" ("name", "id");
create index "separation_name_parts_idx" on "separation" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "separation_request" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "purpose" text not null,
  "part" text,
  "user" uuid,
  "requested_by" uuid not null,
  "requested_part" text not null,
  "decided_by" uuid,
  "valid_until" timestamptz(3) not null,
  "state" text not null
);
create index "separation_request_created_at_id_idx" on "separation_request" ("created_at", "id");
create index "separation_request_user_idx" on "separation_request" ("user");
create index "separation_request_requested_by_idx" on "separation_request" ("requested_by");
create index "separation_request_decided_by_idx" on "separation_request" ("decided_by");
create index "separation_request_state_created_at_id_idx" on "separation_request" ("state", "created_at", "id");

create table "invitation" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "user" uuid not null,
  "requested_by" uuid not null,
  "requested_part" text not null,
  "decided_by" uuid,
  "valid_until" timestamptz(3) not null,
  "code" text not null,
  "second_code" text,
  "state" text not null
);
create index "invitation_created_at_id_idx" on "invitation" ("created_at", "id");
create index "invitation_user_idx" on "invitation" ("user");
create index "invitation_requested_by_idx" on "invitation" ("requested_by");
create index "invitation_decided_by_idx" on "invitation" ("decided_by");
create index "invitation_state_created_at_id_idx" on "invitation" ("state", "created_at", "id");

create table "zone" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "zone_created_at_id_idx" on "zone" ("created_at", "id");
create index "zone_tags_items_idx" on "zone" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "zone_operator_tags_items_idx" on "zone" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "zone_name_id_idx" on "zone" ("name", "id");
create index "zone_name_parts_idx" on "zone" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "fabric" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "driver" text not null,
  "northbound" text not null,
  "first_tunnel_key" bigint not null,
  "last_tunnel_key" bigint not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "fabric_created_at_id_idx" on "fabric" ("created_at", "id");
create index "fabric_zone_idx" on "fabric" ("zone");
create index "fabric_tags_items_idx" on "fabric" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "fabric_operator_tags_items_idx" on "fabric" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "fabric_name_id_idx" on "fabric" ("name", "id");
create index "fabric_name_parts_idx" on "fabric" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "cluster" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "fabric" uuid not null,
  "architecture" text not null,
  "cpu_overcommit" bigint not null,
  "reserved_memory_bytes" bigint not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "cluster_created_at_id_idx" on "cluster" ("created_at", "id");
create index "cluster_zone_idx" on "cluster" ("zone");
create index "cluster_fabric_idx" on "cluster" ("fabric");
create index "cluster_tags_items_idx" on "cluster" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "cluster_operator_tags_items_idx" on "cluster" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "cluster_name_id_idx" on "cluster" ("name", "id");
create index "cluster_name_parts_idx" on "cluster" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "host" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "cluster" uuid not null,
  "state" text not null,
  "enabled" boolean not null,
  "hostname" text not null,
  "chassis" text not null,
  "tunnel_address" text not null,
  "virtualization" text not null,
  "virtualization_reason" text not null,
  "cpu_model" text not null,
  "cpu_count" bigint not null,
  "memory_bytes" bigint not null,
  "vcpu_capacity" bigint not null,
  "memory_capacity_bytes" bigint not null,
  "vcpus_reserved" bigint not null,
  "memory_reserved_bytes" bigint not null,
  "agent_version" text not null,
  "node" text not null,
  "versions" jsonb not null,
  "token_hash" text,
  "token_key_hash" text,
  "token_expires_at" timestamptz(3),
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "host_created_at_id_idx" on "host" ("created_at", "id");
create index "host_zone_idx" on "host" ("zone");
create index "host_cluster_idx" on "host" ("cluster");
create index "host_tags_items_idx" on "host" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "host_operator_tags_items_idx" on "host" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "host_state_created_at_id_idx" on "host" ("state", "created_at", "id");
create index "host_name_id_idx" on "host" ("name", "id");
create index "host_name_parts_idx" on "host" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "storage_class" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "storage_class_created_at_id_idx" on "storage_class" ("created_at", "id");
create index "storage_class_zone_idx" on "storage_class" ("zone");
create index "storage_class_tags_items_idx" on "storage_class" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "storage_class_operator_tags_items_idx" on "storage_class" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "storage_class_name_id_idx" on "storage_class" ("name", "id");
create index "storage_class_name_parts_idx" on "storage_class" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "storage_pool" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "cluster" uuid not null,
  "class" uuid not null,
  "type" text not null,
  "path" text not null,
  "state" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "storage_pool_cluster_path_key" on "storage_pool" ("cluster", "path");
create index "storage_pool_created_at_id_idx" on "storage_pool" ("created_at", "id");
create index "storage_pool_zone_idx" on "storage_pool" ("zone");
create index "storage_pool_cluster_idx" on "storage_pool" ("cluster");
create index "storage_pool_class_idx" on "storage_pool" ("class");
create index "storage_pool_tags_items_idx" on "storage_pool" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "storage_pool_operator_tags_items_idx" on "storage_pool" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "storage_pool_name_id_idx" on "storage_pool" ("name", "id");
create index "storage_pool_name_parts_idx" on "storage_pool" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "pool_mount" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "pool" uuid not null,
  "host" uuid not null,
  "state" text not null,
  "total_bytes" bigint not null,
  "available_bytes" bigint not null
);
create unique index "pool_mount_pool_host_key" on "pool_mount" ("pool", "host");
create index "pool_mount_created_at_id_idx" on "pool_mount" ("created_at", "id");
create index "pool_mount_zone_idx" on "pool_mount" ("zone");
create index "pool_mount_pool_idx" on "pool_mount" ("pool");
create index "pool_mount_host_idx" on "pool_mount" ("host");

create table "layer" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "pool" uuid not null,
  "host" uuid,
  "parent" uuid,
  "virtual_size_bytes" bigint not null
);
create index "layer_created_at_id_idx" on "layer" ("created_at", "id");
create index "layer_zone_idx" on "layer" ("zone");
create index "layer_pool_idx" on "layer" ("pool");
create index "layer_host_idx" on "layer" ("host");
create index "layer_parent_idx" on "layer" ("parent");

create table "cache_entry" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "image" uuid not null,
  "pool" uuid not null,
  "host" uuid,
  "key" text not null,
  "layer" uuid not null,
  "state" text not null
);
create unique index "cache_entry_key_key" on "cache_entry" ("key");
create index "cache_entry_created_at_id_idx" on "cache_entry" ("created_at", "id");
create index "cache_entry_zone_idx" on "cache_entry" ("zone");
create index "cache_entry_image_idx" on "cache_entry" ("image");
create index "cache_entry_pool_idx" on "cache_entry" ("pool");
create index "cache_entry_host_idx" on "cache_entry" ("host");

create table "volume" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "zone" uuid not null,
  "class" uuid,
  "size_bytes" bigint not null,
  "vm" uuid,
  "image" uuid,
  "pool" uuid,
  "host" uuid,
  "top_layer" uuid not null,
  "state" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "volume_created_at_id_idx" on "volume" ("created_at", "id");
create index "volume_zone_idx" on "volume" ("zone");
create index "volume_class_idx" on "volume" ("class");
create index "volume_vm_idx" on "volume" ("vm");
create index "volume_image_idx" on "volume" ("image");
create index "volume_pool_idx" on "volume" ("pool");
create index "volume_host_idx" on "volume" ("host");
create index "volume_tags_items_idx" on "volume" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "volume_operator_tags_items_idx" on "volume" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "volume_account_created_at_id_idx" on "volume" ("account", "created_at", "id");
create index "volume_name_id_idx" on "volume" ("name", "id");
create index "volume_name_parts_idx" on "volume" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "image_store" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "path" text not null,
  "node" text not null,
  "total_bytes" bigint not null,
  "available_bytes" bigint not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "image_store_node_path_key" on "image_store" ("node", "path");
create index "image_store_created_at_id_idx" on "image_store" ("created_at", "id");
create index "image_store_tags_items_idx" on "image_store" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "image_store_operator_tags_items_idx" on "image_store" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "image_store_name_id_idx" on "image_store" ("name", "id");
create index "image_store_name_parts_idx" on "image_store" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "image" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "public" boolean not null,
  "url" text,
  "sha256" text,
  "architecture" text not null,
  "size_bytes" bigint,
  "virtual_size_bytes" bigint,
  "store" uuid not null,
  "state" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]',
  "recycled_at" timestamptz(3)
);
create index "image_created_at_id_idx" on "image" ("created_at", "id");
create index "image_store_idx" on "image" ("store");
create index "image_tags_items_idx" on "image" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "image_operator_tags_items_idx" on "image" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "image_account_created_at_id_idx" on "image" ("account", "created_at", "id");
create index "image_name_id_idx" on "image" ("name", "id");
create index "image_name_parts_idx" on "image" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "network" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "zone" uuid not null,
  "cidr" text not null,
  "gateway" text,
  "ranges" jsonb not null,
  "dns_servers" jsonb not null,
  "mtu" bigint not null,
  "fabric" uuid not null,
  "tunnel_key" bigint not null,
  "state" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "network_fabric_tunnel_key_key" on "network" ("fabric", "tunnel_key");
create index "network_created_at_id_idx" on "network" ("created_at", "id");
create index "network_zone_idx" on "network" ("zone");
create index "network_fabric_idx" on "network" ("fabric");
create index "network_tags_items_idx" on "network" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "network_operator_tags_items_idx" on "network" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "network_account_created_at_id_idx" on "network" ("account", "created_at", "id");
create index "network_name_id_idx" on "network" ("name", "id");
create index "network_name_parts_idx" on "network" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "nic" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "zone" uuid not null,
  "network" uuid not null,
  "vm" uuid,
  "mac" text not null,
  "address" text not null,
  "delete_with_vm" boolean not null,
  "index" bigint not null,
  "tunnel_key" bigint not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create unique index "nic_network_address_key" on "nic" ("network", "address");
create unique index "nic_network_mac_key" on "nic" ("network", "mac");
create unique index "nic_network_tunnel_key_key" on "nic" ("network", "tunnel_key");
create index "nic_created_at_id_idx" on "nic" ("created_at", "id");
create index "nic_zone_idx" on "nic" ("zone");
create index "nic_network_idx" on "nic" ("network");
create index "nic_vm_idx" on "nic" ("vm");
create index "nic_tags_items_idx" on "nic" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "nic_operator_tags_items_idx" on "nic" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "nic_account_created_at_id_idx" on "nic" ("account", "created_at", "id");
create index "nic_address_created_at_id_idx" on "nic" ("address", "created_at", "id");
create index "nic_mac_created_at_id_idx" on "nic" ("mac", "created_at", "id");

create table "offering" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "vcpus" bigint not null,
  "memory_bytes" bigint not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "offering_created_at_id_idx" on "offering" ("created_at", "id");
create index "offering_tags_items_idx" on "offering" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "offering_operator_tags_items_idx" on "offering" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "offering_name_id_idx" on "offering" ("name", "id");
create index "offering_name_parts_idx" on "offering" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "reservation" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "host" uuid not null,
  "vcpus" bigint not null,
  "memory_bytes" bigint not null
);
create index "reservation_created_at_id_idx" on "reservation" ("created_at", "id");
create index "reservation_zone_idx" on "reservation" ("zone");
create index "reservation_host_idx" on "reservation" ("host");
create index "reservation_name_id_idx" on "reservation" ("name", "id");
create index "reservation_name_parts_idx" on "reservation" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "vm" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "zone" uuid not null,
  "offering" uuid not null,
  "vcpus" bigint not null,
  "memory_bytes" bigint not null,
  "image" uuid not null,
  "hostname" text,
  "addresses" jsonb not null,
  "user_data" text,
  "host" uuid,
  "last_host" uuid,
  "state" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]',
  "recycled_at" timestamptz(3)
);
create index "vm_created_at_id_idx" on "vm" ("created_at", "id");
create index "vm_zone_idx" on "vm" ("zone");
create index "vm_offering_idx" on "vm" ("offering");
create index "vm_image_idx" on "vm" ("image");
create index "vm_host_idx" on "vm" ("host");
create index "vm_last_host_idx" on "vm" ("last_host");
create index "vm_tags_items_idx" on "vm" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "vm_operator_tags_items_idx" on "vm" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "vm_account_created_at_id_idx" on "vm" ("account", "created_at", "id");
create index "vm_state_created_at_id_idx" on "vm" ("state", "created_at", "id");
create index "vm_addresses_items_idx" on "vm" using gin ("addresses" jsonb_path_ops) with (fastupdate = off);
create index "vm_name_id_idx" on "vm" ("name", "id");
create index "vm_name_parts_idx" on "vm" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "webhook" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "url" text not null,
  "kinds" jsonb not null,
  "changes" jsonb not null,
  "secret" text not null,
  "user" uuid not null,
  "failing" boolean not null,
  "state" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "webhook_created_at_id_idx" on "webhook" ("created_at", "id");
create index "webhook_tags_items_idx" on "webhook" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "webhook_operator_tags_items_idx" on "webhook" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "webhook_account_created_at_id_idx" on "webhook" ("account", "created_at", "id");
create index "webhook_state_created_at_id_idx" on "webhook" ("state", "created_at", "id");
create index "webhook_name_id_idx" on "webhook" ("name", "id");
create index "webhook_name_parts_idx" on "webhook" using gin ("name" gin_trgm_ops) with (fastupdate = off);

create table "webhook_progress" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "webhook" uuid not null,
  "cursor" text not null,
  "deliveries" bigint not null
);
create unique index "webhook_progress_webhook_key" on "webhook_progress" ("webhook");
create index "webhook_progress_created_at_id_idx" on "webhook_progress" ("created_at", "id");
create index "webhook_progress_webhook_idx" on "webhook_progress" ("webhook");

create table "delivery" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "webhook" uuid not null,
  "position" bigint not null,
  "event" text not null,
  "change" text not null,
  "resource_kind" text not null,
  "resource" uuid not null,
  "body" jsonb not null,
  "attempts" bigint not null,
  "next_attempt_at" timestamptz(3),
  "taken_until" timestamptz(3),
  "response_status" bigint,
  "error" text,
  "duration_ms" bigint,
  "expires_at" timestamptz(3) not null,
  "state" text not null
);
create index "delivery_created_at_id_idx" on "delivery" ("created_at", "id");
create index "delivery_webhook_idx" on "delivery" ("webhook");
create index "delivery_account_created_at_id_idx" on "delivery" ("account", "created_at", "id");
create index "delivery_state_created_at_id_idx" on "delivery" ("state", "created_at", "id");
create index "delivery_expires_at_created_at_id_idx" on "delivery" ("expires_at", "created_at", "id");

create table "quota_limit" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "metric" text not null,
  "account" uuid,
  "zone" uuid,
  "maximum" bigint,
  "key" text not null
);
create unique index "quota_limit_key_key" on "quota_limit" ("key");
create index "quota_limit_created_at_id_idx" on "quota_limit" ("created_at", "id");
create index "quota_limit_account_idx" on "quota_limit" ("account");
create index "quota_limit_zone_idx" on "quota_limit" ("zone");

create view "quota" as select overlay(overlay(md5(concat_ws('/', a.id, z.id, m.metric)) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid as id, m.metric as name, ''::text as description, a.created_at, a.updated_at, 1::bigint as version, null::jsonb as cause, a.id as account, z.id as zone, m.metric, coalesce(q.used, 0) as used, l.maximum, l.source, m.unit from "account" a cross join (values ('volumes', true, null::text), ('volumeBytes', true, 'B'), ('images', false, null::text), ('imageBytes', false, 'B'), ('networks', true, null::text), ('vms', true, null::text), ('runningVms', true, null::text), ('vcpus', true, null::text), ('memoryBytes', true, 'B')) m(metric, zoned, unit) join lateral (select id from "zone" where m.zoned union all select null::uuid where not m.zoned) z on true left join quota_usage q on q.account = a.id and q.zone = coalesce(z.id, '00000000-0000-0000-0000-000000000000') and q.metric = m.metric left join lateral (select l.maximum, case when l.account is not null then 'account' when l.zone is not null then 'zone' else 'platform' end as source from quota_limit l where l.metric = m.metric and (l.account = a.id or l.account is null) and (l.zone = coalesce(z.id, '00000000-0000-0000-0000-000000000000') or l.zone is null) order by l.account is null, l.zone is null limit 1) l on true;

create table "master_key" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "key" text not null,
  "generation" bigint not null,
  "remaining" bigint,
  "unreadable" bigint,
  "digest_key" text,
  "state" text not null
);
create unique index "master_key_generation_key" on "master_key" ("generation");
create unique index "master_key_key_key" on "master_key" ("key");
create index "master_key_created_at_id_idx" on "master_key" ("created_at", "id");
create index "master_key_name_id_idx" on "master_key" ("name", "id");
create index "master_key_name_parts_idx" on "master_key" using gin ("name" gin_trgm_ops) with (fastupdate = off);

alter table "task" alter column "epoch" set default nextval('epoch_seq');
create index task_open_idx on "task" ("node") where "finished_at" is null;
`
