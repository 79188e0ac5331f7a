import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createScratchDatabase, type Database as Server, startPostgres } from '@basalt/postgres'
import { defineResource, f } from '@basalt/resource'
import { defineSaga } from '@basalt/saga'
import { until } from '@basalt/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  bySaga,
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
} from './src/index.ts'

const shelf = defineResource('shelf', {
  doc: 'Holds boxes.',
  plural: 'shelves',
  ownership: 'platform',
  locality: 'global',
  audience: 'tenant',
  fields: {
    sizeBytes: f.bytes(),
    usedBytes: f.bytes({ readonly: true }),
    secretWord: f.text({ secret: true, default: 'x' }),
    note: f.text({ default: '', audience: 'operator' }),
  },
  actions: {
    create: { doc: 'Put one up.', input: ['name', 'sizeBytes', 'secretWord', 'note'] },
    delete: { doc: 'Take it down.' },
  },
  columns: ['name'],
})

const box = defineResource('box', {
  doc: 'Takes room on a shelf.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    shelf: f.ref('shelf', { immutable: true }),
    sizeBytes: f.bytes({ minimum: 1, maximum: 1000 }),
    label: f.text({ optional: true }),
    state: f.state(['creating', 'closed', 'opening', 'open', 'deleting', 'failed']),
  },
  actions: {
    create: {
      doc: 'Make one.',
      input: ['name', 'shelf', 'sizeBytes', 'label'],
      via: 'creating',
      to: 'closed',
      long: true,
    },
    update: { doc: 'Rename it.', input: ['name', 'label'] },
    open: { doc: 'Open it.', from: ['closed'], via: 'opening', to: 'open', long: true },
    delete: { doc: 'Throw it away.', from: ['closed', 'open', 'failed'], via: 'deleting', long: true, danger: true },
  },
  unique: [['account', 'label']],
  columns: ['name', 'state'],
  failedStates: ['failed'],
})

interface Deps {
  room: {
    take(shelf: string, sizeBytes: number): Promise<boolean>
    give(shelf: string, sizeBytes: number): Promise<void>
  }
  fail: () => void | Promise<void>
}

const createBox = defineSaga<{ shelf: string; sizeBytes: number }, Deps>()('box.create', { ids: ['box'] })
  .step(
    'takeRoom',
    ({ input, room }) => room.take(input.shelf, input.sizeBytes),
    ({ input, room, mine }) => (mine === undefined ? undefined : room.give(input.shelf, input.sizeBytes)),
  )
  .step(
    'fold',
    ({ fail }) => fail(),
    () => undefined,
  )
const openBox = defineSaga<Record<string, never>, Deps>()('box.open', { ids: [] }).step(
  'lift',
  ({ fail }) => fail(),
  () => undefined,
)
const deleteBox = defineSaga<{ shelf: string; sizeBytes: number }, Deps>()('box.delete', { ids: [] }).step(
  'giveRoom',
  ({ input, room }) => room.give(input.shelf, input.sizeBytes),
  () => undefined,
)

const account = (digit: number): string => `0000000${digit}-0000-4000-8000-000000000000`
const callers: Record<string, Caller> = {
  operator: { user: account(1), account: account(1), operator: true },
  ada: { user: account(2), account: account(2), operator: false },
  bob: { user: account(3), account: account(3), operator: false },
}

let server: Server
let directory: string
const cleanups: (() => Promise<unknown>)[] = []
let failure: Error | null = null
let held: Promise<void> | null = null
let beforeClosed: Promise<void> | null = null

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kernel-'))
  server = await startPostgres({ dataDir: join(directory, 'data') })
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})
afterEach(async () => {
  failure = null
  held = null
  beforeClosed = null
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function kernel(url?: string): Promise<Kernel & { url: string }> {
  let at = url
  if (!at) {
    const scratch = await createScratchDatabase(server.url)
    at = scratch.url
    cleanups.push(() => scratch.drop())
  }
  const database = openDatabase(at)
  cleanups.push(() => database.close())
  const modules = [
    {
      name: 'boxes',
      slices: [
        implement(shelf, { create: { short: async () => ({ set: { usedBytes: 0 } }) } }),
        implement(box, {
          create: bySaga(createBox, async ({ input, id }) => ({
            input: { shelf: input.shelf, sizeBytes: input.sizeBytes },
            ids: { box: id },
          })),
          open: bySaga(openBox, async () => ({ input: {} })),
          delete: bySaga(deleteBox, async ({ row }) => ({ input: { shelf: row.shelf, sizeBytes: row.sizeBytes } })),
        }),
      ],
      sagas: [createBox, openBox, deleteBox],
      bind: (): Deps => ({
        room: {
          take: async (id, sizeBytes) => {
            await store.commit([
              { op: 'adjust', kind: 'shelf', id, add: { usedBytes: sizeBytes }, atMost: { usedBytes: 'sizeBytes' } },
            ])
            return true
          },
          give: (id, sizeBytes) => store.commit([{ op: 'adjust', kind: 'shelf', id, add: { usedBytes: -sizeBytes } }]),
        },
        fail: () => {
          if (failure) throw failure
          return held ?? undefined
        },
      }),
    },
  ]
  const resources = resourcesOf(modules)
  const store = createStore(database, resources, createSealer(Buffer.alloc(32)))
  await migrate(database, [{ name: '0001-initial', sql: schemaDdl(resources) }])
  const made = createKernel({
    store,
    modules,
    node: 'one',
    authenticate: async ({ headers }) => {
      const caller = callers[headers.authorization?.slice('Bearer '.length) ?? '']
      return caller ? { caller, current: async () => caller } : null
    },
    log: { info() {}, error: console.error },
  })
  cleanups.push(() => made.stop())
  made.app.addHook('preClose', async () => void (await beforeClosed))
  await made.start()
  return Object.assign(made, { url: at })
}

async function call(
  k: Kernel,
  who: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  headers: Record<string, string> = {},
) {
  const answer = await k.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${who}`, ...headers },
    ...(body ? { payload: body } : {}),
  })
  return { status: answer.statusCode, body: answer.body ? answer.json() : null, headers: answer.headers }
}

const wait = { prefer: 'wait=10' }

async function shelfOf(k: Kernel, sizeBytes = 100) {
  const { body, status } = await call(k, 'operator', 'POST', '/v1/shelves', { name: 's', sizeBytes })
  expect(status).toBe(201)
  return body as { id: string; usedBytes: number }
}

test('[core.resource] [api.rest] [core.async] a kind has its routes; long work is a task', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  const created = await call(k, 'ada', 'POST', '/v1/boxes', { name: 'a', shelf: shelfId, sizeBytes: 60 }, wait)
  expect(created.body).toMatchObject({ state: 'succeeded', percent: 100, action: 'box.create' })
  expect(created.status).toBe(200)
  const box1 = await call(k, 'ada', 'GET', `/v1/boxes/${created.body.resource}`)
  expect(box1.body).toMatchObject({ name: 'a', state: 'closed', sizeBytes: 60, account: account(2), label: null })
  expect((await call(k, 'ada', 'POST', `/v1/boxes/${box1.body.id}/open`, undefined, wait)).body.state).toBe('succeeded')
  expect((await call(k, 'ada', 'PATCH', `/v1/boxes/${box1.body.id}`, { name: 'b' })).body).toMatchObject({
    name: 'b',
    state: 'open',
  })
  expect((await call(k, 'ada', 'GET', '/v1/boxes?state=open')).body.items).toHaveLength(1)
  expect((await call(k, 'ada', 'DELETE', `/v1/boxes/${box1.body.id}`, undefined, wait)).body.state).toBe('succeeded')
  expect((await call(k, 'ada', 'GET', `/v1/boxes/${box1.body.id}`)).status).toBe(404)
  expect((await call(k, 'operator', 'DELETE', `/v1/shelves/${shelfId}`)).status).toBe(204)
})

test('[iam.isolation] another tenant neither sees nor touches nor refers to it; operators see', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  const { body } = await call(k, 'ada', 'POST', '/v1/boxes', { name: 'a', shelf: shelfId, sizeBytes: 1 }, wait)
  const foreign = await call(k, 'bob', 'GET', `/v1/boxes/${body.resource}`)
  const absent = await call(k, 'bob', 'GET', '/v1/boxes/99999999-0000-4000-8000-000000000000')
  expect(foreign.status).toBe(404)
  expect(foreign.body.detail.replace(body.resource, 'X')).toBe(
    absent.body.detail.replace('99999999-0000-4000-8000-000000000000', 'X'),
  )
  expect((await call(k, 'bob', 'POST', `/v1/boxes/${body.resource}/open`)).status).toBe(404)
  expect((await call(k, 'bob', 'GET', '/v1/boxes')).body.items).toEqual([])
  expect((await call(k, 'bob', 'GET', '/v1/tasks')).body.items).toEqual([])
  expect((await call(k, 'operator', 'GET', '/v1/boxes')).body.items).toHaveLength(1)
  expect((await call(k, 'ada', 'POST', '/v1/shelves', { name: 's', sizeBytes: 1 })).body.code).toBe('FORBIDDEN')
  const seen = (await call(k, 'ada', 'GET', `/v1/shelves/${shelfId}`)).body
  expect(seen).not.toHaveProperty('note')
  expect(seen).not.toHaveProperty('secretWord')
  expect((await call(k, 'ada', 'GET', '/v1/shelves?note=x')).status).toBe(400)
  expect((await call(k, 'nobody', 'GET', '/v1/boxes')).status).toBe(401)
})

test('[api.rest] bad input names the field and the remedy and changes nothing', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  const bad = await call(k, 'ada', 'POST', '/v1/boxes', {
    name: 'a',
    shelf: '99999999-0000-4000-8000-000000000000',
    sizeBytes: 5,
  })
  expect(bad.body.errors).toMatchObject([{ field: 'shelf' }])
  const worse = await call(k, 'ada', 'POST', '/v1/boxes', { name: '', shelf: shelfId, sizeBytes: 5000, colour: 'red' })
  expect(worse.headers['content-type']).toContain('application/problem+json')
  expect(worse.body.errors.map((error: { field: string }) => error.field).sort()).toEqual([
    'colour',
    'name',
    'sizeBytes',
  ])
  expect(worse.body.errors.every((error: { remedy: string }) => error.remedy.length > 10)).toBe(true)
  expect((await call(k, 'ada', 'GET', '/v1/boxes')).body.items).toEqual([])
  expect((await call(k, 'ada', 'POST', '/v1/boxes', [] as object)).status).toBe(400)
})

test('[core.saga] a failed create gives everything back and says why; the resource can be deleted', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  failure = Object.assign(new Error('the cardboard tore'), { code: 'TORN', remedy: 'Use thicker cardboard.' })
  const { body } = await call(k, 'ada', 'POST', '/v1/boxes', { name: 'a', shelf: shelfId, sizeBytes: 10 }, wait)
  expect(body).toMatchObject({ state: 'failed', cause: { code: 'TORN', remedy: 'Use thicker cardboard.' } })
  expect((await call(k, 'ada', 'GET', `/v1/boxes/${body.resource}`)).body).toMatchObject({
    state: 'failed',
    cause: { code: 'TORN' },
  })
  expect((await call(k, 'operator', 'GET', `/v1/shelves/${shelfId}`)).body.usedBytes).toBe(0)
  expect(await k.store.database.query('select * from claim')).toEqual([])
})

test('[core.saga] a failed action returns to the state before; a wrong state is refused by name', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  const { body } = await call(k, 'ada', 'POST', '/v1/boxes', { name: 'a', shelf: shelfId, sizeBytes: 10 }, wait)
  failure = new Error('stuck')
  expect((await call(k, 'ada', 'POST', `/v1/boxes/${body.resource}/open`, undefined, wait)).body.state).toBe('failed')
  expect((await call(k, 'ada', 'GET', `/v1/boxes/${body.resource}`)).body.state).toBe('closed')
  failure = null
  await call(k, 'ada', 'POST', `/v1/boxes/${body.resource}/open`, undefined, wait)
  const again = await call(k, 'ada', 'POST', `/v1/boxes/${body.resource}/open`)
  expect(again.body).toMatchObject({ status: 409, code: 'WRONG_STATE' })
  expect(again.body.detail).toContain('is open')
})

test('[core.quota] capacity is never overshot by creates at once', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k, 50)
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      call(k, 'ada', 'POST', '/v1/boxes', { name: `b${i}`, shelf: shelfId, sizeBytes: 10 }, wait),
    ),
  )
  expect(all.filter(({ body }) => body.state === 'succeeded')).toHaveLength(5)
  expect((await call(k, 'operator', 'GET', `/v1/shelves/${shelfId}`)).body.usedBytes).toBe(50)
})

test('[core.idempotency] a repeated POST makes one resource; another body under the key is refused; a stale If-Match too', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  const key = { 'idempotency-key': 'k1', ...wait }
  const body = { name: 'a', shelf: shelfId, sizeBytes: 1 }
  const twice = await Promise.all([
    call(k, 'ada', 'POST', '/v1/boxes', body, key),
    call(k, 'ada', 'POST', '/v1/boxes', body, key),
  ])
  expect(new Set(twice.map((answer) => answer.body.resource)).size).toBe(1)
  expect((await call(k, 'ada', 'POST', '/v1/boxes', { ...body, name: 'z' }, key)).status).toBe(422)
  const id = twice[0]?.body.resource
  const { headers } = await call(k, 'ada', 'GET', `/v1/boxes/${id}`)
  expect(
    (await call(k, 'ada', 'PATCH', `/v1/boxes/${id}`, { name: 'n' }, { 'if-match': String(headers.etag) })).status,
  ).toBe(200)
  expect(
    (await call(k, 'ada', 'PATCH', `/v1/boxes/${id}`, { name: 'm' }, { 'if-match': String(headers.etag) })).status,
  ).toBe(412)
})

test('[core.resource] unique sets and references in use are conflicts with a remedy', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  await call(k, 'ada', 'POST', '/v1/boxes', { name: 'a', shelf: shelfId, sizeBytes: 1, label: 'one' }, wait)
  expect(
    (await call(k, 'ada', 'POST', '/v1/boxes', { name: 'b', shelf: shelfId, sizeBytes: 1, label: 'one' })).body.code,
  ).toBe('ALREADY_EXISTS')
  expect((await call(k, 'operator', 'DELETE', `/v1/shelves/${shelfId}`)).body.code).toBe('IN_USE')
  expect(
    (await call(k, 'bob', 'POST', '/v1/boxes', { name: 'b', shelf: shelfId, sizeBytes: 1, label: 'one' }, wait)).body
      .state,
  ).toBe('succeeded')
})

test('[core.events] events come in order, once, and only those the caller may see', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  const start = await k.events.now()
  await Promise.all(
    ['ada', 'bob'].map((who) => call(k, who, 'POST', '/v1/boxes', { name: who, shelf: shelfId, sizeBytes: 1 }, wait)),
  )
  const { events } = await k.events.read(callers.ada as Caller, start, { kinds: ['box'] })
  expect(events.map((event) => [event.change, event.data.state])).toEqual([
    ['created', 'creating'],
    ['updated', 'closed'],
  ])
  expect(events[0]?.data.createdAt).toMatch(/^\d{4}-.*Z$/)
  const rest = await k.events.read(callers.ada as Caller, events[0]?.cursor ?? '', { kinds: ['box'] })
  expect(rest.events).toHaveLength(1)
})

test('[core.saga] [core.stateless] a node that dies in the middle of a task is taken over', async () => {
  const first = await kernel()
  const { id: shelfId } = await shelfOf(first)
  const made = await call(first, 'ada', 'POST', '/v1/boxes', { name: 'a', shelf: shelfId, sizeBytes: 10 }, wait)
  const { body } = await call(first, 'ada', 'POST', `/v1/boxes/${made.body.resource}/open`)
  expect(body.state).toBe('running')
  await first.crash()
  const second = await kernel(first.url)
  await second.tasks.wait(body.id, 5_000)
  expect((await call(second, 'ada', 'GET', `/v1/tasks/${body.id}`)).body.state).toBe('succeeded')
  expect((await call(second, 'ada', 'GET', `/v1/boxes/${made.body.resource}`)).body.state).toBe('open')
})

/** Work that has done its first step and cannot go on. */
async function standingStill(k: Kernel, count: number) {
  const { id: shelf } = await shelfOf(k, 1_000)
  held = new Promise(() => {})
  const begun = await Promise.all(
    Array.from({ length: count }, () => call(k, 'ada', 'POST', '/v1/boxes', { name: 'b', shelf, sizeBytes: 1 })),
  )
  const recorded = 'select count(distinct task)::int as count from journal'
  await until('the first step of each is done', async () => {
    const [row] = await k.store.database.query<{ count: number }>(recorded)
    return row?.count === count
  })
  return { shelf, begun: begun.map(({ body }) => String(body.id)) }
}

test('[core.saga] [core.stateless] more work than is taken up at once is all taken up, once each', async () => {
  const first = await kernel()
  const { shelf: id, begun } = await standingStill(first, 450)
  await first.crash()
  held = null
  const second = await kernel(first.url)
  for (const task of begun) await second.tasks.wait(task, 10_000)
  const { body } = await call(second, 'ada', 'GET', '/v1/tasks?action=box.create&state=succeeded&count=true')
  expect(body.count).toBe(450)
  expect((await call(second, 'ada', 'GET', `/v1/shelves/${id}`)).body.usedBytes).toBe(450)
})

test('[core.saga] work that is under way is not disturbed when it is found to be ours once more', async () => {
  const k = await kernel()
  const { id: shelfId } = await shelfOf(k)
  const made = await call(k, 'ada', 'POST', '/v1/boxes', { name: 'a', shelf: shelfId, sizeBytes: 10 }, wait)
  let release = (): void => {}
  held = new Promise((resolve) => {
    release = resolve
  })
  const { body } = await call(k, 'ada', 'POST', `/v1/boxes/${made.body.resource}/open`)
  await k.tasks.resume([body.id])
  await k.tasks.resume([body.id])
  release()
  await k.tasks.wait(body.id, 5_000)
  expect((await call(k, 'ada', 'GET', `/v1/tasks/${body.id}`)).body).toMatchObject({ state: 'succeeded', cause: null })
})

test('[core.stateless] who asks a node that stops is told to ask again', async () => {
  const k = await kernel()
  const url = await k.app.listen({ port: 0, host: '127.0.0.1' })
  const agent = new Agent({ keepAlive: true })
  const ask = () =>
    new Promise<{ status?: number; code?: string; retryAfter?: string }>((resolve) => {
      const outgoing = get(
        `${url}/v1/shelves`,
        { agent, headers: { authorization: 'Bearer ada' } },
        async (incoming) => {
          const { statusCode: status, headers } = incoming
          const { code } = JSON.parse(await text(incoming)) as { code?: string }
          resolve({ status, code, retryAfter: headers['retry-after'] })
        },
      )
      outgoing.on('error', () => resolve({}))
    })
  expect((await ask()).status).toBe(200)
  let release = (): void => {}
  beforeClosed = new Promise((resolve) => {
    release = resolve
  })
  const stopping = k.app.close()
  expect(await ask()).toEqual({ status: 503, code: 'NODE_STOPS', retryAfter: '1' })
  release()
  await stopping
  agent.destroy()
})
