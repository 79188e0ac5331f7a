truncate "maintenance_window";
insert into "maintenance_window" ("cause", "created_at", "description", "ends_at", "host", "id", "name", "operator_tags", "reason", "starts_at", "tags", "updated_at", "version", "zone") overriding system value values
(NULL, '2026-11-29 17:08:48.325+00', '', '2026-12-01 17:08:48.317+00', '3da72712-ce0d-4d77-bb92-be120a8ad716', '8cefe658-31d4-4467-867f-5a42d3dc3e89', 'new memory', '[]', 'more room', '2026-11-30 17:08:48.317+00', '[]', '2026-11-29 17:08:48.325+00', '1', 'af147b03-ef58-4c85-8b15-629c68642907');
