/** The database compared with itself: resources that wait for a task that is no more, and claims that nobody holds. */
import { pathOf, type Resource, tableName } from '@basalt/resource'
import { spelled } from '../problem.ts'
import type { Store } from '../store.ts'
import { DATABASE, type Difference, type Reconciler } from './reconciler.ts'

/** States in which a resource is while a task works on it. */
const passingStates = (resource: Resource): string[] => [
  ...new Set([
    ...Object.values(resource.actions).flatMap(({ long, via }) => (long && via ? [via] : [])),
    ...(resource.recycle?.via ? [resource.recycle.via] : []),
  ]),
]

/** Claims of tasks that ended, and of runs that are over; `c` is the claim. */
const FORGOTTEN = `not exists (select 1 from task t where t.id = c.task and t.finished_at is null)
  and not exists (select 1 from reconciler r where r.run = c.task and r.state = 'running')`

export function unattendedReconciler(store: Store): Reconciler {
  /** In one statement, as states and claims change in one. */
  async function stuck(resource: Resource): Promise<Difference[]> {
    const rows = await store.database.query<{ id: string; name: string; state: string }>(
      `select id, name, state from "${tableName(resource)}" t where state = any($1) and not exists (select 1 from claim c where c.resource = t.id)`,
      [passingStates(resource)],
    )
    return rows.map(({ id, name, state }) => ({
      code: 'LEFT_BETWEEN_STATES',
      subject: { kind: resource.kind, id },
      what: `The ${spelled(resource.kind)} "${name}" is ${state}, and no task works on it.`,
      verdict: 'report',
      remedy: resource.actions.recover
        ? `Recover it: POST ${pathOf(resource)}/${id}/recover.`
        : `Ask whoever made the task; the ${spelled(resource.kind)} has no recover action.`,
      claims: [],
    }))
  }

  async function forgotten(): Promise<Difference[]> {
    const rows = await store.database.query<{ resource: string; task: string }>(
      `select resource, task from claim c where ${FORGOTTEN}`,
    )
    return rows.map(({ resource, task }) => ({
      code: 'CLAIM_LEFT_OVER',
      subject: { kind: 'claim', id: resource },
      what: `The resource ${resource} is held by ${task}, which ended.`,
      verdict: 'repair',
      remedy: 'It is let go.',
      claims: [],
    }))
  }

  async function scan(): Promise<Difference[]> {
    const kinds = store.catalogue.resources.filter((resource) => passingStates(resource).length > 0)
    return [...(await Promise.all(kinds.map(stuck))).flat(), ...(await forgotten())]
  }

  return {
    name: 'tasks',
    doc: 'States and claims with the tasks that stand behind them.',
    places: async () => [DATABASE],
    scan,
    again: async ({ code, subject }) =>
      (await scan()).find((one) => one.code === code && one.subject.id === subject.id) ?? null,
    async repair({ subject }) {
      await store.database.query(`delete from claim c where resource = $1 and ${FORGOTTEN}`, [subject.id])
      return 'It was let go.'
    },
  }
}
