/** The event stream while thousands of events a second are written by two nodes, and its order where transaction ids grow a digit. */
import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { followStream, type Seen } from './support/event-stream.ts'

const TAGS = 1_000
const CHANGES_EACH = 20
/** Seed of the places where the watcher hangs up. */
const SEED = 7

let env: CloudEnvironment
let token: string
let account: string

beforeAll(async () => {
  env = await cloud({ nodes: 2, furnished: false })
  const { body } = await env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: env.passwords.ada })
  token = String(body.token)
  account = String((await env.call('ada', 'GET', '/v1/me')).body.account)
})
afterAll(() => env?.close())

const stores = () => env.nodes.map((node) => node.controlPlane().store)
const follow = (cursor: string | null, query: string, enough: (seen: Seen[]) => boolean, node = 0) =>
  followStream((env.nodes[node] ?? env).controlPlane(), token, cursor, query, enough)

const newTag = (name: string) => ({
  id: randomUUID(),
  name,
  description: '',
  account,
  colour: 'grey',
  type: 'tenant',
  public: false,
  spreading: false,
})

/** All tags are changed again and again, by both nodes, as fast as they are made durable. Answers with events a second. */
async function writeLoad(tags: readonly { id: string }[]): Promise<number> {
  const begunAt = performance.now()
  await Promise.all(
    tags.map(async ({ id }, index) => {
      const store = stores()[index % 2]
      for (let change = 1; change <= CHANGES_EACH; change++)
        await store?.commit([{ op: 'update', kind: 'tag', id, set: { description: `change ${change}` } }])
    }),
  )
  return (tags.length * CHANGES_EACH * 1_000) / (performance.now() - begunAt)
}

test('[core.events] a watcher that reconnects at random sees every event once and in order, whatever is written meanwhile', {
  timeout: 120_000,
}, async () => {
  const start = await follow(null, '?kind=tag', () => true)
  const tags = Array.from({ length: TAGS }, (_, index) => newTag(`load-${index}`))
  await Promise.all(tags.map((row) => stores()[0]?.commit([{ op: 'insert', kind: 'tag', row }])))
  const last = newTag('the-last')
  const load = writeLoad(tags).then(async (rate) => {
    await stores()[1]?.commit([{ op: 'insert', kind: 'tag', row: last }])
    return rate
  })
  const cuts = fc.sample(fc.integer({ min: 1, max: 600 }), { seed: SEED, numRuns: 1_000 })
  const all: Seen[] = []
  let { cursor } = start
  let connections = 0
  const isOver = (seen: readonly Seen[]): boolean => seen.some(({ resource }) => resource === last.id)
  while (!isOver(all)) {
    const enough = cuts[connections % cuts.length] ?? 1
    const part = await follow(cursor, '?kind=tag', (seen) => seen.length >= enough || isOver(seen), connections % 2)
    all.push(...part.seen)
    cursor = part.cursor
    connections++
  }
  const rate = await load
  console.info(
    `events: ${all.length} read over ${connections} connections (seed ${SEED}); ${Math.round(rate)} written a second`,
  )
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  const versions = new Map<string, number[]>()
  for (const { resource, data } of all) versions.set(resource, [...(versions.get(resource) ?? []), data.version])
  const consecutive = Array.from({ length: CHANGES_EACH + 1 }, (_, index) => index + 1)
  expect(tags.filter(({ id }) => String(versions.get(id)) !== String(consecutive))).toEqual([])
  expect(all.length).toBe(TAGS * (CHANGES_EACH + 1) + 1)
})

test('[core.events] events come in the order of transactions where their ids grow a digit, and a stream without a cursor begins now', async () => {
  const { database } = env.controlPlane().store
  await until('transaction ids have four digits', async () => {
    const [row] = await database.query<{ xid: string }>('select pg_current_xact_id()::text as xid')
    return Number(row?.xid) > 1_000
  })
  await env.ok('ada', 'POST', '/v1/tags', { name: 'with-four-digits' })
  const tag = newTag('of-old')
  for (const xid of ['100', '9', '999', '10', '99'])
    await database.query(
      `insert into event (xid, kind, resource, account, change, data) values ($1::xid8, 'tag', $2, $3, 'updated', $4)`,
      [xid, tag.id, account, JSON.stringify({ ...tag, version: 1 })],
    )
  const past = await follow('0-0', `?resource=${tag.id}`, (seen) => seen.length === 5)
  expect(past.seen.map(({ id }) => id.split('-')[0])).toEqual(['9', '10', '99', '100', '999'])
  const resumed = await follow(past.seen[1]?.id ?? '', `?resource=${tag.id}`, (seen) => seen.length === 3)
  expect(resumed.seen.map(({ id }) => id.split('-')[0])).toEqual(['99', '100', '999'])

  const now = await follow(null, '', () => true)
  expect(Number(now.cursor?.split('-')[0])).toBeGreaterThan(1_000)
  const made = await env.ok('ada', 'POST', '/v1/tags', { name: 'of-now' })
  const { seen } = await follow(now.cursor, '?kind=tag', (events) => events.length > 0)
  expect(seen.map(({ resource }) => resource)).toEqual([made.id])
})
