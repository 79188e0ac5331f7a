/** The rule of visibility is written twice, in SQL and in code: for any rights both say the same of every row. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScratchDatabase, startPostgres } from '@basalt/postgres'
import { defineResource, f } from '@basalt/resource'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { type Database, openDatabase } from '../database.ts'
import { schemaDdl } from '../schema.ts'
import { mayRead, visibleSql } from '../visibility.ts'
import { accessIn } from './acting.ts'
import { isOperator } from './grants.ts'
import type { Grant, Scope, Statement } from './statement.ts'
import { surroundingsSql } from './surroundings.ts'

const uuid = (kind: number, number: number): string => `0000000${number}-000${kind}-4000-8000-000000000000`
const zones = [1, 2].map((number) => uuid(1, number))
const domains = [1, 2, 3].map((number) => uuid(2, number))
const accounts = [1, 2, 3].map((number) => uuid(3, number))
const users = [1, 2].map((number) => uuid(4, number))
const things = Array.from({ length: 9 }, (_, number) => uuid(5, number))

/** The second domain is below the first; each has an account. */
const paths = [`/${domains[0]}/`, `/${domains[0]}/${domains[1]}/`, `/${domains[2]}/`]

const plain = { locality: 'global', fields: {}, actions: {}, columns: [] } as const
const domain = defineResource('domain', {
  ...plain,
  doc: 'A domain.',
  ownership: 'platform',
  audience: 'domain',
  scope: 'domain',
  fields: { path: f.text() },
})
const account = defineResource('account', {
  ...plain,
  doc: 'An account.',
  ownership: 'account',
  audience: 'tenant',
  fields: { domain: f.ref('domain'), state: f.state(['active']) },
})
const zone = defineResource('zone', {
  ...plain,
  doc: 'A zone.',
  ownership: 'platform',
  audience: 'tenant',
  scope: 'zone',
})
const machine = defineResource('machine', {
  ...plain,
  doc: 'Of the platform.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
})
const thing = defineResource('thing', {
  ...plain,
  doc: 'Of an account.',
  ownership: 'account',
  locality: 'zone',
  audience: 'tenant',
  fields: { user: f.uuid(), open: f.boolean() },
  offeredBy: 'open',
  shareable: true,
  personal: { field: 'user', actions: ['read'] },
})
const share = defineResource('share', {
  ...plain,
  doc: 'A share.',
  ownership: 'account',
  audience: 'tenant',
  fields: {
    resource: f.uuid(),
    grantee: f.text(),
    toAccount: f.uuid({ optional: true }),
    toDomain: f.uuid({ optional: true }),
  },
})
const resources = [domain, account, zone, machine, thing, share]

let database: Database
const cleanups: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'visibility-'))
  const server = await startPostgres({ dataDir: join(directory, 'data') })
  const scratch = await createScratchDatabase(server.url)
  database = openDatabase(scratch.url)
  cleanups.push(
    () => database.close(),
    () => scratch.drop(),
    () => server.stop(),
    () => rm(directory, { recursive: true, force: true }),
  )
  await database.script('create table task (id uuid primary key, epoch bigint, node text, finished_at timestamptz)')
  await database.script(schemaDdl(resources))
  const insert = (table: string, row: Record<string, unknown>) => {
    const names = Object.keys(row)
    return database.query(
      `insert into "${table}" (name, description, ${names.map((name) => `"${name}"`).join(', ')}) values ('n', '', ${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    )
  }
  for (const id of zones) await insert('zone', { id })
  for (const [index, id] of domains.entries()) await insert('domain', { id, path: paths[index] })
  for (const [index, id] of accounts.entries())
    await insert('account', { id, account: id, domain: domains[index], state: 'active' })
  for (const [index, id] of zones.entries()) await insert('machine', { id: things[index], zone: id })
  for (const [index, id] of things.entries())
    await insert('thing', {
      id,
      account: accounts[index % 3],
      zone: zones[index % 2],
      user: users[index % 2],
      open: index === 8,
    })
  const shared = {
    account: accounts[0],
    id: uuid(6, 1),
    resource: things[0],
    grantee: 'account',
    to_account: accounts[1],
  }
  await insert('share', shared)
  await insert('share', {
    ...shared,
    id: uuid(6, 2),
    resource: things[3],
    grantee: 'domain',
    to_account: null,
    to_domain: domains[0],
  })
  await insert('share', { ...shared, id: uuid(6, 3), resource: things[6], grantee: 'all', to_account: null })
})
afterAll(async () => {
  for (const cleanup of cleanups) await cleanup()
})

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 })
const statement: fc.Arbitrary<Statement> = fc.record({
  effect: fc.constantFrom('allow', 'allow', 'deny'),
  actions: fc.array(
    fc.constantFrom('*', '*.read', 'thing.*', 'machine.read', 'zone.read', 'domain.read', 'account.*'),
    {
      minLength: 1,
      maxLength: 2,
    },
  ),
  resources: optional(fc.subarray([...things, ...accounts], { minLength: 1 })),
  zones: optional(fc.subarray(zones, { minLength: 1 })),
  mine: optional(fc.boolean()),
})
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant<Scope>({ kind: 'platform' }),
  fc.constantFrom(...zones).map((id): Scope => ({ kind: 'zone', zone: id })),
  fc.nat(2).map((index): Scope => ({ kind: 'domain', domain: domains[index] as string, path: paths[index] as string })),
  fc.constantFrom(...accounts).map((id): Scope => ({ kind: 'account', account: id })),
)
const grants: fc.Arbitrary<Grant[]> = fc.array(
  fc.record({
    binding: fc.constant(null),
    role: fc.constant({ id: null, name: 'some' }),
    scope,
    statements: fc.array(statement, { minLength: 1, maxLength: 2 }),
  }),
  { maxLength: 4 },
)

test('[iam.isolation] [core.events] lists and events show the same rows, whatever the rights', async () => {
  await fc.assert(
    fc.asyncProperty(grants, fc.nat(2), fc.constantFrom(...users), fc.boolean(), async (given, at, user, areFew) => {
      const own = accounts[at] as string
      const access = accessIn(given, { id: own, path: paths[at] as string }, { small: areFew ? paths : [] })
      const caller: Caller = { user, account: own, operator: isOperator(access.grants), access }
      for (const resource of [domain, account, zone, machine, thing]) {
        const values: unknown[] = []
        const bySql = await database.query<{ id: string }>(
          `select id from "${resource.kind}" t where ${visibleSql(resource, caller, values, 't')} order by id`,
          values,
        )
        const parameters: unknown[] = []
        const owner = resource.ownership === 'account' ? 'account' : 'null::uuid as account'
        const all = await database.query<{
          id: string
          account: string | null
          data: Record<string, unknown>
          path: string | null
          shared: boolean | null
        }>(
          `select event.*, ${surroundingsSql(caller, ['thing'], parameters)} from (select id, id as resource, '${resource.kind}' as kind, ${owner}, to_jsonb(r) as data from "${resource.kind}" r) event order by id`,
          parameters,
        )
        const byCode = all.filter((row) => mayRead(resource, row.account, row.data, caller, row))
        expect([resource.kind, byCode.map(({ id }) => id)]).toEqual([resource.kind, bySql.map(({ id }) => id)])
      }
    }),
    { numRuns: 150 },
  )
})
