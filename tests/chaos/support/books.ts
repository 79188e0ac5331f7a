/** The books after the storm: what was accepted with what was done, and what is left. */
import type { CloudEnvironment } from '@basalt/testkit'
import type { Accepted } from './clients.ts'

type Ask = <R extends object>(sql: string, values?: unknown[]) => Promise<(R & { [column: string]: unknown })[]>

const ACTIONS = ['vm.create', 'vm.delete', 'network.create', 'network.delete']

/** A task ends once: one event of it says that it is over, however often it changed hands. */
const ENDS = `select t.id, t.action, t.state, count(e.seq)::int as ends from task t
  left join event e on e.kind = 'task' and e.resource = t.id and e.data->>'finished_at' is not null
where t.action = any($1) and t.created_at >= $2::timestamptz group by t.id`

const KEYS = `select key, count(*)::int as times, min(task::text) as task, min(resource::text) as resource from idempotency where key = any($1) group by key`

const AUDITED = `select action || ' ' || resource as what, count(*)::int as times from audit
where outcome = 'accepted' and resource = any($1::uuid[]) group by action, resource`

const OPEN = `select (select count(*) from task where finished_at is null)::int as tasks, (select count(*) from claim)::int as claims,
  (select count(*) from waiting)::int as waiting, (select count(*) from vm)::int as vms, (select count(*) from nic)::int as nics,
  (select count(*) from volume)::int as volumes, (select count(*) from reservation)::int as reservations`

/** What there is when nothing is under way and no VM lives. */
export const NOTHING = { tasks: 0, claims: 0, waiting: 0, vms: 0, nics: 0, volumes: 0, reservations: 0 }

const times = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** Everything that does not add up, in words. */
export async function auditOfBooks(
  env: CloudEnvironment,
  accepted: readonly Accepted[],
  since: string,
): Promise<string[]> {
  const ask: Ask = (sql, values) => env.controlPlane().store.database.query(sql, values)
  const wrong: string[] = []
  const tasks = await ask<{ id: string; action: string; state: string; ends: number }>(ENDS, [ACTIONS, since])
  const known = new Map(accepted.flatMap(({ task, action }) => (task ? [[task, action] as const] : [])))
  const listed = accepted.filter(({ task }) => task).length
  if (known.size !== listed) wrong.push(`${listed} requests were answered with ${known.size} tasks`)
  for (const { id, action, state, ends } of tasks) {
    if (known.get(id) !== action) wrong.push(`nobody was told of the task ${id}, ${action} ${state}`)
    if (ends !== 1) wrong.push(`the task ${id} (${action}) is ${state} and ended ${ends} times`)
    known.delete(id)
  }
  for (const [id, action] of known) wrong.push(`there is no task ${id}, ${action}`)
  const keys = new Map(
    (await ask<{ key: string; task: string | null; resource: string }>(KEYS, [accepted.map(({ key }) => key)])).map(
      (row) => [row.key, row],
    ),
  )
  for (const { key, task, resource, action } of accepted) {
    const kept = keys.get(key)
    if (kept?.task !== task || kept?.resource !== resource)
      wrong.push(
        `${action} under ${key} was answered with ${task}, ${resource}; kept is ${kept?.task}, ${kept?.resource}`,
      )
  }
  const expected = times(accepted.map(({ action, resource }) => `${action} ${resource}`))
  const audited = await ask<{ what: string; times: number }>(AUDITED, [accepted.map(({ resource }) => resource)])
  for (const row of audited) {
    if (expected.get(row.what) !== row.times) wrong.push(`${row.what} is ${row.times} times in the audit`)
    expected.delete(row.what)
  }
  for (const [what] of expected) wrong.push(`${what} is not in the audit`)
  return wrong
}

export const openWork = async (env: CloudEnvironment): Promise<unknown> =>
  (await env.controlPlane().store.database.query(OPEN))[0]
