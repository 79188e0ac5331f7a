import { defineResource, f } from '@basalt/resource'
import { scratchDatabase } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Caller,
  createKernel,
  createSealer,
  createStore,
  implement,
  type Kernel,
  migrate,
  openDatabase,
  resourcesOf,
  schemaDdl,
} from '../index.ts'

/** Nothing has to be done outside for it. */
const note = defineResource('note', {
  doc: 'A note.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    title: f.text(),
    serial: f.integer({ readonly: true }),
    state: f.state(['kept', 'recycled']),
  },
  actions: {
    create: { doc: 'Write one.', input: ['name', 'title'], to: 'kept' },
    update: { doc: 'Change it.', input: ['title'] },
    delete: { doc: 'Throw it away.', from: ['kept'] },
  },
  unique: [['account', 'title'], ['serial']],
  columns: ['name'],
  recycle: { from: ['kept'], to: 'kept', retentionHours: 1 },
})

const ID = '00000002-0000-4000-8000-000000000000'
const ada: Caller = { user: ID, account: ID, operator: false }

let kernel: Kernel
let close: () => Promise<void>
let serials = 0

beforeAll(async () => {
  const scratch = await scratchDatabase()
  const database = openDatabase(scratch.url)
  const slice = implement(note, { create: { short: async () => ({ set: { serial: ++serials } }) } })
  const modules = [{ name: 'notes', slices: [slice] }]
  const resources = resourcesOf(modules)
  await migrate(database, [{ name: '0001-initial', sql: schemaDdl(resources) }])
  const store = createStore(database, resources, createSealer(Buffer.alloc(32)))
  kernel = createKernel({
    store,
    modules,
    node: 'one',
    authenticate: async () => ({ caller: ada, current: async () => ada }),
    log: { info() {}, error: console.error },
  })
  await kernel.start()
  close = async () => {
    await kernel.stop()
    await database.close()
    await scratch.drop()
  }
})
afterAll(() => close())

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) {
  const headers = { authorization: 'Bearer ada' }
  const answer = await kernel.app.inject({
    method,
    url: `/v1/notes${path}`,
    headers,
    ...(body ? { payload: body } : {}),
  })
  return { status: answer.statusCode, body: answer.body ? answer.json() : null }
}
const write = async (title: string) =>
  (await call('POST', '', { name: 'n', title })).body as { id: string; code: string }

test('[core.recyclebin] a name is free again while its owner lies in the bin; what the platform gave out is not', async () => {
  const { id } = await write('plan')
  expect((await write('plan')).code).toBe('ALREADY_EXISTS')
  expect((await call('DELETE', `/${id}`)).status).toBe(204)
  expect((await call('GET', `/${id}`)).body).toMatchObject({ state: 'recycled', recycledAt: expect.any(String) })
  const second = await write('plan')
  expect(second.id).toBeTruthy()
  expect((await call('POST', `/${id}/undelete`)).body).toMatchObject({
    code: 'ALREADY_EXISTS',
    detail: 'Another note has the same account and title, or serial.',
  })
  serials = 0
  expect((await write('other')).code).toBe('ALREADY_EXISTS')
  serials = 10
  await call('PATCH', `/${second.id}`, { title: 'plan B' })
  expect((await call('POST', `/${id}/undelete`)).body).toMatchObject({ state: 'kept', recycledAt: null, title: 'plan' })
  expect((await call('PATCH', `/${second.id}`, { title: 'plan' })).body.code).toBe('ALREADY_EXISTS')
})

test('[core.recyclebin] what was deleted is expunged after its time, and at once when so asked for', async () => {
  const { id } = await write('late')
  const { body: live } = await call('GET', '')
  await call('DELETE', `/${id}`)
  const { body: bin } = await call('GET', '?recycled=true')
  expect(bin.items.map((row: { id: string }) => row.id)).toEqual([id])
  expect((await call('GET', '')).body.items).toHaveLength(live.items.length - 1)
  await kernel.tidy()
  expect((await call('GET', `/${id}`)).status).toBe(200)
  await kernel.store.database.query(`update note set recycled_at = now() - interval '61 minutes' where id = $1`, [id])
  await kernel.tidy()
  expect((await call('GET', `/${id}`)).status).toBe(404)
  const past = await write('past')
  expect((await call('DELETE', `/${past.id}`, { expunge: true })).status).toBe(204)
  expect((await call('GET', `/${past.id}`)).status).toBe(404)
  const binned = await write('binned')
  await call('DELETE', `/${binned.id}`)
  expect((await call('POST', `/${binned.id}/expunge`)).status).toBe(204)
  expect((await call('GET', `/${binned.id}`)).status).toBe(404)
})
