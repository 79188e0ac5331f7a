/** The lease of a node, on a real PostgreSQL. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database as Server, startPostgres } from '@basalt/postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Database, type NodeLease, node, openDatabase, takeLease } from './src/index.ts'
import { DECLARE_LOST } from './src/nodes/lease-sql.ts'
import { schemaDdl } from './src/schema.ts'

let server: Server
let directory: string
let database: Database
const leases: NodeLease[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lease-'))
  server = await startPostgres({ dataDir: join(directory, 'data'), settings: { fsync: 'off' } })
  database = openDatabase(server.url)
  const task = 'create table "task" (id uuid, epoch bigint, node text, finished_at timestamptz)'
  for (const statement of schemaDdl([node])
    .replace('alter table "task"', `${task};\nalter table "task"`)
    .split(/;\s*\n/))
    if (statement.trim()) await database.query(statement)
})
afterEach(async () => {
  for (const lease of leases.splice(0)) lease.crash()
  await database.query('delete from node')
})
afterAll(async () => {
  await database.close()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

/** A lease whose clock the test moves. */
async function lease(name: string, options: { leaseMs?: number } = {}) {
  const clock = { ms: 0 }
  const news: string[] = []
  const taken = await takeLease({
    database,
    facts: { node: name, apiUrl: 'https://api', agentUrl: 'https://agents', softwareVersion: '1' },
    timing: { leaseMs: options.leaseMs ?? 60_000, renewMs: 20 },
    elapsedMs: () => clock.ms,
    onSuperseded: () => news.push('superseded'),
    onError: (error) => news.push(String(error)),
  })
  taken.onLost(() => news.push('lost'))
  leases.push(taken)
  return { lease: taken, clock, news }
}

const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 5))
}
const rowOf = async (name: string) =>
  (await database.query<{ state: string; epoch: number }>('select state, epoch from node where name = $1', [name]))[0]

test('[core.mn-ha] a lease is over here before it is over for the database', async () => {
  const { lease: mine, clock, news } = await lease('a')
  clock.ms = 53_000
  expect(mine.isHeld()).toBe(true)
  clock.ms = 54_000
  expect(() => mine.check()).toThrow('has lost its lease')
  expect(news).toEqual(['lost'])
  const [row] = await database.query<{ alive: boolean }>(
    `select lease_expires_at > clock_timestamp() as alive from node where name = 'a'`,
  )
  expect(row?.alive).toBe(true)
})

test('[core.mn-ha] a lease that is lost is taken anew, with a higher epoch, and those who waited go on', async () => {
  const { lease: mine, clock } = await lease('a')
  const before = mine.epoch()
  let isClosed = false
  mine.onTaken(async () => {
    // What the former lease left is closed before anybody writes under the new one.
    expect(mine.isHeld()).toBe(false)
    isClosed = true
  })
  clock.ms = 60_000
  await mine.ready()
  expect(isClosed).toBe(true)
  expect(mine.epoch()).toBeGreaterThan(before)
  expect(mine.ready()).toBeUndefined()
})

test('[core.mn-ha] a restarted node ends the lease of its former life, which never acts again', async () => {
  const former = await lease('a')
  const present = await lease('a')
  former.lease.start()
  await until(() => former.news.includes('superseded'))
  expect(former.news).toEqual(['lost', 'superseded'])
  await expect(former.lease.ready()).rejects.toMatchObject({ code: 'NODE_WITHOUT_LEASE' })
  expect(present.lease.isHeld()).toBe(true)
  expect(await rowOf('a')).toMatchObject({ state: 'up', epoch: present.lease.epoch() })
})

test('[core.mn-ha] a node that others declared lost learns of it at its next renewal and begins anew', async () => {
  const { lease: mine, news } = await lease('a', { leaseMs: 60_000 })
  expect(await database.query(DECLARE_LOST, ['a'])).toEqual([])
  await database.query(`update node set lease_expires_at = clock_timestamp() - interval '1 second'`)
  const [lost] = await database.query<{ epoch: number }>(DECLARE_LOST, ['a'])
  expect(lost?.epoch).toBeGreaterThan(mine.epoch())
  mine.start()
  await until(() => mine.isHeld() && mine.epoch() > Number(lost?.epoch))
  expect(news).toEqual(['lost'])
  expect(await rowOf('a')).toMatchObject({ state: 'up', epoch: mine.epoch() })
})

test('[core.mn-ha] every change of a node is an event; renewals are none', async () => {
  const count = async () => (await database.query<{ count: number }>('select count(*) as count from event'))[0]?.count
  const before = (await count()) ?? 0
  const { lease: mine } = await lease('b')
  for (let round = 0; round < 5; round++) await mine.refresh()
  expect(await count()).toBe(before + 1)
  await mine.release()
  expect(await count()).toBe(before + 2)
  expect(await rowOf('b')).toMatchObject({ state: 'stopped' })
})
