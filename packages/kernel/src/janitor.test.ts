import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tidy } from './janitor.ts'
import { defaultSettings } from './settings/settings.ts'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ furnished: false })
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
