truncate "maintenance_window";
insert into "maintenance_window" ("cause", "created_at", "description", "ends_at", "host", "id", "name", "operator_tags", "reason", "starts_at", "tags", "updated_at", "version", "zone") overriding system value values
(NULL, '2026-11-29 16:16:43.96+00', '', '2026-12-01 16:16:43.944+00', 'dac9ffe0-f124-4dcc-b2d5-6df0da698f9a', '7cface0b-62b3-440e-8c7a-5fd8b11c6b0e', 'new memory', '[]', 'more room', '2026-11-30 16:16:43.944+00', '[]', '2026-11-29 16:16:43.96+00', '1', 'e354dcca-b309-482c-878d-ec9ea41effbb');
