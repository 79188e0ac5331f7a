/** Claims over several participants: all at once or not at all, in order, without a deadlock. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database as Server, startPostgres } from '@basalt/postgres'
import { defineResource, f } from '@basalt/resource'
import { defineSaga } from '@basalt/saga'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

const cup = defineResource('cup', {
  doc: 'What is in it can be swapped with another cup.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: { state: f.state(['ready', 'swapping', 'failed']) },
  actions: {
    create: { doc: 'Make one.', input: ['name'], to: 'ready' },
    swap: { doc: 'Swap.', input: { with: f.ref('cup') }, from: ['ready'], via: 'swapping', to: 'ready', long: true },
  },
  columns: ['name'],
  failedStates: ['failed'],
})

const held = new Map<string, string>()
let overlaps = 0
let running = 0

async function hold(task: string, cups: readonly string[]): Promise<void> {
  running++
  for (const id of cups) {
    if (held.has(id)) overlaps++
    held.set(id, task)
  }
  await new Promise((resolve) => setImmediate(resolve))
  for (const id of cups) held.delete(id)
}

const swapCups = defineSaga<{ cups: string[]; task: string }, object>()('cup.swap', { ids: [] }).step(
  'swap',
  ({ input }) => hold(input.task, input.cups),
  () => undefined,
)

let server: Server
let directory: string
let kernel: Kernel
let close: () => Promise<void>

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'queue-'))
  server = await startPostgres({ dataDir: join(directory, 'data'), settings: { fsync: 'off' } })
  const slice = implement(cup, {
    swap: bySaga(swapCups, async ({ id, input }) => ({
      input: { cups: [id, input.with], task: id },
      claims: [input.with],
    })),
  })
  const modules = [{ name: 'cups', slices: [slice], sagas: [swapCups] }]
  const resources = resourcesOf(modules)
  const database = openDatabase(server.url)
  await migrate(database, [{ name: '0001-initial', sql: schemaDdl(resources) }])
  const caller: Caller = { user: crypto.randomUUID(), account: crypto.randomUUID(), operator: true }
  kernel = createKernel({
    store: createStore(database, resources, createSealer(Buffer.alloc(32))),
    modules,
    node: 'one',
    authenticate: async () => ({ caller, current: async () => caller }),
    log: { info() {}, error: console.error },
  })
  await kernel.start()
  close = async () => {
    await kernel.stop()
    await database.close()
  }
})
afterAll(async () => {
  await close()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

async function ask(url: string, payload: object) {
  const answer = await kernel.app.inject({ method: 'POST', url, payload, headers: { authorization: 'Bearer x' } })
  return { status: answer.statusCode, body: answer.json() }
}

test('[core.lockfree] two operations on one resource never run at once, however their participants cross', {
  timeout: 60_000,
}, async () => {
  const cups: string[] = []
  for (let index = 0; index < 5; index++) cups.push((await ask('/v1/cups', { name: `cup ${index}` })).body.id)
  const pair = fc.tuple(fc.nat(4), fc.nat(4)).filter(([a, b]) => a !== b)
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { minLength: 2, maxLength: 30 }), async (pairs) => {
      running = 0
      const answers = await Promise.all(pairs.map(([a, b]) => ask(`/v1/cups/${cups[a]}/swap`, { with: cups[b] })))
      const accepted = answers.filter(({ status }) => status < 300)
      // Nothing but a full line is a reason to refuse.
      expect(answers.filter(({ status }) => status >= 300).map(({ body }) => body.code)).toEqual(
        Array(answers.length - accepted.length).fill('RESOURCE_BUSY'),
      )
      await Promise.all(accepted.map(({ body }) => kernel.tasks.wait(body.id, 20_000)))
      expect(running).toBe(accepted.length)
      expect(
        await kernel.store.database.query('select resource from claim union all select resource from waiting'),
      ).toEqual([])
    }),
    { numRuns: 6, endOnFailure: true },
  )
  expect(overlaps).toBe(0)
  const tasks = await kernel.store.all<{ state: string; cause: unknown }>('task', {})
  expect(tasks.filter(({ state }) => state !== 'succeeded')).toEqual([])
})
