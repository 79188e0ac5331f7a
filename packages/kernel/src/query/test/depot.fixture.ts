/** A few kinds with every type of field and relation, rows of them, and a database that holds them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScratchDatabase, startPostgres } from '@basalt/postgres'
import { columnsOf, defineResource, f, type Resource, tableDdl, tableName } from '@basalt/resource'
import { type Caller, PLATFORM } from '../../caller.ts'
import { type Database, openDatabase, type Row } from '../../database.ts'

const site = defineResource('site', {
  doc: 'Where racks are.',
  ownership: 'platform',
  locality: 'global',
  audience: 'tenant',
  fields: { code: f.text(), note: f.text({ audience: 'operator', optional: true }) },
  actions: {},
  columns: ['name'],
  taggable: false,
})

const rack = defineResource('rack', {
  doc: 'Holds crates; tenants do not know of it.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: { site: f.ref('site'), units: f.integer({ optional: true }), open: f.boolean() },
  actions: {},
  columns: ['name'],
  taggable: false,
})

const crate = defineResource('crate', {
  doc: 'Something owned.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    public: f.boolean(),
    rack: f.ref('rack', { optional: true, audience: 'operator' }),
    site: f.ref('site', { optional: true }),
    parent: f.ref('crate', { optional: true }),
    weightBytes: f.bytes({ optional: true }),
    label: f.text({ optional: true }),
    key: f.text({ secret: true, optional: true }),
    address: f.ipv4({ optional: true }),
    addresses: f.list(f.ipv4(), { optional: true }),
    tags: f.list(f.text()),
    parts: f.list(f.object({ size: f.integer(), colour: f.text({ optional: true }) })),
    marks: f.list(f.object({ name: f.text(), weight: f.integer() }), { matchedBy: 'name' }),
    extra: f.object({}, { optional: true }),
    anything: f.json({ optional: true }),
    seenAt: f.timestamp({ optional: true }),
    state: f.state(['new', 'old', 'broken', 'recycled']),
  },
  actions: { delete: { doc: 'Throw it away.' } },
  recycle: { from: ['old'], to: 'old', retentionHours: 1 },
  offeredBy: 'public',
  indexed: ['state', 'addresses'],
  columns: ['name', 'state'],
  taggable: false,
})

const slip = defineResource('slip', {
  doc: 'A note about crates.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    crate: f.ref('crate', { optional: true }),
    backup: f.ref('crate', { optional: true }),
    amount: f.integer({ optional: true }),
    hidden: f.text({ audience: 'operator', optional: true }),
  },
  actions: {},
  columns: ['name'],
  taggable: false,
})

export const resources: readonly Resource[] = [site, rack, crate, slip]

const id = (kind: number, number: number): string => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
export const ADA = id(9, 1)
export const BOB = id(9, 2)
export const callers: Record<'operator' | 'ada' | 'bob', Caller> = {
  operator: PLATFORM,
  ada: { user: ADA, account: ADA, operator: false },
  bob: { user: BOB, account: BOB, operator: false },
}

/** The time of the newest rows. */
export const NOW_MS = Math.floor(Date.now() / 1000) * 1000
const DAY_MS = 86_400_000

const TEXTS = [
  'alpha',
  'Alpha',
  'beta-1',
  'beta-2',
  'GAMMA',
  'a%b',
  'a_b',
  'a*b',
  "it's",
  'back\\slash',
  'Ünï',
  '',
  ' ',
  '😀x',
  'null',
  'and',
]
/** Names with keys and without; `env` alone, and what only begins like it. */
const MARKS = [
  'env:prod',
  'env=test',
  'env',
  'env: lab',
  'environment',
  'size:2',
  'size:10',
  'a.b/c=1',
  'Ünï',
  '😀x',
  "it's",
]
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.10', '10.0.1.1', '9.255.255.255', '192.168.1.1']

/** Numbers that come out the same each time. */
function dice(seed: number) {
  let state = seed
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <T>(values: readonly T[]): T => values[next(values.length)] as T
  const maybe = <T>(value: () => T): T | null => (next(3) === 0 ? null : value())
  return { next, pick, maybe }
}

/** Rows of each kind, with ties, empty values, and references that lead to nothing or to somebody else's. */
export function depotRows(seed = 7): Record<string, Row[]> {
  const { next, pick, maybe } = dice(seed)
  const ref = (kind: number, count: number) => () => id(kind, next(count + 1))
  const ago = (): string => new Date(NOW_MS - next(40) * (DAY_MS / 4)).toISOString()
  const common = (kind: number, number: number): Row => ({
    id: id(kind, number),
    name: pick(TEXTS),
    description: pick(TEXTS),
    createdAt: ago(),
    updatedAt: ago(),
    version: next(4),
    cause: maybe(() => ({ code: pick(['TORN', 'WET']), message: pick(TEXTS) })),
  })
  const account = (): string => pick([ADA, ADA, BOB])
  const many = (count: number, row: (number: number) => Row): Row[] => Array.from({ length: count }, (_, n) => row(n))
  const list = <T>(item: () => T): T[] => Array.from({ length: next(4) }, item)
  return {
    site: many(5, (n) => ({ ...common(1, n), code: pick(TEXTS), note: maybe(() => pick(TEXTS)) })),
    rack: many(8, (n) => ({ ...common(2, n), site: ref(1, 5)(), units: maybe(() => next(5)), open: next(2) === 0 })),
    crate: many(40, (n) => ({
      ...common(3, n),
      account: account(),
      public: next(5) === 0,
      rack: maybe(ref(2, 8)),
      site: maybe(ref(1, 5)),
      parent: maybe(ref(3, 40)),
      weightBytes: maybe(() => next(4) * 2 ** 30),
      label: maybe(() => pick(TEXTS)),
      key: maybe(() => pick(TEXTS)),
      address: maybe(() => pick(ADDRESSES)),
      addresses: maybe(() => list(() => pick(ADDRESSES))),
      tags: list(() => pick(TEXTS)),
      parts: list(() => ({ size: next(4), colour: maybe(() => pick(['red', 'Blue'])) })),
      marks: list(() => ({ name: pick(MARKS), weight: next(3) })),
      anything: maybe(() => pick<unknown>([5, 'alpha', true, '5'])),
      extra: maybe(() => ({ maker: pick(TEXTS) })),
      seenAt: maybe(ago),
      state: pick(['new', 'old', 'broken']),
      recycledAt: next(7) === 0 ? ago() : null,
    })),
    slip: many(40, (n) => ({
      ...common(4, n),
      account: account(),
      crate: maybe(ref(3, 40)),
      backup: maybe(ref(3, 40)),
      amount: maybe(() => next(6) - 2),
      hidden: maybe(() => pick(TEXTS)),
    })),
  }
}

export async function insertRows(database: Database, resource: Resource, rows: readonly Row[]): Promise<void> {
  const columns = columnsOf(resource)
  const data = rows.map((row) => Object.fromEntries(columns.map(({ field, name }) => [name, row[field] ?? null])))
  const table = tableName(resource)
  await database.query(`insert into "${table}" select * from jsonb_populate_recordset(null::"${table}", $1::jsonb)`, [
    JSON.stringify(data),
  ])
}

/** A database with the tables of the depot. */
export async function depotDatabase(): Promise<{ database: Database; url: string; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'query-'))
  const server = await startPostgres({ dataDir: join(directory, 'data'), settings: { fsync: 'off' } })
  const scratch = await createScratchDatabase(server.url)
  const database = openDatabase(scratch.url)
  const ddl = resources.map(tableDdl).join('\n').replaceAll('timestamptz', 'timestamptz(3)')
  await database.script(`create extension if not exists pg_trgm;\n${ddl}`)
  return {
    database,
    url: scratch.url,
    async close() {
      await database.close()
      await scratch.drop()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
