import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { Row } from '../database.ts'
import { askTexts } from '../texts.ts'
import { evaluate } from './evaluator.ts'
import { createLists, type Lists } from './lists.ts'
import { createPace } from './pace.ts'
import { parseQuery } from './parser.ts'
import { createSharing } from './sharing.ts'
import { callers, depotDatabase, depotRows, insertRows, resources } from './test/depot.fixture.ts'
import { type Question, shapeOf } from './together.ts'
import { isSameWay, type Plan } from './ways.ts'

let lists: Lists
let depot: Awaited<ReturnType<typeof depotDatabase>>
const rows = depotRows()
const crates = rows.crate ?? []
const ids = crates.map(({ id }) => String(id))

beforeAll(async () => {
  depot = await depotDatabase()
  for (const resource of resources) await insertRows(depot.database, resource, rows[resource.kind] ?? [])
  lists = createLists(depot.database, resources)
})
afterAll(() => depot.close())

/** Shared statements that connections ended with. */
const sharedOnes = (): Promise<Row[]> =>
  depot.database.query(
    `select query from pg_stat_activity where query like '%with ordinality as asked%' and pid <> pg_backend_pid()`,
  )

type Who = keyof typeof callers

test('[core.query] lists that share a statement are what each is alone, whoever asks beside', async () => {
  const asked = (['operator', 'ada', 'bob'] as const).flatMap((who) =>
    ids.flatMap((id) => [
      { who, q: `parent = ${id}`, sort: 'name', limit: 1 },
      {
        who,
        q: `parent = ${id} or parent.parent = ${id} and not state = old`,
        sort: '-marks.env,weightBytes',
        limit: 50,
      },
      { who, q: `id = ${id} and slips.name ~ 'a'`, sort: '-createdAt', limit: 50 },
    ]),
  )
  const ask = ({ who, ...request }: (typeof asked)[number]): Promise<string> =>
    lists.page('crate', callers[who as Who], request)
  const alone: string[] = []
  for (const each of asked) alone.push(await ask(each))
  // What is asked for again is looked into, and shared from then on.
  for (let round = 0; round < 4; round++) expect(await Promise.all(asked.map(ask))).toEqual(alone)
  expect(await sharedOnes()).not.toEqual([])
  for (const [index, { who, q, limit }] of asked.entries()) {
    const expected = evaluate({ resources, rows, viewer: callers[who], nowMs: Date.now() }, 'crate', parseQuery(q))
    const { items } = JSON.parse(alone[index] ?? '') as { items: Row[] }
    expect(items).toHaveLength(Math.min(limit, expected.length))
    for (const { id } of items) expect(expected).toContain(id)
  }
})

test('[core.query] only what differs in ids alone is of one shape: never two who may see different things', () => {
  const question = (account: string, state: string, id: string): Question => ({
    text: 'select * from crate where account = $1 and state = $2::text and parent = $3::uuid limit $4',
    values: [account, state, id, 21],
    ids: [3],
  })
  const shape = shapeOf(question('ada', 'new', 'x'))
  expect(shapeOf(question('ada', 'new', 'y'))).toBe(shape)
  for (const other of [question('bob', 'new', 'x'), question('ada', 'old', 'x')]) expect(shapeOf(other)).not.toBe(shape)
})

const isOdd = ({ version }: Row): boolean => version === 2
const [odd, even] = [crates.filter(isOdd), crates.filter((crate) => !isOdd(crate))].map((some) =>
  some.map(({ id }) => String(id)),
) as [string[], string[]]
const nameOf = (id: string): unknown => crates.find((crate) => crate.id === id)?.name

/**
 * Sharing on a connection of its own, when it is known of all crates that they can be asked for together.
 * @param text that shows the name of the crate whose id is `$1`
 */
async function sharing(text: string) {
  const pool = new pg.Pool({ connectionString: depot.url, statement_timeout: 1_000, max: 1 })
  const others = new pg.Pool({ connectionString: depot.url })
  onTestFinished(async () => void (await Promise.all([pool.end(), others.end()])))
  const [pace, alone] = [createPace(), new Set<string>()]
  pace.took(text, 1)
  const ask = createSharing(pool, pace, (question) => {
    alone.add(String(question.values[0]))
    return askTexts(others, question.text, [...question.values])
  })
  const name = async (id: string): Promise<unknown> => (await ask({ text, values: [id], ids: [1] })).rows[0]?.[0]
  for (let round = 0; round < 2; round++) for (const id of [...odd, ...even]) await name(id).catch(() => {})
  await vi.waitFor(async () => {
    alone.clear()
    await Promise.all(even.map(name))
    expect(alone.size).toBe(0)
  })
  return { name, alone }
}

test('[core.query] of lists that share a statement each gets its own answer, and one that fails fails alone', async () => {
  const { name, alone } = await sharing(
    'select name, 1 / (version - 2) from crate where id = $1::uuid order by name limit 5',
  )
  expect(await Promise.all(even.map(name))).toEqual(even.map(nameOf))
  expect(alone.size).toBe(0)
  const ends = await Promise.allSettled(ids.map(name))
  expect(alone).toEqual(new Set(ids))
  for (const [index, end] of ends.entries()) {
    const id = ids[index] as string
    if (odd.includes(id)) expect(end).toMatchObject({ status: 'rejected', reason: { code: '22012' } })
    else expect(end).toEqual({ status: 'fulfilled', value: nameOf(id) })
  }
})

test('[core.query] of lists that share a statement none waits for one that takes long', async () => {
  const { name, alone } = await sharing(
    'select name from crate where id = $1::uuid and (version <> 2 or pg_advisory_xact_lock_shared(2) is not null) order by name limit 5',
  )
  const holder = new pg.Client({ connectionString: depot.url })
  await holder.connect()
  await holder.query('select pg_advisory_lock(2)')
  const slow = odd.slice(0, 3).map(name)
  expect(await Promise.all(even.map(name))).toEqual(even.map(nameOf))
  // It was tried together, and given up.
  expect(alone).toContain(even[0])
  await holder.end()
  expect(await Promise.all(slow)).toEqual(odd.slice(0, 3).map(nameOf))
})

test('[core.query] only those go together for which PostgreSQL would do the same alone', async () => {
  const ways = new pg.Pool({ connectionString: depot.url, max: 1 })
  onTestFinished(() => ways.end())
  const id = (number: number): string => `70000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  // Most bags are of the first owner, five are of each other.
  await ways.query(`create temporary table bag as select i as id, i as number,
    ('70000000-0000-4000-8000-' || lpad((case when i % 20 = 0 then i / 100 else 0 end)::text, 12, '0'))::uuid as owner
    from generate_series(1, 20000) as i`)
  await ways.query('create index on bag (number); create index on bag (owner)')
  await ways.query('analyze bag')
  const explain = async (text: string, values: readonly unknown[]): Promise<Plan> =>
    (await ways.query(`explain (format json) ${text}`, [...values])).rows[0]['QUERY PLAN'][0].Plan
  const question = (owner: number): Question => ({
    text: 'select id from bag where owner = $1::uuid order by number desc limit $2',
    values: [id(owner), 20],
    ids: [1],
  })
  const same = await Promise.all([0, 5, 10].map((owner) => isSameWay(explain, question(owner))))
  // Of the frequent one there are enough among the first numbers; those of the others are found and sorted.
  expect(same).toEqual([false, true, true])
})
