import fc from 'fast-check'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase, type Row } from '../database.ts'
import { Problem } from '../problem.ts'
import { ordered } from './evaluator.ts'
import { createLists, type ListRequest, type Lists, type Page } from './lists.ts'
import { callers, depotDatabase, depotRows, insertRows, resources } from './test/depot.fixture.ts'

let lists: Lists
let depot: Awaited<ReturnType<typeof depotDatabase>>
const rows = depotRows()
const everyCrate = rows.crate ?? []
/** Those outside the recycle bin. */
const crates = everyCrate.filter(({ recycledAt }) => recycledAt === null)

beforeAll(async () => {
  depot = await depotDatabase()
  for (const resource of resources) await insertRows(depot.database, resource, rows[resource.kind] ?? [])
  lists = createLists(depot.database, resources)
})
afterAll(() => depot.close())

const list = (request: ListRequest, who: keyof typeof callers = 'operator', kind = 'crate'): Promise<Page> =>
  lists.list(kind, callers[who], request)

/** Every page after the other, by cursor. */
async function pages(request: ListRequest, who: keyof typeof callers = 'operator'): Promise<Row[]> {
  const all: Row[] = []
  let { cursor } = request
  do {
    const page = await list({ ...request, cursor }, who)
    expect(page.items.length).toBeLessThanOrEqual(request.limit ?? 100)
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return all
}

async function problemOf(request: ListRequest, who: keyof typeof callers = 'operator') {
  const error: unknown = await list(request, who).catch((cause: unknown) => cause)
  if (!(error instanceof Problem)) throw new Error(`${JSON.stringify(request)} was accepted`)
  return { status: error.status, ...error.errors?.[0] }
}

const SORTABLE = [
  'name',
  'state',
  'public',
  'weightBytes',
  'label',
  'address',
  'seenAt',
  'version',
  'rack',
  'createdAt',
  'site.code',
  'rack.site.name',
  'parent.weightBytes',
  'marks',
  'marks.env',
  'marks.size',
  'marks.a.b/c',
  'marks.nobody has it',
  'parent.marks',
  'parent.marks.env',
]

test('[core.query] [core.tags] pages of any sort, with ties and empty values, are what the obvious evaluator says, each row once', async () => {
  const sort = fc
    .array(fc.tuple(fc.constantFrom(...SORTABLE), fc.boolean()), { minLength: 1, maxLength: 3 })
    .map((keys) => keys.map(([key, descending]) => `${descending ? '-' : ''}${key}`).join(','))
  await fc.assert(
    fc.asyncProperty(
      sort,
      fc.integer({ min: 1, max: 15 }),
      fc.constantFrom('operator' as const, 'ada' as const),
      async (by, limit, who) => {
        fc.pre(who === 'operator' || !by.includes('rack'))
        const whole = (await list({ sort: by, limit: 1000 }, who)).items.map(({ id }) => id)
        expect(whole).toEqual(ordered({ resources, rows, viewer: callers[who], nowMs: Date.now() }, 'crate', by))
        expect((await pages({ sort: by, limit, fields: 'id' }, who)).map(({ id }) => id)).toEqual(whole)
        const [first, second] = [
          await list({ sort: by, limit }, who),
          await list({ sort: by, limit, offset: limit }, who),
        ]
        expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(whole.slice(0, 2 * limit))
      },
    ),
    { numRuns: 300 },
  )
})

test('[core.query] empty values come last ascending and first descending; addresses are ordered as numbers', async () => {
  const up = (await list({ sort: 'address', limit: 1000 })).items.map(({ address }) => address)
  expect(up.at(-1)).toBeNull()
  const known = up.filter((address) => address !== null)
  expect(known.indexOf('10.0.0.2')).toBeLessThan(known.indexOf('10.0.0.10'))
  expect(known[0]).toBe('9.255.255.255')
  const down = (await list({ sort: '-address', limit: 1000 })).items.map(({ address }) => address)
  expect(down).toEqual([...up].reverse())
})

test('[core.query] [core.tags] a list is ordered by what its items of a key say; what has none comes last, or first descending', async () => {
  const envOf = (row: Row): string | null => {
    const names = (row.marks as { name: string }[]).map(({ name }) => name)
    const values = names.flatMap((name) => /^env(?:[:=] *(.*))?$/.exec(name)?.slice(1) ?? []).map((text) => text ?? '')
    return values.sort()[0] ?? null
  }
  const values = (await pages({ sort: 'marks.env', limit: 7 })).map(envOf)
  const some = values.filter((value) => value !== null)
  expect(new Set(some)).toEqual(new Set(['', 'lab', 'prod', 'test']))
  expect(values).toEqual([...some.sort(), ...values.filter((value) => value === null)])
  expect((await pages({ sort: '-marks.env', limit: 7 })).map(envOf)).toEqual([...values].reverse())
})

test('[core.query] a cursor goes on where it was, though rows come and go', async () => {
  const first = await list({ sort: 'name', limit: 10 })
  const last = first.items.at(-1) as Row
  const template = crates.find(({ id }) => id === last.id) as Row
  const added = [
    { ...template, id: 'a0000000-0000-4000-8000-000000000001', name: ' ' },
    { ...template, id: 'a0000000-0000-4000-8000-000000000002', name: '😀😀' },
  ]
  await insertRows(depot.database, resources[2] as (typeof resources)[number], added)
  await depot.database.query('delete from crate where id = $1', [last.id])
  try {
    const rest = await pages({ sort: 'name', limit: 10, cursor: first.next })
    const seen = [...first.items, ...rest].map(({ id }) => id)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(crates.length + 1)
    expect(seen.at(-1)).toBe(added[1]?.id)
  } finally {
    await depot.database.query('delete from crate where id = any($1::uuid[])', [added.map(({ id }) => id)])
    await insertRows(depot.database, resources[2] as (typeof resources)[number], [template])
  }
})

test('[core.query] cursors are of one order, and cannot be made to do anything else', async () => {
  const { next = '' } = await list({ sort: 'name', limit: 3 })
  expect(await problemOf({ sort: '-name', cursor: next })).toMatchObject({ field: 'cursor' })
  expect(await problemOf({ cursor: next })).toMatchObject({ field: 'cursor' })
  expect(await problemOf({ sort: 'name', cursor: next, offset: 3 })).toMatchObject({ field: 'offset' })
  const forge = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  const id = crates[0]?.id
  for (const cursor of [
    'x',
    '',
    forge(),
    forge('name,id', { a: 1 }, id),
    forge('name,id', 'a\0', id),
    forge('name,id', 'a', 'x'),
    forge('name,id', 'a', "'; drop table crate"),
    forge('name,id', 'a'),
    Buffer.from('{"length":3}').toString('base64url'),
  ])
    expect(await problemOf({ sort: 'name', cursor })).toMatchObject({ status: 400, field: 'cursor' })
  for (const value of ['x', 5, true, '9999-99-99T00:00:00.000Z'])
    expect(await problemOf({ cursor: forge('-createdAt,-id', value, id) })).toMatchObject({ field: 'cursor' })
  expect((await list({ sort: 'name', cursor: forge('name,id', 'zzzz', id) })).items.length).toBeGreaterThan(0)
})

test('[core.query] fields are what was asked for, also along references; what one cannot see is empty', async () => {
  const { items } = await list({
    fields: 'name, rack.site.code,cause.code,extra.maker,tags,rack',
    sort: 'id',
    limit: 1000,
  })
  expect(items).toHaveLength(crates.length)
  for (const [index, row] of items.entries()) {
    const crate = crates[index] as Row
    const rack = rows.rack?.find(({ id }) => id === crate.rack)
    expect(row).toEqual({
      name: crate.name,
      'rack.site.code': rows.site?.find(({ id }) => id === rack?.site)?.code ?? null,
      'cause.code': (crate.cause as Row | null)?.code ?? null,
      'extra.maker': (crate.extra as Row | null)?.maker ?? null,
      tags: crate.tags,
      rack: crate.rack ?? null,
    })
  }
  const mine = await list({ fields: 'id,parent,parent.name', sort: 'id', limit: 1000 }, 'ada')
  const { account } = callers.ada
  const visible = (row: Row | undefined): boolean =>
    row !== undefined && (row.account === account || row.public === true)
  for (const row of mine.items) {
    const parent = everyCrate.find(({ id }) => id === row.parent)
    expect(row['parent.name']).toBe(visible(parent) ? parent?.name : null)
  }
  expect(mine.items.some((row) => row.parent !== null && row['parent.name'] === null)).toBe(true)
  expect(await problemOf({ fields: 'id,rack.name' }, 'ada')).toMatchObject({
    field: 'fields',
    message: expect.stringContaining('at character 4: crates have no field or relation "rack"'),
  })
  expect(await problemOf({ fields: 'slips.amount' })).toMatchObject({
    field: 'fields',
    message: expect.stringContaining('leads to several'),
  })
  expect(await problemOf({ fields: 'key' })).toMatchObject({ field: 'fields' })
  expect(await problemOf({ fields: '' })).toMatchObject({ field: 'fields' })
  expect(await problemOf({ sort: 'tags' })).toMatchObject({ field: 'sort' })
  expect(await problemOf({ sort: 'key' })).toMatchObject({ field: 'sort' })
  expect(await problemOf({ sort: 'parts' })).toMatchObject({ field: 'sort' })
  for (const lacking of ['name,marks.', 'name,marks.a\0b'])
    expect(await problemOf({ sort: lacking })).toMatchObject({
      field: 'sort',
      message: expect.stringContaining('at character 12: "marks." lacks a key'),
    })
  expect(await problemOf({ sort: 'name,name,name,name,name,name' })).toMatchObject({ field: 'sort' })
})

test('[core.query] [core.recyclebin] what lies in the recycle bin is in no list but its own, and nothing that refers', async () => {
  const binned = everyCrate.filter(({ recycledAt }) => recycledAt !== null)
  const { items, count } = await list({ recycled: true, count: true, q: 'name is not null', limit: 1000 })
  expect(items.map(({ id }) => id).sort()).toEqual(binned.map(({ id }) => id).sort())
  expect(count).toBe(binned.length)
  const one = binned.find(({ site }) => site !== null)
  expect((await list({ q: `crates.id = ${one?.id}` }, 'operator', 'site')).items).toEqual([])
})

test('[core.query] the count is that of all pages', async () => {
  const q = 'state != new'
  const { count, items } = await list({ q, count: true, limit: 2 })
  expect(count).toBe(crates.filter(({ state }) => state !== 'new').length)
  expect(items).toHaveLength(2)
  expect(await list({ count: true }, 'ada', 'rack')).toEqual({ items: [], count: 0 })
})

test('[core.query] simple filters are terms of the same language, and name their parameter', async () => {
  const { items } = await list({ where: { state: 'new', 'site.code': 'alpha' }, q: 'weightBytes is null', limit: 1000 })
  const expected = crates.filter(
    (crate) =>
      crate.state === 'new' &&
      crate.weightBytes === null &&
      rows.site?.find(({ id }) => id === crate.site)?.code === 'alpha',
  )
  expect(items).toHaveLength(expected.length)
  expect(await problemOf({ where: { stat: 'new' } })).toMatchObject({
    field: 'stat',
    message: 'crates have no field or relation "stat"; did you mean "state"?',
  })
  expect(await problemOf({ where: { weightBytes: 'x' } })).toMatchObject({ field: 'weightBytes' })
})

test('[core.query] groups with counts, sums, extremes and means, sorted and paged', async () => {
  const request = {
    groupBy: 'state,site.code',
    sum: 'weightBytes,version',
    min: 'seenAt',
    max: 'weightBytes',
    avg: 'version',
  }
  const { groups } = await lists.groups('crate', callers.operator, { ...request, q: 'public = false', limit: 1000 })
  const codeOf = (crate: Row) => rows.site?.find(({ id }) => id === crate.site)?.code ?? null
  const some = crates.filter((crate) => crate.public === false)
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(some.length)
  for (const { keys, count, sum, min, max, avg } of groups) {
    const members = some.filter((crate) => crate.state === keys.state && codeOf(crate) === keys['site.code'])
    const numbers = (field: string): number[] =>
      members.flatMap((crate) => (crate[field] === null ? [] : [Number(crate[field])]))
    const total = (values: number[]): number | null => (values.length === 0 ? null : values.reduce((a, b) => a + b))
    expect(count).toBe(members.length)
    expect(sum).toEqual({ weightBytes: total(numbers('weightBytes')), version: total(numbers('version')) })
    expect(max?.weightBytes).toBe(numbers('weightBytes').length === 0 ? null : Math.max(...numbers('weightBytes')))
    expect(avg?.version).toBeCloseTo((total(numbers('version')) ?? 0) / members.length)
    const seen = members.map((crate) => crate.seenAt).filter((at) => at !== null)
    expect(min?.seenAt).toBe(seen.length === 0 ? null : seen.sort()[0])
  }
  const sorted = await lists.groups('crate', callers.operator, { groupBy: 'state', sort: '-count', limit: 2 })
  expect(sorted.groups[0]?.count).toBeGreaterThanOrEqual(sorted.groups[1]?.count ?? 0)
  const rest = await lists.groups('crate', callers.operator, {
    groupBy: 'state',
    sort: '-count',
    limit: 2,
    cursor: sorted.next,
  })
  expect(new Set([...sorted.groups, ...rest.groups].map(({ keys }) => keys.state))).toEqual(
    new Set(['new', 'old', 'broken']),
  )
  const mine = await lists.groups('crate', callers.ada, { groupBy: 'account' })
  expect(mine.groups.reduce((sum, { count }) => sum + count, 0)).toBe((await list({ limit: 1000 }, 'ada')).items.length)
  for (const bad of [
    { groupBy: 'tags' },
    { groupBy: 'marks' },
    { groupBy: 'rack' },
    { groupBy: 'state', sum: 'label' },
    { groupBy: 'state', sum: 'key' },
    { groupBy: 'state', sort: 'name' },
  ])
    await expect(lists.groups('crate', callers.ada, bad)).rejects.toBeInstanceOf(Problem)
})

test('[core.query] a query that takes too long ends, and says what to do', async () => {
  const hasty = openDatabase(depot.url, { adHocTimeoutMs: 50 })
  onTestFinished(() => hasty.close())
  await expect(hasty.adHoc('select pg_sleep(60)')).rejects.toMatchObject({ status: 400, code: 'QUERY_TOO_SLOW' })
  expect(await hasty.adHoc('select 1 as one')).toEqual([{ one: 1 }])
})

test('[core.query] of queries that share a connection each gets its own answer, and one that fails fails alone', async () => {
  const divide = (by: number): Promise<Row[]> => depot.database.adHoc('select 100 / $1::bigint as n', [by])
  // From now on it is known to be quick.
  expect(await divide(1)).toEqual([{ n: 100 }])
  const divisors = Array.from({ length: 200 }, (_, index) => index % 20)
  const ends = await Promise.allSettled(divisors.map(divide))
  for (const [index, end] of ends.entries()) {
    const by = divisors[index] ?? 0
    if (by === 0) expect(end).toMatchObject({ status: 'rejected', reason: { code: '22012' } })
    else expect(end).toEqual({ status: 'fulfilled', value: [{ n: Math.trunc(100 / by) }] })
  }
})

test('[core.query] queries go on while slow ones take their time, and all are told when the database goes', async () => {
  const database = openDatabase(depot.url)
  const quick = (): Promise<Row[]> => database.adHoc('select 1 as one')
  await quick()
  const slow = Array.from({ length: 3 }, () => database.adHoc('select pg_sleep(60)'))
  const cut = Promise.allSettled(slow)
  expect(await Promise.all(Array.from({ length: 50 }, quick))).toHaveLength(50)
  const sleeping = `from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'`
  await vi.waitFor(async () => expect(await depot.database.query(`select pid ${sleeping}`)).toHaveLength(3))
  await depot.database.query(`select pg_terminate_backend(pid) ${sleeping}`)
  for (const end of await cut)
    expect(end).toMatchObject({ status: 'rejected', reason: { code: 'DATABASE_UNAVAILABLE' } })
  expect(await quick()).toEqual([{ one: 1 }])
  await database.close()
})
