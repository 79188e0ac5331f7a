// Generated from the resource definitions; `npm run generate` writes it anew.
export const sql = `alter index "maintenance_window_name_parts_idx" set (fastupdate='on', gin_pending_list_limit='64');
drop index "maintenance_window_operator_tags_items_idx";
CREATE INDEX maintenance_window_operator_tags_items_idx ON maintenance_window USING gin (operator_tags jsonb_path_ops) WITH (fastupdate=off) WHERE (operator_tags <> '[]'::jsonb);
drop index "maintenance_window_tags_items_idx";
CREATE INDEX maintenance_window_tags_items_idx ON maintenance_window USING gin (tags jsonb_path_ops) WITH (fastupdate=off) WHERE (tags <> '[]'::jsonb);
`
