// Generated from the resource definitions; `npm run generate` writes it anew.
export const sql = `create table claim (
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
  "user" uuid,
  account uuid,
  action text not null,
  resource uuid,
  address text,
  outcome text not null,
  code text
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
  "finished_at" timestamptz(3),
  "previous_state" text,
  "saga" text not null,
  "saga_version" bigint not null,
  "epoch" bigint not null,
  "node" text not null,
  "payload" jsonb not null
);
create index "task_created_at_id_idx" on "task" ("created_at", "id");
create index "task_account_idx" on "task" ("account");
create index "task_resource_idx" on "task" ("resource");
create index "task_state_idx" on "task" ("state");

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
  "message" text not null
);
create unique index "reconciler_name_key" on "reconciler" ("name");
create index "reconciler_created_at_id_idx" on "reconciler" ("created_at", "id");

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
  "expires_at" timestamptz(3)
);
create index "finding_created_at_id_idx" on "finding" ("created_at", "id");
create index "finding_state_idx" on "finding" ("state");
create index "finding_reconciler_idx" on "finding" ("reconciler");
create index "finding_resource_idx" on "finding" ("resource");

create table "account" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "account" uuid not null,
  "type" text not null
);
create index "account_created_at_id_idx" on "account" ("created_at", "id");
create index "account_account_idx" on "account" ("account");

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
  "operator" boolean not null,
  "password_hash" text not null
);
create unique index "user_username_key" on "user" ("username");
create index "user_created_at_id_idx" on "user" ("created_at", "id");
create index "user_account_idx" on "user" ("account");

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
  "address" text not null,
  "expires_at" timestamptz(3) not null
);
create unique index "session_token_hash_key" on "session" ("token_hash");
create index "session_created_at_id_idx" on "session" ("created_at", "id");
create index "session_account_idx" on "session" ("account");
create index "session_user_idx" on "session" ("user");

create table "zone" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb
);
create index "zone_created_at_id_idx" on "zone" ("created_at", "id");

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
  "last_tunnel_key" bigint not null
);
create index "fabric_created_at_id_idx" on "fabric" ("created_at", "id");
create index "fabric_zone_idx" on "fabric" ("zone");

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
  "reserved_memory_bytes" bigint not null
);
create index "cluster_created_at_id_idx" on "cluster" ("created_at", "id");
create index "cluster_zone_idx" on "cluster" ("zone");
create index "cluster_fabric_idx" on "cluster" ("fabric");

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
  "versions" jsonb not null,
  "token_hash" text,
  "token_key_hash" text,
  "token_expires_at" timestamptz(3)
);
create index "host_created_at_id_idx" on "host" ("created_at", "id");
create index "host_zone_idx" on "host" ("zone");
create index "host_cluster_idx" on "host" ("cluster");
create index "host_state_idx" on "host" ("state");

create table "storage_class" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null
);
create index "storage_class_created_at_id_idx" on "storage_class" ("created_at", "id");
create index "storage_class_zone_idx" on "storage_class" ("zone");

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
  "state" text not null
);
create unique index "storage_pool_cluster_path_key" on "storage_pool" ("cluster", "path");
create index "storage_pool_created_at_id_idx" on "storage_pool" ("created_at", "id");
create index "storage_pool_zone_idx" on "storage_pool" ("zone");
create index "storage_pool_cluster_idx" on "storage_pool" ("cluster");
create index "storage_pool_class_idx" on "storage_pool" ("class");

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
  "class" uuid not null,
  "size_bytes" bigint not null,
  "vm" uuid,
  "image" uuid,
  "pool" uuid not null,
  "host" uuid,
  "top_layer" uuid not null,
  "state" text not null
);
create index "volume_created_at_id_idx" on "volume" ("created_at", "id");
create index "volume_account_idx" on "volume" ("account");
create index "volume_zone_idx" on "volume" ("zone");
create index "volume_class_idx" on "volume" ("class");
create index "volume_vm_idx" on "volume" ("vm");
create index "volume_image_idx" on "volume" ("image");
create index "volume_pool_idx" on "volume" ("pool");
create index "volume_host_idx" on "volume" ("host");

create table "image_store" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "path" text not null,
  "total_bytes" bigint not null,
  "available_bytes" bigint not null
);
create unique index "image_store_path_key" on "image_store" ("path");
create index "image_store_created_at_id_idx" on "image_store" ("created_at", "id");

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
  "state" text not null
);
create index "image_created_at_id_idx" on "image" ("created_at", "id");
create index "image_account_idx" on "image" ("account");
create index "image_store_idx" on "image" ("store");

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
  "state" text not null
);
create unique index "network_fabric_tunnel_key_key" on "network" ("fabric", "tunnel_key");
create index "network_created_at_id_idx" on "network" ("created_at", "id");
create index "network_account_idx" on "network" ("account");
create index "network_zone_idx" on "network" ("zone");
create index "network_fabric_idx" on "network" ("fabric");

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
  "tunnel_key" bigint not null
);
create unique index "nic_network_address_key" on "nic" ("network", "address");
create unique index "nic_network_mac_key" on "nic" ("network", "mac");
create unique index "nic_network_tunnel_key_key" on "nic" ("network", "tunnel_key");
create index "nic_created_at_id_idx" on "nic" ("created_at", "id");
create index "nic_account_idx" on "nic" ("account");
create index "nic_zone_idx" on "nic" ("zone");
create index "nic_network_idx" on "nic" ("network");
create index "nic_vm_idx" on "nic" ("vm");

create table "offering" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "vcpus" bigint not null,
  "memory_bytes" bigint not null
);
create index "offering_created_at_id_idx" on "offering" ("created_at", "id");

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
  "state" text not null
);
create index "vm_created_at_id_idx" on "vm" ("created_at", "id");
create index "vm_account_idx" on "vm" ("account");
create index "vm_zone_idx" on "vm" ("zone");
create index "vm_offering_idx" on "vm" ("offering");
create index "vm_image_idx" on "vm" ("image");
create index "vm_host_idx" on "vm" ("host");
create index "vm_last_host_idx" on "vm" ("last_host");
create index "vm_state_idx" on "vm" ("state");

alter table "task" alter column "epoch" set default nextval('epoch_seq');
`
