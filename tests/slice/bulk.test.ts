/** One request that acts on many resources: each by the rules of a request of its own, each with its own result. */
import { type CloudEnvironment, cloud, type Who } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Item {
  id: string
  status: number
  task?: { id: string; state: string; resource: string }
  resource?: Record<string, unknown>
  problem?: { code: string; status: number; detail: string; errors?: { field: string }[] }
}

interface BulkAnswer {
  status: number
  items: Item[]
  counts: { total: number; accepted: number; refused: number }
}

let env: CloudEnvironment
let sequence = 0

beforeAll(async () => {
  env = await cloud({ nodes: 2, hosts: 2 })
})
afterAll(() => env.close())

/** So many tags of ada's, which nothing else has to do with. */
async function makeTags(count: number, who: Who = 'ada'): Promise<{ ids: string[]; prefix: string }> {
  const prefix = `t${++sequence}-`
  const made = await Promise.all(
    Array.from({ length: count }, (_, index) => env.ok(who, 'POST', '/v1/tags', { name: `${prefix}${index}` })),
  )
  return { ids: made.map(({ id }) => id), prefix }
}

async function bulk(
  who: Who,
  kind: string,
  body: object,
  headers: Record<string, string> = {},
  node = env.nodes[0],
): Promise<BulkAnswer> {
  const answer = await env.call(who, 'POST', `/v1/${kind}/bulk`, body, headers, node)
  return { status: answer.status, ...(answer.body as unknown as Omit<BulkAnswer, 'status'>) }
}

const statuses = ({ items }: BulkAnswer): number[] => items.map(({ status }) => status)
const codes = ({ items }: BulkAnswer) => items.map(({ problem }) => problem?.code)
const tag = async (id: string) => (await env.call('ada', 'GET', `/v1/tags/${id}`)).body
const refusal = async (who: Who, kind: string, body: object) =>
  (await env.call(who, 'POST', `/v1/${kind}/bulk`, body)).body

test('[core.bulk] one request changes many, with a result for each in the order asked', async () => {
  const { ids } = await makeTags(5)
  const reversed = [...ids].reverse()
  const answer = await bulk('ada', 'tags', { action: 'update', ids: reversed, input: { colour: 'red' } })
  expect(answer.status).toBe(200)
  expect(answer.counts).toEqual({ total: 5, accepted: 5, refused: 0 })
  expect(answer.items.map(({ id }) => id)).toEqual(reversed)
  expect(answer.items.map(({ resource }) => [resource?.id, resource?.colour])).toEqual(
    reversed.map((id) => [id, 'red']),
  )
  expect(await tag(ids[0] as string)).toMatchObject({ colour: 'red', version: 2 })
})

test('[core.bulk] what is refused is told for its item and keeps nobody else from it; foreign ids are as good as none', async () => {
  const [{ ids }, foreign] = [await makeTags(2), await makeTags(1, 'bob')]
  const none = crypto.randomUUID()
  const asked = [ids[0], foreign.ids[0], none, 'no-id', ids[1]] as string[]
  const answer = await bulk('ada', 'tags', { action: 'delete', ids: asked })
  expect([answer.status, answer.counts]).toEqual([207, { total: 5, accepted: 2, refused: 3 }])
  expect(statuses(answer)).toEqual([204, 404, 404, 404, 204])
  const [, theirs, unknown] = answer.items
  expect(JSON.stringify(theirs).replaceAll(foreign.ids[0] as string, '')).toBe(
    JSON.stringify(unknown).replaceAll(none, ''),
  )
  expect((await env.call('bob', 'GET', `/v1/tags/${foreign.ids[0]}`)).status).toBe(200)
  expect((await env.call('ada', 'GET', `/v1/tags/${ids[0]}`)).status).toBe(404)
})

test('[core.bulk] rights count for each: what may be read and not changed is refused as it is alone', async () => {
  const { offering } = env.furniture
  const alone = await env.call('ada', 'DELETE', `/v1/offerings/${offering}`)
  const answer = await bulk('ada', 'offerings', { action: 'delete', ids: [offering] })
  expect(answer.items[0]?.problem).toEqual(alone.body)
  expect(statuses(answer)).toEqual([403])
})

test('[core.bulk] a filter selects, with the eyes of the caller, before the first is changed', async () => {
  const { ids, prefix } = await makeTags(3)
  await env.ok('bob', 'POST', '/v1/tags', { name: `${prefix}bob` })
  // What the first change brings about must not take others out of the selection.
  const q = `name ~ '${prefix}' and colour = grey`
  const answer = await bulk('ada', 'tags', { action: 'update', q, input: { colour: 'blue' } })
  expect(answer.items.map(({ id }) => id).sort()).toEqual([...ids].sort())
  expect(statuses(answer)).toEqual([200, 200, 200])
  expect((await bulk('ada', 'tags', { action: 'update', q, input: { colour: 'blue' } })).counts.total).toBe(0)
  expect(await refusal('ada', 'tags', { action: 'update', q: 'nonsense = 1' })).toMatchObject({ code: 'INVALID_INPUT' })
})

test('[core.bulk] long actions answer with a task each, or wait for their ends', async () => {
  const vms = await Promise.all(['a', 'b', 'c'].map((name) => env.createVm({ name })))
  const ids = vms.map(({ body }) => body.resource as string)
  const stopped = await bulk('ada', 'vms', { action: 'stop', ids, input: { timeoutMs: 5_000 } }, { prefer: 'wait=60' })
  expect(stopped.items.map(({ task, status }) => [status, task?.state, task?.resource])).toEqual(
    ids.map((id) => [200, 'succeeded', id]),
  )
  const again = await bulk('ada', 'vms', { action: 'stop', ids: [...ids] })
  expect(codes(again)).toEqual(ids.map(() => 'WRONG_STATE'))
  const started = await bulk('ada', 'vms', { action: 'start', q: 'state = stopped' }, { prefer: 'wait=60' })
  expect(started.counts).toEqual({ total: 3, accepted: 3, refused: 0 })
  const deleted = await bulk('ada', 'vms', { action: 'delete', ids }, { prefer: 'wait=60' })
  expect(deleted.items.map(({ task }) => task?.state)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  expect(await env.items('ada', '/v1/vms')).toEqual([])
})

test('[core.bulk] quotas are held to: as many are accepted as there is room for', async () => {
  const vms = await Promise.all(['q1', 'q2', 'q3'].map((name) => env.createVm({ name })))
  const ids = vms.map(({ body }) => body.resource as string)
  await bulk('ada', 'vms', { action: 'stop', ids }, { prefer: 'wait=60' })
  const [quota] = await env.items('ada', '/v1/quotas?metric=runningVms')
  await env.ok('operator', 'POST', `/v1/quotas/${quota?.id}/set-limit`, { maximum: 2 })
  const started = await bulk('ada', 'vms', { action: 'start', ids }, { prefer: 'wait=60' })
  expect(started.counts).toEqual({ total: 3, accepted: 2, refused: 1 })
  expect(codes(started).filter(Boolean)).toEqual(['QUOTA_EXCEEDED'])
  await env.ok('operator', 'POST', `/v1/quotas/${quota?.id}/use-default`)
  await bulk('ada', 'vms', { action: 'delete', ids }, { prefer: 'wait=60' })
})

test('[core.bulk] [core.idempotency] repeated under its key, on another node too, it acts once and is answered alike', async () => {
  const { ids, prefix } = await makeTags(3)
  const [first, second] = env.nodes
  const body = { action: 'delete', q: `name ~ '${prefix}'` }
  const headers = { 'idempotency-key': `bulk-${prefix}` }
  const before = await bulk('ada', 'tags', body, headers, first)
  expect(before.counts).toEqual({ total: 3, accepted: 3, refused: 0 })
  // By now the filter would select another one.
  const later = await env.ok('ada', 'POST', '/v1/tags', { name: `${prefix}later` })
  expect(await bulk('ada', 'tags', body, headers, second)).toEqual(before)
  expect((await env.call('ada', 'GET', `/v1/tags/${later.id}`)).status).toBe(200)
  const other = await env.call('ada', 'POST', '/v1/tags/bulk', { action: 'delete', ids }, headers, second)
  expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  const single = await env.call('ada', 'POST', '/v1/tags', { name: 'x' }, headers, second)
  expect([single.status, single.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
})

test('[core.bulk] [core.idempotency] a refusal is remembered too: repeated, it does not come true later', async () => {
  const { ids } = await makeTags(2)
  const headers = { 'idempotency-key': `refused-${ids[0]}` }
  const body = { action: 'update', ids, input: { colour: 'pink' }, versions: { [ids[0] as string]: 2 } }
  const before = await bulk('ada', 'tags', body, headers)
  expect(codes(before)).toEqual(['CHANGED_MEANWHILE', undefined])
  await env.ok('ada', 'PATCH', `/v1/tags/${ids[0]}`, { colour: 'cyan' })
  const after = await bulk('ada', 'tags', body, headers, env.nodes[1])
  expect(after).toEqual(before)
  expect(await tag(ids[0] as string)).toMatchObject({ colour: 'cyan', version: 2 })
})

test('[core.bulk] [core.idempotency] sent to both nodes at once under one key, each resource is changed once', async () => {
  const { ids } = await makeTags(40)
  const body = { action: 'update', ids, input: { colour: 'green' } }
  const headers = { 'idempotency-key': `both-${ids[0]}` }
  const answers = await Promise.all(env.nodes.map((node) => bulk('ada', 'tags', body, headers, node)))
  for (const answer of answers) expect(answer.counts).toEqual({ total: 40, accepted: 40, refused: 0 })
  const rows = await env.controlPlane().store.all<{ version: number; id: string }>('tag', { id: ids })
  expect(rows.map(({ version }) => version)).toEqual(ids.map(() => 2))
})

test('[core.bulk] a rehearsal tells what would be refused, and changes nothing', async () => {
  const { ids } = await makeTags(2)
  const asked = [...ids, crypto.randomUUID()]
  const versions = { [ids[1] as string]: 9 }
  const before = await env.snapshot()
  const body = { action: 'update', ids: asked, versions, input: { colour: 'red' }, dryRun: true }
  const rehearsed = await bulk('ada', 'tags', body, { 'idempotency-key': `dry-${ids[0]}` })
  expect(codes(rehearsed)).toEqual([undefined, 'CHANGED_MEANWHILE', 'NOT_FOUND'])
  expect(rehearsed.counts).toEqual({ total: 3, accepted: 1, refused: 2 })
  expect(await env.snapshot()).toEqual(before)
  const same = await bulk('ada', 'tags', { action: 'update', ids, input: { name: 'the-same' }, dryRun: true })
  expect(codes(same)).toEqual([undefined, 'ALREADY_EXISTS'])
  const wrong = await bulk('ada', 'tags', { action: 'update', ids, input: { colour: 'mauve' }, dryRun: true })
  expect(wrong.items[0]?.problem?.errors).toMatchObject([{ field: 'colour' }])
})

test('[core.bulk] what is asked wrongly is refused as a whole, with the field, the rule and the remedy', async () => {
  const { ids } = await makeTags(1)
  const [id] = ids
  const cases: [object, string][] = [
    [{ action: 'explode', ids }, 'action'],
    [{ ids }, 'action'],
    [{ action: 'create', ids }, 'action'],
    [{ action: 'delete' }, 'ids'],
    [{ action: 'delete', ids, q: 'name = x' }, 'ids'],
    [{ action: 'delete', ids: [] }, 'ids'],
    [{ action: 'delete', ids: [id, id] }, 'ids.1'],
    [{ action: 'delete', ids, versions: { [crypto.randomUUID()]: 1 } }, 'versions'],
    [{ action: 'delete', ids, versions: { [id as string]: 'x' } }, `versions.${id}`],
    [{ action: 'delete', ids, surplus: 1 }, 'surplus'],
    [{ action: 'delete', ids, recycled: true }, 'recycled'],
  ]
  for (const [body, field] of cases) {
    const answer = await env.call('ada', 'POST', '/v1/tags/bulk', body)
    expect([body, answer.status]).toEqual([body, 400])
    const errors = answer.body.errors as { field: string; message: string; remedy: string }[]
    expect([body, errors.map((error) => error.field)]).toEqual([body, [field]])
    expect(errors[0]?.remedy).toMatch(/\w+/)
  }
  expect((await tag(id as string)).version).toBe(1)
})

test('[core.bulk] one request is about so many at most, by a setting, and changes none when it is about more', async () => {
  const { ids, prefix } = await makeTags(3)
  await env.setSetting('bulk.items', 2)
  const many = { code: 'TOO_MANY_ITEMS', status: 422, count: 3, most: 2 }
  expect(await refusal('ada', 'tags', { action: 'delete', ids })).toMatchObject(many)
  expect(await refusal('ada', 'tags', { action: 'delete', q: `name ~ '${prefix}'` })).toMatchObject(many)
  await env.setSetting('bulk.items', 1_000)
  expect((await env.items('ada', `/v1/tags?q=name~'${prefix}'`)).length).toBe(3)
})

test('[core.bulk] [core.recyclebin] what lies in the recycle bin is selected there', async () => {
  await env.setSetting('recycleBin.vmRetentionHours', 24)
  const made = await Promise.all(['bin-1', 'bin-2'].map((name) => env.createVm({ name })))
  const ids = made.map(({ body }) => body.resource as string)
  const q = `name ~ 'bin-'`
  await bulk('ada', 'vms', { action: 'delete', q }, { prefer: 'wait=60' })
  expect((await bulk('ada', 'vms', { action: 'undelete', q })).counts.total).toBe(0)
  const back = await bulk('ada', 'vms', { action: 'undelete', q, recycled: true }, { prefer: 'wait=60' })
  expect(back.items.map(({ id }) => id).sort()).toEqual([...ids].sort())
  expect(back.counts.refused).toBe(0)
  await env.setSetting('recycleBin.vmRetentionHours', 0)
})

test('[core.bulk] a bulk request counts as so many requests as it has items', async () => {
  const { ids } = await makeTags(30, 'bob')
  await env.setSetting('identity.requestsPerSecond', 10)
  const answer = await bulk('bob', 'tags', { action: 'update', ids, input: { colour: 'red' } })
  expect(answer).toMatchObject({ counts: { accepted: 30 } })
  const next = await env.call('bob', 'GET', '/v1/tags')
  expect([next.status, next.body.code]).toEqual([429, 'TOO_MANY_REQUESTS'])
  expect(Number(next.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  await env.setSetting('identity.requestsPerSecond', 1_000)
})

test('[core.bulk] [ops.audit] each item is in the audit as if it had been asked for alone', async () => {
  const { ids } = await makeTags(2)
  await bulk('ada', 'tags', { action: 'update', ids, input: { colour: 'red' } })
  for (const id of ids)
    expect((await env.items('operator', `/v1/audit?resource=${id}&action=tag.update`)).length).toBe(1)
})
