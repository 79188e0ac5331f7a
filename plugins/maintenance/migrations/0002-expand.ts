// Generated from the resource definitions; `npm run generate` writes it anew.
export const sql = `alter index "maintenance_window_name_parts_idx" set (fastupdate='on', gin_pending_list_limit='64');
`
