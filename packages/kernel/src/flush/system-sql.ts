/** Claims, queues, fences, journals: operations → SQL. */
import { CASCADE_SAGA } from '../cascade/names.ts'

/** Operations on the tables of the platform itself. */
export const SYSTEM = {
  claim: `insert into claim (resource, task, under) select u.resource, u.task, u.under from jsonb_to_recordset($1::jsonb) as u(resource uuid, task uuid, under uuid) where exists (select from claim h where h.resource = u.resource and h.task = u.under) or not exists (select from waiting w where w.resource = u.resource and w.task <> u.task and w.place < coalesce((select m.place from waiting m where m.task = u.task and m.resource = u.resource), 9223372036854775807)) order by u.resource on conflict (resource) do update set task = excluded.task, under = excluded.under where claim.task in (excluded.task, excluded.under) returning resource as id`,
  spared: `select u.resource as id from jsonb_to_recordset($1::jsonb) as u(resource uuid) where not exists (select from claim c join task t on t.id = c.task where c.resource = u.resource and (c.under is not null or t.saga = '${CASCADE_SAGA}'))`,
  release: `delete from claim c using jsonb_to_recordset($1::jsonb) as u(resource uuid, task uuid) where c.resource = u.resource and c.task = u.task returning c.resource as id`,
  enqueue: `insert into waiting (resource, task, place) select u.resource, u.task, u.place from jsonb_to_recordset($1::jsonb) as u(resource uuid, task uuid, place bigint, "limit" int) where (select count(*) from waiting w where w.resource = u.resource) < u."limit" order by u.resource on conflict (task, resource) do update set place = excluded.place returning resource as id`,
  dequeue: `delete from waiting w using jsonb_to_recordset($1::jsonb) as u(task uuid) where w.task = u.task`,
  // Said so that tasks are found by their ids: by the index of open tasks, each flush would look at all of them for each of its fences.
  fence: `select t.id from task t join jsonb_to_recordset($1::jsonb) as u(task uuid, epoch bigint) on t.id = u.task and t.epoch = u.epoch where num_nulls(t.finished_at) = 1 for no key update of t`,
  journal: `insert into journal (task, index, event, step, output, error) select task, index, event, step, output, error from jsonb_to_recordset($1::jsonb) as u(task uuid, index int, event text, step text, output jsonb, error jsonb) on conflict do nothing`,
  idempotency: `insert into idempotency (account, key, body_hash, resource, task) select account, key, body_hash, resource, task from jsonb_to_recordset($1::jsonb) as u(account uuid, key text, body_hash text, resource uuid, task uuid) on conflict (account, key) do update set body_hash = excluded.body_hash, resource = excluded.resource, task = excluded.task, at = now() where idempotency.at <= now() - interval '24 hours' returning key as id`,
} as const
