/** A durable create that counts against quotas beside one that does not: one account, the same fields, the same node. */
import {
  createKernel,
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
import { freePort, scratchDatabase } from '@basalt/testkit'
import { asker, rate } from './api.ts'
import type { Measure } from './bench.ts'
import { median, rounded } from './statistics.ts'

const ROUNDS = 7
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
  const scratch = await scratchDatabase()
  const database = openDatabase(scratch.url)
  const kinds = quotaKinds([counted])
  const plain = { name: 'things', slices: [account, zone, free, counted].map((resource) => implement(resource)) }
  const resources = [...resourcesOf([plain]), kinds.quotaLimit, kinds.quota]
  await migrate(database, [{ name: '0001-initial', sql: schemaDdl(resources) }])
  const store = createStore(database, resources)
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
      await scratch.drop()
    },
  }
}

export async function bench(): Promise<Measure[]> {
  const { url, close } = await openKernel()
  const post = (path: string) =>
    asker(url + path, { token: 'any', method: 'POST', body: () => JSON.stringify({ name: 'x', sizeBytes: 1 }) })
  try {
    const [ours, yardstick] = [post('/v1/counteds'), post('/v1/frees')]
    const rates: { ours: number; yardstick: number }[] = []
    for (let round = 0; round < ROUNDS; round++)
      rates.push({ yardstick: await rate(yardstick), ours: await rate(ours) })
    const mine = median(rates.map((each) => each.ours))
    const theirs = median(rates.map((each) => each.yardstick))
    return [
      {
        measure: 'durable POST within quotas, one account',
        unit: 'requests/s',
        ours: rounded(mine),
        yardstick: rounded(theirs),
        beside: 'the same POST of a kind without quotas',
        reach: '85 % of the yardstick',
        reached: mine >= theirs * 0.85,
      },
    ]
  } finally {
    await close()
  }
}
