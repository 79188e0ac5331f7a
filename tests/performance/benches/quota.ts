/** A durable create that counts against quotas beside one that does not: one account, the same fields, the same node. */
import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createKernel,
  createSealer,
  createStore,
  implement,
  migrate,
  openDatabase,
  quotaKinds,
  quotaModule,
  resourcesOf,
  schemaDdl,
} from '@basalt/kernel'
import { defineResource, f } from '@basalt/resource'
import { freePort } from '@basalt/testkit'
import { startServer } from '../bed/postgres.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { flawless, type HttpLoad, startLoad } from '../load/load.ts'

const rounds = parameter('BENCH_ROUNDS', 7, 'rounds of both, in turns')
const roundMs = parameter('BENCH_ROUND_MS', 1_500, 'how long each round takes')

const CALLERS = 32
const ACCOUNT = '00000001-0000-4000-8000-000000000000'

const common = { doc: 'For this measure.', locality: 'global', audience: 'tenant', columns: ['name'] } as const
const account = defineResource('account', { ...common, ownership: 'account', fields: {}, actions: {} })
const zone = defineResource('zone', { ...common, ownership: 'platform', fields: {}, actions: {} })
const things = {
  ...common,
  ownership: 'account',
  fields: { sizeBytes: f.bytes() },
  actions: { create: { doc: 'Make one.', input: ['name', 'sizeBytes'] } },
} as const
const free = defineResource('free', things)
const counted = defineResource('counted', { ...things, quota: { things: 1, thingBytes: 'sizeBytes' } })

async function openKernel(): Promise<{ url: string; close(): Promise<void> }> {
  const server = await startServer(await mkdtemp(join(tmpdir(), 'quota-')))
  const database = openDatabase(server.url)
  const kinds = quotaKinds([counted])
  const plain = { name: 'things', slices: [account, zone, free, counted].map((resource) => implement(resource)) }
  const resources = [...resourcesOf([plain]), kinds.quotaLimit, kinds.quota]
  await migrate(database, [{ name: '0001-initial', sql: schemaDdl(resources) }])
  const store = createStore(database, resources, createSealer(randomBytes(32)))
  const caller = { user: ACCOUNT, account: ACCOUNT, operator: false }
  const kernel = createKernel({
    store,
    modules: [plain, quotaModule({ store, kinds })],
    node: 'one',
    authenticate: async () => ({ caller, current: async () => caller }),
    log: { info() {}, error: console.error },
  })
  const limits = ['things', 'thingBytes'].map((metric, index) => ({
    op: 'insert' as const,
    kind: 'quotaLimit',
    row: {
      id: `0000000${index}-0000-4000-8000-000000000001`,
      name: metric,
      description: '',
      metric,
      maximum: 1e15,
      key: metric,
    },
  }))
  await store.commit(limits)
  const port = await freePort()
  await kernel.app.listen({ host: '127.0.0.1', port })
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await kernel.stop()
      await database.close()
      await server.stop()
    },
  }
}

async function measure(url: string, report: Report): Promise<void> {
  const load = startLoad()
  const headers = { authorization: 'Bearer any' }
  const post = (path: string): HttpLoad => ({
    kind: 'http',
    url,
    asked: [{ method: 'POST', path, headers, body: '{"name":"x","sizeBytes":1}' }],
  })
  const pace = { callers: CALLERS, durationMs: roundMs.value }
  const [ours, yardstick]: [number[], number[]] = [[], []]
  try {
    for (const path of ['/v1/frees', '/v1/counteds']) await flawless(load, post(path), pace)
    for (let round = 0; round < rounds.value; round++) {
      yardstick.push((await flawless(load, post('/v1/frees'), pace)).perSecond)
      ours.push((await flawless(load, post('/v1/counteds'), pace)).perSecond)
    }
  } finally {
    await load.close()
  }
  report.tell({
    measure: 'durable POST within quotas, one account',
    unit: 'requests/s',
    better: 'more',
    ours,
    yardstick,
    beside: 'the same POST of a kind without quotas',
    reach: '85 % of the yardstick',
    keeps: (mine, theirs) => mine >= theirs * 0.85,
  })
}

export const bench: Bench = {
  about: 'a durable create that counts against quotas, beside one that does not',
  parameters: { rounds, roundMs },
  limitMinutes: 4,
  async run(report) {
    const { url, close } = await openKernel()
    try {
      await measure(url, report)
    } finally {
      await close()
    }
  },
}
