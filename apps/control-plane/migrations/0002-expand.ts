// Generated from the resource definitions; `npm run generate` writes it anew.
export const sql = `CREATE INDEX vm_host_created_at_id_idx ON vm USING btree (host, created_at, id);
`
