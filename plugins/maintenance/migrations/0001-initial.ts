// Generated from the resource definitions; `npm run generate` writes it anew.
export const sql = `create extension if not exists pg_trgm;
create table "maintenance_window" (
  "id" uuid primary key,
  "name" text not null,
  "description" text not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  "version" bigint not null default 1,
  "cause" jsonb,
  "zone" uuid not null,
  "host" uuid not null,
  "starts_at" timestamptz(3) not null,
  "ends_at" timestamptz(3) not null,
  "reason" text not null,
  "tags" jsonb not null default '[]',
  "operator_tags" jsonb not null default '[]'
);
create index "maintenance_window_created_at_id_idx" on "maintenance_window" ("created_at", "id");
create index "maintenance_window_zone_idx" on "maintenance_window" ("zone");
create index "maintenance_window_host_idx" on "maintenance_window" ("host");
create index "maintenance_window_tags_items_idx" on "maintenance_window" using gin ("tags" jsonb_path_ops) with (fastupdate = off);
create index "maintenance_window_operator_tags_items_idx" on "maintenance_window" using gin ("operator_tags" jsonb_path_ops) with (fastupdate = off);
create index "maintenance_window_ends_at_created_at_id_idx" on "maintenance_window" ("ends_at", "created_at", "id");
create index "maintenance_window_name_id_idx" on "maintenance_window" ("name", "id");
create index "maintenance_window_name_parts_idx" on "maintenance_window" using gin ("name" gin_trgm_ops) with (fastupdate = off);
`
