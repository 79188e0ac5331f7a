/** A database that was copied into another PostgreSQL, whose transaction ids begin anew. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { followStream, type Seen } from '../slice/support/event-stream.ts'
import { databaseOf, type TestDatabase, upgrade, versions } from './support/frozen.ts'
import { SAMPLE_KEY } from './support/sample-cloud.ts'

/** As if the PostgreSQL that it comes from had been at work for long. */
const AHEAD = 1_000_000

let left: TestDatabase
let env: CloudEnvironment
/** Of a client that had read everything. */
let lastCursor: string
/** What the observer had not read. */
let unread: number[]

beforeAll(async () => {
  left = await databaseOf(versions.at(-1) ?? '')
  const { query } = left.database
  await upgrade(left.database)
  await query(`update event set xid = (xid::text::bigint + ${AHEAD})::text::xid8`)
  await query(
    `update webhook_progress set cursor = (split_part(cursor, '-', 1)::bigint + ${AHEAD}) || '-' || split_part(cursor, '-', 2)`,
  )
  const order = await query<{ xid: string; seq: number }>(
    'select xid::text, seq from event order by event.xid, event.seq',
  )
  const end = order.at(-1)
  lastCursor = `${end?.xid}-${end?.seq}`
  const [read, rest] = [order.slice(0, 100), order.slice(100)]
  const at = read.at(-1)
  unread = rest.map(({ seq }) => seq)
  await query('insert into observer (name, cursor) values ($1, $2)', ['slow', `${at?.xid}-${at?.seq}`])
  env = await cloud({ databaseUrl: left.url, masterKey: SAMPLE_KEY, inherited: true, recycleBin: true })
})
afterAll(async () => {
  await env?.close()
  await left?.close()
})

test('[core.events] the events of a restored database are read, in order, and what happens next comes after them', async () => {
  const [vm] = await env.items('ada', '/v1/vms?name=web')
  const { body } = await env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: env.passwords.ada })
  await env.ok('ada', 'PATCH', `/v1/vms/${vm?.id}`, { name: 'restored' })
  const query = `?resource=${vm?.id}`
  const isEnd = (seen: Seen[]): boolean => seen.at(-1)?.data.name === 'restored'
  const { seen } = await followStream(env.controlPlane(), String(body.token), '0-0', query, isEnd)
  const read = seen.map(({ data }) => data.version)
  expect(read).toEqual(read.map((_, index) => index + 1))
})

test('[core.events] a client that comes back with a cursor from before goes on where it was', async () => {
  const [vm] = await env.items('ada', '/v1/vms?name=restored')
  const { body } = await env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: env.passwords.ada })
  await env.ok('ada', 'PATCH', `/v1/vms/${vm?.id}`, { name: 'come back' })
  const query = `?resource=${vm?.id}`
  const isEnd = (seen: Seen[]): boolean => seen.at(-1)?.data.name === 'come back'
  const { seen } = await followStream(env.controlPlane(), String(body.token), lastCursor, query, isEnd)
  expect(seen.map(({ data }) => data.name)).toEqual(['restored', 'come back'])
})

test('[core.events] who follows the events goes on with all that it had not read', async () => {
  const [slow] = await left.database.query<{ cursor: string }>(`select cursor from observer where name = 'slow'`)
  const [xid, seq] = (slow?.cursor ?? '').split('-').map(Number)
  expect(xid).toBe(3)
  expect(unread.length).toBeGreaterThan(0)
  expect(unread.filter((one) => one <= (seq ?? 0))).toEqual([])
})

test('[core.events] a webhook that was paused tells what happened before and after', async () => {
  const [hook] = await env.items('operator', '/v1/webhooks')
  const zone = (await env.items('operator', '/v1/zones'))[0]?.id
  const network = await env.ok('ada', 'POST', '/v1/networks', { name: 'told', zone, cidr: '10.8.0.0/24' })
  await env.ok('operator', 'POST', `/v1/webhooks/${hook?.id}/resume`)
  await until('the network is told', async () => {
    const told = await env.items('operator', `/v1/deliveries?resource=${network.resource}`)
    return told.length > 0
  })
})
