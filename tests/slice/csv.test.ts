/** Lists as CSV, and creates from a CSV file: the same rules as everywhere, a result for each line. */
import { type CloudEnvironment, cloud, type Who } from '@basalt/testkit'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Line {
  line: number
  id?: string
  status: number
  task?: { state: string }
  resource?: Record<string, unknown>
  problem?: { code: string; errors?: { field: string; column?: string; message: string; remedy: string }[] }
}

interface Report {
  status: number
  items: Line[]
  counts: { total: number; accepted: number; refused: number }
  ignored: string[]
}

let env: CloudEnvironment

beforeAll(async () => {
  env = await cloud({ nodes: 2, hosts: 1 })
})
afterAll(() => env.close())

const CSV = { accept: 'text/csv' }
const exported = async (who: Who, path: string) => env.call(who, 'GET', path, undefined, CSV)
const rowsOf = (text: unknown): Record<string, string>[] => parse(String(text), { columns: true })
const send = (
  who: Who,
  path: string,
  csv: string | Buffer,
  headers: Record<string, string> = {},
  node = env.nodes[0],
) => env.call(who, 'POST', path, Buffer.from(csv), { 'content-type': 'text/csv', ...headers }, node)

async function report(
  who: Who,
  kind: string,
  csv: string | Buffer,
  headers: Record<string, string> = {},
  node = env.nodes[0],
): Promise<Report> {
  const answer = await send(who, `/v1/${kind}/import`, csv, headers, node)
  return { status: answer.status, ...(answer.body as unknown as Omit<Report, 'status'>) }
}

const problems = ({ items }: Report) => items.map(({ problem }) => problem?.errors?.[0]?.column ?? problem?.code)

test('[core.csv] a list is told as CSV with the same filter, order, fields and eyes', async () => {
  for (const name of ['b', '=1+1', 'c', 'a'])
    await env.ok('ada', 'POST', '/v1/groups', { name, description: `of "${name}"` })
  await env.ok('bob', 'POST', '/v1/groups', { name: 'bobs' })
  const all = await exported('ada', '/v1/groups?sort=name')
  expect(all.status).toBe(200)
  expect(all.headers['content-type']).toContain('text/csv')
  expect(all.headers['content-disposition']).toBe('attachment; filename="groups.csv"')
  expect(all.headers.vary).toBe('accept')
  expect(rowsOf(all.body.text).map(({ name }) => name)).toEqual(["'=1+1", 'a', 'b', 'c'])
  const shown = (await env.items('ada', '/v1/groups'))[0] as object
  expect(Object.keys(rowsOf(all.body.text)[0] as object).sort()).toEqual(Object.keys(shown).sort())
  const some = await exported('ada', '/v1/groups?q=name in (a, b)&sort=-name&fields=name,description,account.name')
  expect(some.body.text).toBe('name,description,account.name\r\nb,"of ""b""",ada\r\na,"of ""a""",ada\r\n')
  expect((await exported('ada', '/v1/groups?name=nobody&fields=id')).body.text).toBe('id\r\n')
  expect(rowsOf((await exported('ada', '/v1/groups?limit=2')).body.text)).toHaveLength(2)
  for (const path of [
    '/v1/groups?q=nonsense=1',
    '/v1/groups?groupBy=name',
    '/v1/groups?limit=0',
    '/v1/groups?fields=x',
  ]) {
    const { status, body } = await exported('ada', path)
    expect([path, status, body.code]).toEqual([path, 400, 'INVALID_INPUT'])
  }
})

test('[core.csv] tenants get no column that only operators see', async () => {
  const columns = async (who: Who) =>
    String((await exported(who, '/v1/networks')).body.text)
      .split('\r\n')[0]
      ?.split(',')
  expect(await columns('operator')).toContain('fabric')
  expect(await columns('ada')).not.toContain('fabric')
})

test('[core.csv] a list of any length comes page after page', async () => {
  const { database } = env.controlPlane().store
  const [ada] = await env.items('ada', '/v1/accounts')
  await database.query(
    `insert into "group" (id, name, description, account) select gen_random_uuid(), 'many-' || n, '', $1 from generate_series(1, 2300) n`,
    [ada?.id],
  )
  const rows = rowsOf((await exported('ada', "/v1/groups?q=name ~ 'many-'&fields=name")).body.text)
  expect(new Set(rows.map(({ name }) => name)).size).toBe(2_300)
  expect(rowsOf((await exported('ada', "/v1/groups?q=name ~ 'many-'&limit=1200&sort=name")).body.text)).toHaveLength(
    1_200,
  )
  await database.query(`delete from "group" where name like 'many-%'`)
})

test('[core.csv] every kind has its list as CSV, and a template that its import takes', async () => {
  const kinds = (await env.call('operator', 'GET', '/v1/kinds')).body.items as {
    path: string
    imports: boolean
    kind: string
  }[]
  for (const { path, imports } of kinds) {
    expect([path, (await exported('operator', path)).status]).toEqual([path, 200])
    const template = await env.call('operator', 'GET', `${path}/csv-template`)
    if (!imports) {
      expect([path, template.status]).toEqual([path, 404])
      continue
    }
    expect([path, template.status]).toEqual([path, 200])
    // Nothing to make, but every column is known.
    const { status, body } = await send('operator', `${path}/import`, String(template.body.text))
    expect([path, status, body.code, body.detail]).toEqual([
      ...[path, 400, 'INVALID_CSV', 'There is no line below the header. Nothing was made.'],
    ])
  }
  expect(kinds.filter(({ imports }) => imports).length).toBeGreaterThan(15)
})

test('[core.csv] each line is a create of its own, with a report by line; names stand for ids', async () => {
  const { image, offering } = env.furniture
  const [zone] = await env.items('ada', '/v1/zones')
  const [network] = await env.items('ada', '/v1/networks')
  const csv = [
    'name,zone,offering,image,networks,rootSizeBytes',
    '# names or ids,,,,,',
    `csv-1,${zone?.name},${offering},${image},${network?.name},`,
    `csv-2,${zone?.name},nothing,${image},${network?.name},`,
    `csv-3,${zone?.id},${offering},${image},"[{""network"":""${network?.id}""}]",1TB`,
    `csv-4,${zone?.id},${offering},${image},${network?.id},huge`,
    `csv-5,${zone?.id},${offering},${image},${crypto.randomUUID()},`,
  ].join('\n')
  const answer = await report('ada', 'vms', csv, { prefer: 'wait=60' })
  expect([answer.status, answer.counts]).toEqual([207, { total: 5, accepted: 2, refused: 3 }])
  expect(answer.items.map(({ line, status }) => [line, status])).toEqual([
    ...[
      [3, 200],
      [4, 400],
      [5, 200],
      [6, 400],
      [7, 400],
    ],
  ])
  expect(problems(answer)).toEqual([undefined, 'offering', undefined, 'rootSizeBytes', 'networks'])
  expect(answer.items[0]?.task?.state).toBe('succeeded')
  expect((await env.call('ada', 'GET', `/v1/vms/${answer.items[0]?.id}`)).body).toMatchObject({ name: 'csv-1' })
})

test('[core.csv] a rehearsal checks every line and makes nothing', async () => {
  const before = await env.snapshot()
  const csv = 'name,cidr,zone\nok,10.7.0.0/24,zone\nbad,10.7.0.1/24,zone\n,10.8.0.0/24,zone\n'
  const [zone] = await env.items('ada', '/v1/zones')
  const answer = await send(
    'ada',
    '/v1/networks/import?dryRun=true',
    csv.replaceAll('zone\n', `${zone?.name}\n`).replace(`cidr,${zone?.name}`, 'cidr,zone'),
  )
  const body = answer.body as unknown as Report
  expect(body.items.map(({ line, status, problem }) => [line, status, problem?.errors?.[0]?.column])).toEqual([
    ...[
      [2, 200, undefined],
      [3, 400, 'cidr'],
      [4, 400, 'name'],
    ],
  ])
  expect(await env.snapshot()).toEqual(before)
})

test('[core.csv] a rehearsal tells of values that are taken, by what is there and by lines before', async () => {
  await env.ok('ada', 'POST', '/v1/tags', { name: 'taken' })
  const answer = await send('ada', '/v1/tags/import?dryRun=true', 'name\ntaken\nfree\nfree\nother\n')
  const { items, counts } = answer.body as unknown as Report
  expect(items.map(({ problem }) => problem?.code)).toEqual(['ALREADY_EXISTS', undefined, 'ALREADY_EXISTS', undefined])
  expect(counts).toEqual({ total: 4, accepted: 2, refused: 2 })
})

test('[core.csv] what was exported can be imported, with every odd name, for several kinds', async () => {
  const odd = ['=cmd()', "'=x", '@home', '-1', '#1', 'a;b', 'quote "x"', ' leading', 'ünïcode 🙂', 'x,y']
  for (const name of odd) await env.ok('ada', 'POST', '/v1/tags', { name, colour: 'red', description: `${name}\n` })
  await env.ok('ada', 'POST', '/v1/roles', {
    name: 'starter',
    statements: [{ effect: 'allow', actions: ['vm.start'] }],
  })
  for (const [kind, fields] of [
    ['tags', ['name', 'colour', 'description']],
    ['roles', ['name', 'description', 'statements']],
  ] as const) {
    const mine = (await env.call('ada', 'GET', '/v1/me')).body.account
    const csv = String((await exported('ada', `/v1/${kind}?account=${mine}`)).body.text)
    const answer = await report('bob', kind, csv)
    expect([kind, answer.counts.refused, answer.items.map(({ problem }) => problem).filter(Boolean)]).toEqual([
      kind,
      0,
      [],
    ])
    expect(answer.ignored).toContain('id')
    const of = async (who: Who) => {
      const { account } = (await env.call(who, 'GET', '/v1/me')).body
      const rows = await env.items(who, `/v1/${kind}?sort=name&account=${account}`)
      return rows.map((row) => fields.map((field) => row[field]))
    }
    expect(await of('bob')).toEqual(await of('ada'))
  }
})

test('[core.csv] [core.idempotency] repeated under its key, on another node too, it makes each once', async () => {
  const csv = 'name\nonce-1\nonce-1\nonce-2\n'
  const headers = { 'idempotency-key': 'import-once' }
  const before = await report('ada', 'tags', csv, headers)
  expect(before.counts).toEqual({ total: 3, accepted: 2, refused: 1 })
  expect(before.items.map(({ problem }) => problem?.code).filter(Boolean)).toEqual(['ALREADY_EXISTS'])
  const after = await report('ada', 'tags', csv, headers, env.nodes[1])
  expect(after).toEqual(before)
  expect(await env.items('ada', "/v1/tags?q=name ~ 'once-'")).toHaveLength(2)
  expect((await send('ada', '/v1/tags/import', 'name\nother\n', headers)).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
})

test('[core.csv] what a create shows once is in its line, once', async () => {
  const headers = { 'idempotency-key': 'keys' }
  const csv = 'name\nkey-1\nkey-2\n'
  const first = await report('ada', 'access-keys', csv, headers)
  const secrets = first.items.map(({ resource }) => resource?.secret as string)
  expect(new Set(secrets).size).toBe(2)
  for (const secret of secrets) expect(secret).toMatch(/^\S{20,}$/)
  const again = await report('ada', 'access-keys', csv, headers)
  expect(again.items.map(({ problem }) => problem?.code)).toEqual(['SHOWN_BEFORE', 'SHOWN_BEFORE'])
  const kept = await env.controlPlane().store.database.query('select * from batch')
  for (const secret of secrets) expect(JSON.stringify(kept)).not.toContain(secret)
})

test('[core.csv] rights and quotas count for each line; names of others are as good as none', async () => {
  const denied = await report('ada', 'zones', 'name\nmine\n')
  expect(problems(denied)).toEqual(['FORBIDDEN'])
  const { network, zone, offering, image } = env.furniture
  const [lan] = await env.items('ada', `/v1/networks?id=${network}`)
  const line = (name: unknown) => `name,zone,offering,image,networks\nx,${zone},${offering},${image},${name}\n`
  const [foreign, none] = [await report('bob', 'vms', line(lan?.name)), await report('bob', 'vms', line('no-such'))]
  expect(foreign).toEqual(none)
  expect(problems(foreign)).toEqual(['networks'])
  const [quota] = await env.items('ada', '/v1/quotas?metric=vms')
  await env.ok('operator', 'POST', `/v1/quotas/${quota?.id}/set-limit`, { maximum: (quota?.used as number) + 1 })
  const two = `name,zone,offering,image,networks\n${['q1', 'q2'].map((name) => `${name},${zone},${offering},${image},${network}`).join('\n')}`
  const answer = await report('ada', 'vms', two, { prefer: 'wait=60' })
  expect(answer.items.map(({ problem }) => problem?.code).sort()).toEqual(['QUOTA_EXCEEDED', undefined])
  await env.ok('operator', 'POST', `/v1/quotas/${quota?.id}/use-default`)
})

test('[core.csv] more users than passwords can wait to be hashed are made all the same', async () => {
  const { account } = (await env.call('ada', 'GET', '/v1/me')).body
  const lines = Array.from(
    { length: 80 },
    (_, index) => `user ${index},csv-user-${index},a-good-password-${index},${account}`,
  )
  const answer = await report('operator', 'users', `name,username,password,inAccount\n${lines.join('\n')}\n`)
  expect(answer.counts).toEqual({ total: 80, accepted: 80, refused: 0 })
  expect(JSON.stringify(answer)).not.toContain('a-good-password')
}, 120_000)

test('[core.csv] hostile and broken files are refused as a whole, with the line and the remedy', async () => {
  const many = `name\n${Array.from({ length: 1_001 }, (_, index) => `n${index}`).join('\n')}`
  const cases: [string | Buffer, number, string][] = [
    ['', 400, 'INVALID_CSV'],
    ['\n\n', 400, 'INVALID_CSV'],
    ['name', 400, 'INVALID_CSV'],
    ['name\n"x\n', 400, 'INVALID_CSV'],
    ['name,name\nx,y\n', 400, 'INVALID_INPUT'],
    ['naem\nx\n', 400, 'INVALID_INPUT'],
    ['colour\nred\n', 400, 'INVALID_INPUT'],
    ['__proto__,name\nx,y\n', 400, 'INVALID_INPUT'],
    ['name,constructor\nx,y\n', 400, 'INVALID_INPUT'],
    [Buffer.from([0xff, 0xfe, 0x6e, 0x00]), 400, 'INVALID_CSV'],
    ['name\nx\0y\n', 400, 'INVALID_CSV'],
    [many, 422, 'TOO_MANY_ITEMS'],
    ['x'.repeat(2 ** 20 + 1), 413, 'BODY_TOO_LARGE'],
  ]
  const before = (await env.items('ada', '/v1/tags?count=true')).length
  for (const [csv, status, code] of cases) {
    const answer = await send('ada', '/v1/tags/import', csv)
    expect([String(csv).slice(0, 30), answer.status, answer.body.code]).toEqual([
      String(csv).slice(0, 30),
      status,
      code,
    ])
    expect(answer.body.remedy).toMatch(/\w/)
  }
  const json = await env.call('ada', 'POST', '/v1/tags/import', { name: 'x' })
  expect([json.status, json.body.code, json.body.remedy]).toEqual([
    ...[415, 'UNSUPPORTED_MEDIA_TYPE', 'Send "Content-Type: text/csv".'],
  ])
  expect((await env.items('ada', '/v1/tags?count=true')).length).toBe(before)
})
