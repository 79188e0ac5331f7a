import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tidy } from './janitor.ts'
import { defaultSettings } from './settings/settings.ts'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

test('[core.events] [core.idempotency] [iam.sessions] what is too old goes, what is not stays', async () => {
  const { store } = env.controlPlane()
  const { database } = store
  const count = async (table: string): Promise<number> => {
    const [row] = await database.query<{ count: number }>(`select count(*) as count from ${table}`)
    return row?.count ?? 0
  }
  await env.ok('operator', 'POST', '/v1/zones', { name: 'kept' })
  const fresh = { events: await count('event'), sessions: await count('session') }
  const [session] = await database.query<{ id: string }>(`select id from session limit 1`)
  await database.query(`update session set expires_at = now() - interval '1 second' where id = $1`, [session?.id])
  await database.query(
    `insert into event (at, kind, resource, change, data) select now() - interval '31 days', 'zone', gen_random_uuid(), 'created', '{}' from generate_series(1, 6000)`,
  )
  const key = [randomUUID(), 'old']
  await database.query(
    `insert into idempotency (account, key, body_hash, resource, at) values ($1, $2, '', $1, now() - interval '25 hours')`,
    key,
  )
  await tidy(store, defaultSettings())
  // One event more: that the session is gone.
  expect(await count('event')).toBe(fresh.events + 1)
  expect(await count('session')).toBe(fresh.sessions - 1)
  expect(await count(`idempotency where key = 'old'`)).toBe(0)
})

test('[core.saga] steps of tasks that ended long ago go, however many tasks have none; those of others stay', async () => {
  const { store } = env.controlPlane()
  const { database } = store
  const tasks = async (name: string): Promise<string> => String((await env.createVm({ name })).body.id)
  const steps = async (task: string): Promise<number> => {
    const [row] = await database.query<{ count: number }>(`select count(*) from journal where task = $1`, [task])
    return row?.count ?? 0
  }
  const [old, fresh, orphaned] = [await tasks('old'), await tasks('fresh'), randomUUID()]
  await database.query(
    `insert into task select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'finished_at', now() - interval '9 days'))).*
      from task t, generate_series(1, 5001) where t.id = $1`,
    [old],
  )
  await database.query(`update task set finished_at = now() - interval '8 days' where id = $1`, [old])
  await database.query(`insert into journal (task, index, event, step) values ($1, 0, 'done', 'gone')`, [orphaned])
  const kept = await steps(fresh)
  expect(kept).toBeGreaterThan(0)
  await tidy(store, defaultSettings())
  expect([await steps(old), await steps(fresh), await steps(orphaned)]).toEqual([0, kept, 0])
})
