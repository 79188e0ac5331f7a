import type { Resource } from '@basalt/resource'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Row } from '../database.ts'
import { evaluate } from './evaluator.ts'
import { createLists, type Lists } from './lists.ts'
import { parseQuery } from './parser.ts'
import { callers, depotDatabase, depotRows, insertRows, resources } from './test/depot.fixture.ts'
import { queryArbitrary } from './test/random-queries.fixture.ts'

let lists: Lists
let depot: Awaited<ReturnType<typeof depotDatabase>>
const rows = depotRows()

beforeAll(async () => {
  depot = await depotDatabase()
  for (const resource of resources) await insertRows(depot.database, resource, rows[resource.kind] ?? [])
  lists = createLists(depot.database, resources)
})
afterAll(() => depot.close())

const RUNS = Number(process.env.QUERY_RUNS ?? 10_000)

/** Who asks for what. Tenants know no racks. */
const asked = (['operator', 'ada', 'bob'] as const).flatMap((who) =>
  resources
    .filter(({ audience }) => who === 'operator' || audience === 'tenant')
    .map((resource: Resource) => ({ who, kind: resource.kind })),
)

const question = fc.oneof(
  ...asked.map(({ who, kind }) =>
    queryArbitrary({ resources, rows, operator: who === 'operator' }, kind).map((q) => ({ who, kind, q })),
  ),
)

test(`[core.query] ${RUNS} random filters: PostgreSQL and the obvious evaluator agree, for operators and tenants`, {
  timeout: 600_000,
}, async () => {
  let found = 0
  await fc.assert(
    fc.asyncProperty(question, async ({ who, kind, q }) => {
      const viewer = callers[who]
      const { items } = await lists.list<Row>(kind, viewer, { q, fields: 'id', sort: 'id', limit: 1000 })
      const expected = evaluate({ resources, rows, viewer, nowMs: Date.now() }, kind, parseQuery(q)).sort()
      found += items.length > 0 && items.length < expected.length + 1 ? 1 : 0
      expect(items.map(({ id }) => id)).toEqual(expected)
    }),
    { numRuns: RUNS },
  )
  // Most questions have answers, else agreement would prove little.
  expect(found).toBeGreaterThan(RUNS / 3)
})
