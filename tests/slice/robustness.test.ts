import type { Kind, KindField } from '@basalt/resource'
import { type CloudEnvironment, cloud, type Who } from '@basalt/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
let actions: { method: 'POST' | 'PATCH' | 'DELETE'; path: string; input: KindField[] }[]
let lists: { path: string; fields: string[] }[]
const existing = new Map<string, string>()

beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  await env.createVm()
  const kinds = (await env.call('operator', 'GET', '/v1/kinds')).body.items as Kind[]
  actions = kinds.flatMap((kind) => kind.actions)
  lists = kinds.map(({ path, fields }) => ({ path, fields: fields.map(({ name }) => name) }))
  for (const kind of kinds) {
    const [row] = (await env.call('ada', 'GET', kind.path)).body.items as { id: string }[]
    if (row && kind.kind !== 'session' && kind.kind !== 'user') existing.set(kind.path, row.id)
  }
})
afterAll(() => env.close())

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    '\u0000',
    '\ud800',
    'a\u0000b',
    '\u202e',
    "'; drop table vm; --",
    -1,
    0,
    1.5,
    1e308,
    2 ** 53,
    -0,
    [],
    {},
    true,
    [[]],
    { __proto__: null, constructor: 1 },
    'x'.repeat(70_000),
    '10.0.0.0/33',
    '0.0.0.0/8',
    '255.255.255.255',
    crypto.randomUUID(),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** What the field takes. */
function fittingArbitrary(field: KindField): fc.Arbitrary<unknown> {
  if (field.values) return fc.constantFrom<unknown>(...field.values)
  if (field.type === 'list' && field.items) return fc.array(fittingArbitrary(field.items), { maxLength: 3 })
  if (field.type === 'object') return recordOf(field.fields ?? [])
  const byType: Partial<Record<KindField['type'], fc.Arbitrary<unknown>>> = {
    boolean: fc.boolean(),
    integer: fc.integer({ min: field.minimum ?? 0, max: field.maximum ?? 2 ** 40 }),
    bytes: fc.integer({ min: field.minimum ?? 0, max: field.maximum ?? 2 ** 50 }),
    cidr: fc.constantFrom('10.1.0.0/24', '192.168.0.0/30'),
    ipv4: fc.ipV4(),
    url: fc.constant('http://127.0.0.1:1/x'),
    path: fc.constant('/nonexistent/store'),
    ref: fc.constantFrom(...existing.values(), crypto.randomUUID()),
  }
  return byType[field.type] ?? fc.stringMatching(/^[a-z]{12,20}$/)
}

const recordOf = (fields: KindField[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(fields.map((field) => [field.name, fittingArbitrary(field)])))

/** Right in all fields but for one, or with one too many or too few: so that it comes far. */
function brokenInput(fields: KindField[]): fc.Arbitrary<unknown> {
  const names = [...fields.map(({ name }) => name), 'surplus']
  return fc
    .tuple(recordOf(fields), fc.constantFrom(...names), fc.oneof(odd, fc.constant(undefined)))
    .map(([input, name, value]) => ({ ...input, [name]: value }))
}

function expectSane(what: string, { status, body }: { status: number; body: Record<string, unknown> }): void {
  const text = JSON.stringify(body)
  expect([what, status, text.slice(0, 300), status < 500 || status === 503]).toEqual([
    what,
    status,
    text.slice(0, 300),
    true,
  ])
  expect(text).not.toMatch(/\bat [^"]*\.(ts|js):\d+|node_modules|syntax error|relation "/)
  if (status >= 400) expect(body).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) })
}

test('[api.rest] no broken request to any action makes the platform fail', async () => {
  const request = fc.constantFrom(...actions).chain((action) =>
    fc.record({
      who: fc.constantFrom<Who>('ada', 'bob', 'operator'),
      method: fc.constant(action.method),
      path: fc
        .constantFrom(
          existing.get(action.path.split('/{id}')[0] ?? '') ?? crypto.randomUUID(),
          crypto.randomUUID(),
          'x',
          '%00',
          '..',
        )
        .map((id) => action.path.replace('{id}', id)),
      body: fc.oneof({ weight: 8, arbitrary: brokenInput(action.input) }, odd),
      headers: fc.constantFrom<Record<string, string>>(
        {},
        { 'if-match': 'x' },
        { 'if-match': '"1"' },
        { 'idempotency-key': 'k' },
        { prefer: 'wait=9999999' },
        { prefer: 'wait=-1' },
      ),
    }),
  )
  await fc.assert(
    fc.asyncProperty(request, async ({ who, method, path, body, headers }) => {
      const wait = path.endsWith('/vms') || path.endsWith('/images') ? { ...headers, prefer: 'wait=0' } : headers
      expectSane(
        `${who} ${method} ${path} ${JSON.stringify(body)}`,
        await env.call(who, method, path, body, {
          ...wait,
          ...(wait.prefer === 'wait=9999999' ? { prefer: 'wait=1' } : {}),
        }),
      )
    }),
    { numRuns: 300 },
  )
})

/** Everything that lists take besides fields, and what they do not. */
const PARAMETERS = ['limit', 'cursor', 'offset', 'q', 'sort', 'fields', 'count', 'groupBy', 'sum', 'min', 'zzz']

test('[api.rest] no broken list, filter or cursor makes the platform fail', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '\u0000',
      '1',
      '-1',
      '',
      'null',
      'true',
      crypto.randomUUID(),
      '9'.repeat(25),
      '2026-01-01T00:00:00Z',
      'name',
      '-createdAt,id',
      'zone.name',
      "name ~ 'a' or not state = running",
      'account.users(name = x',
    ),
    fc.string({ maxLength: 60 }).map((cursor) => Buffer.from(cursor).toString('base64url')),
    fc
      .constantFrom('1 ------------------------------------', `2020 ${crypto.randomUUID()}`)
      .map((cursor) => Buffer.from(cursor).toString('base64url')),
  )
  const request = fc.constantFrom(...lists).chain(({ path, fields }) =>
    fc.record({
      who: fc.constantFrom<Who>('ada', 'operator'),
      path: fc.constant(path),
      query: fc.array(fc.tuple(fc.constantFrom(...PARAMETERS, ...fields), text), { maxLength: 3 }),
    }),
  )
  const encoded = (value: string): string => encodeURIComponent(value.replace(/\p{Cs}/gu, '?'))
  await fc.assert(
    fc.asyncProperty(request, async ({ who, path, query }) => {
      const search = query.map(([field, value]) => `${field}=${encoded(value)}`).join('&')
      expectSane(`${path}?${search}`, await env.call(who, 'GET', `${path}?${search}`))
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['NUL in a filter', 'GET', '/v1/vms?name=%00', {}],
  ['a filter given twice', 'GET', '/v1/vms?name=a&name=b', {}],
  ['a cursor that is no time', 'GET', `/v1/vms?cursor=${Buffer.from(`1 ${'-'.repeat(36)}`).toString('base64url')}`, {}],
  ['event kinds given twice', 'GET', '/v1/events?kind=vm&kind=task', {}],
  ['NUL in the event kinds', 'GET', '/v1/events?kind=%00', {}],
  ['an event cursor out of range', 'GET', '/v1/events', { 'last-event-id': '99999999999999999999-1' }],
  ['an event cursor that is none', 'GET', '/v1/events', { 'last-event-id': 'x' }],
] as const)('[api.rest] %s is refused with the field at fault', async (_, method, path, headers) => {
  const { status, body } = await env.call('ada', method, path, undefined, headers)
  expect([status, body.code]).toEqual([400, 'INVALID_INPUT'])
})

test('[api.rest] bodies that are no JSON, too deep or too large are refused', async () => {
  const { zone } = env.furniture
  const body = { name: 'n', zone, cidr: '10.3.0.0/24' }
  const surrogate = await env.call('ada', 'POST', '/v1/networks', { ...body, description: 'half a pair: \ud800' })
  expect([surrogate.status, surrogate.body.errors]).toMatchObject([400, [{ field: 'description' }]])
  const large = await env.call('ada', 'POST', '/v1/networks', { ...body, description: 'x'.repeat(1_100_000) })
  expect([large.status, large.body.code]).toEqual([413, 'BODY_TOO_LARGE'])
  let deep: unknown = 1
  for (let level = 0; level < 1_000; level++) deep = [deep]
  const nested = await env.call('ada', 'POST', '/v1/networks', { name: deep }, { 'idempotency-key': 'deep' })
  expect(nested.status).toBe(400)
})

test('[core.bulk] [core.csv] no broken bulk request and no broken file makes the platform fail', async () => {
  const kinds = (await env.call('operator', 'GET', '/v1/kinds')).body.items as Kind[]
  const action = fc.constantFrom(
    ...kinds.flatMap(({ path, actions }) => actions.map(({ name, input }) => ({ path, name, input }))),
  )
  const who = fc.constantFrom<Who>('ada', 'bob', 'operator')
  const id = fc.oneof(fc.constantFrom(...existing.values()), fc.uuid(), odd)
  const request = action.chain(({ path, name, input }) =>
    fc.record({
      who,
      path: fc.constant(`${path}/bulk`),
      body: fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record(
            {
              action: fc.oneof({ weight: 8, arbitrary: fc.constant<unknown>(name) }, odd),
              // Nothing of what is there is really changed.
              dryRun: fc.oneof({ weight: 8, arbitrary: fc.constant<unknown>(true) }, fc.constant('x')),
              ids: fc.oneof(fc.array(id, { maxLength: 5 }), odd),
              q: odd,
              input: brokenInput(input),
              versions: fc.oneof(fc.dictionary(fc.uuid(), odd), odd),
            },
            { requiredKeys: ['action', 'dryRun'] },
          ),
        },
        odd,
      ),
    }),
  )
  await fc.assert(
    fc.asyncProperty(request, async ({ who: caller, path, body }) => {
      expectSane(`${caller} POST ${path} ${JSON.stringify(body)}`, await env.call(caller, 'POST', path, body))
    }),
    { numRuns: 150 },
  )
  const importable = fc.constantFrom(...kinds.filter(({ imports }) => imports))
  const file = importable.chain((kind) => {
    const names = kind.actions.find(({ name }) => name === 'create')?.input.map(({ name }) => name) ?? []
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(...existing.values(), '[]', '{}', '"', ';', '1e999'),
    )
    const rows = fc.array(fc.array(cell, { maxLength: names.length + 1 }), { maxLength: 4 })
    return rows.map((cells) => ({ path: kind.path, text: [names, ...cells].map((row) => row.join(',')).join('\n') }))
  })
  await fc.assert(
    fc.asyncProperty(who, file, async (caller, { path, text }) => {
      const type = { 'content-type': 'text/csv' }
      const answer = await env.call(caller, 'POST', `${path}/import?dryRun=true`, Buffer.from(text), type)
      expectSane(`${caller} POST ${path}/import ${JSON.stringify(text)}`, answer)
    }),
    { numRuns: 150 },
  )
})
