/** Two nodes that change the same rows of several kinds at the same time. */
import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Operation } from '../operations.ts'
import { createSealer } from '../sealing.ts'
import { createStore } from '../store.ts'

const ROUNDS = 150
const KINDS = ['offering', 'zone'] as const

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ furnished: false })
})
afterAll(() => env?.close())

const common = (name: string) => ({ id: randomUUID(), name, description: '' })
const rename = (kind: string, id: string, round: number): Operation => ({
  op: 'update',
  kind,
  id,
  set: { description: `${round}` },
})

test('[core.isolation] nodes that flush several kinds at once do not wait for each other', async () => {
  const { store } = env.controlPlane()
  const offerings = [common('a'), common('b')].map((row) => ({ ...row, vcpus: 1, memoryBytes: 1 }))
  const zones = [common('a'), common('b')]
  await store.commit([
    ...offerings.map((row): Operation => ({ op: 'insert', kind: 'offering', row })),
    ...zones.map((row): Operation => ({ op: 'insert', kind: 'zone', row })),
  ])
  const changes = KINDS.flatMap((kind) =>
    (kind === 'zone' ? zones : offerings).map(
      ({ id }) =>
        (round: number) =>
          rename(kind, id, round),
    ),
  )
  const other = createStore(store.database, store.catalogue.resources, createSealer(Buffer.alloc(32)))
  for (let round = 0; round < ROUNDS; round++) {
    const there = changes.map((change) => change(round))
    await Promise.all([store.commit(there), other.commit([...there].reverse())])
  }
  const [row] = await store.database.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  )
  expect(row?.deadlocks).toBe(0)
})

test('[core.isolation] who has to give way in a deadlock does it again, and nobody is told', async () => {
  const { store } = env.controlPlane()
  const [offering, zone] = [{ ...common('c'), vcpus: 1, memoryBytes: 1 }, common('d')]
  await store.commit([
    { op: 'insert', kind: 'offering', row: offering },
    { op: 'insert', kind: 'zone', row: zone },
  ])
  const waits = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  let committed = Promise.resolve()
  // It has the later row first, and is patient: the other is the one that the database ends.
  await store.database.transaction(async (query) => {
    await query(`set local deadlock_timeout = '60s'`)
    await query('select from zone where id = $1 for update', [zone.id])
    committed = store.commit([rename('offering', offering.id, 1), rename('zone', zone.id, 1)])
    await until('the other waits', async () => (await store.database.query(waits)).length > 0)
    await query('select from offering where id = $1 for update', [offering.id])
  })
  await committed
  const rows = await Promise.all(KINDS.map((kind) => store.all(kind, { id: [offering.id, zone.id] })))
  expect(rows.flat()).toMatchObject([{ description: '1' }, { description: '1' }])
  const [row] = await store.database.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  )
  expect(row?.deadlocks).toBe(1)
})
