import type { Store } from '@basalt/kernel'
import { type CloudEnvironment, cloud, type Who } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

type Row = Record<string, unknown> & { id: string }

let env: CloudEnvironment
let store: Store
let vm: string
/** Tags by name; ada's and bob's are both called "web". */
const tags: Record<string, string> = {}

async function makeTag(who: Who, key: string, body: object): Promise<void> {
  tags[key] = (await env.ok(who, 'POST', '/v1/tags', body)).id
}

const change = (who: Who, action: 'attach' | 'detach', key: string, kind: string, ...resources: unknown[]) =>
  env.call(who, 'POST', `/v1/tags/${tags[key]}/${action}`, { kind, resources })

const read = async (who: Who, path: string): Promise<Row> => (await env.call(who, 'GET', path)).body as Row
const namesIn = (list: unknown): string[] => (list as { name: string }[]).map(({ name }) => name)
const tagsOf = async (who: Who, path: string): Promise<string[]> => namesIn((await read(who, path)).tags)
const ids = async (who: Who, path: string): Promise<string[]> => (await env.items(who, path)).map(({ id }) => id)

beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  store = env.controlPlane().store
  vm = (await env.createVm({ name: 'web1' })).body.resource as string
  await makeTag('ada', 'ada-web', { name: 'web', colour: 'blue' })
  await makeTag('bob', 'bob-web', { name: 'web', colour: 'pink' })
  await makeTag('operator', 'gold', { name: 'gold', colour: 'yellow' })
  await makeTag('operator', 'suspect', { name: 'suspect', colour: 'red', operatorOnly: true })
})
afterAll(() => env.close())

test('[core.tags] what has a tag shows it with its colour, in lists, details and events, with a new ETag', async () => {
  const before = await read('ada', `/v1/vms/${vm}`)
  const [volume] = await ids('ada', '/v1/volumes')
  expect(before).toMatchObject({ tags: [] })
  expect((await change('ada', 'attach', 'ada-web', 'vm', vm)).status).toBe(200)
  await change('ada', 'attach', 'ada-web', 'volume', volume)
  const web = { id: tags['ada-web'], name: 'web', colour: 'blue', type: 'tenant' }
  const after = await read('ada', `/v1/vms/${vm}`)
  expect(after).toMatchObject({ tags: [web], version: (before.version as number) + 1 })
  expect((await env.items('ada', '/v1/volumes'))[0]).toMatchObject({ tags: [web] })
  const [event] = await store.database.query<{ data: Row }>(
    `select data from event where resource = $1 order by seq desc limit 1`,
    [vm],
  )
  expect(event?.data.tags).toEqual([web])
  expect((await change('ada', 'attach', 'ada-web', 'vm', vm)).status).toBe(200)
  expect(await read('ada', `/v1/vms/${vm}`)).toEqual(after)
})

test('[core.tags] operators tag VMs, volumes and hosts; tenants see that and cannot change it, and never see what is for operators only', async () => {
  const [host] = env.hostIds
  for (const key of ['gold', 'suspect']) {
    expect((await change('operator', 'attach', key, 'vm', vm)).status).toBe(200)
    expect((await change('operator', 'attach', key, 'host', host)).status).toBe(200)
  }
  expect(namesIn((await read('operator', `/v1/hosts/${host}`)).operatorTags)).toEqual(['suspect'])
  expect(await tagsOf('operator', `/v1/hosts/${host}`)).toEqual(['gold'])
  const seen = await read('ada', `/v1/vms/${vm}`)
  expect(namesIn(seen.tags)).toEqual(['gold', 'web'])
  expect(JSON.stringify(seen)).not.toContain('suspect')
  expect(seen).not.toHaveProperty('operatorTags')
  expect(namesIn(await env.items('ada', '/v1/tags')).sort()).toEqual(['gold', 'web'])
  expect((await env.call('ada', 'GET', `/v1/tags/${tags.suspect}`)).status).toBe(404)
  expect((await env.call('ada', 'GET', '/v1/vms?operatorTags=suspect')).status).toBe(400)
  expect(await ids('ada', '/v1/vms?tags=suspect')).toEqual([])

  for (const action of ['attach', 'detach'] as const) {
    expect((await change('ada', action, 'gold', 'vm', vm)).body.code).toBe('FORBIDDEN')
    expect((await change('ada', action, 'suspect', 'vm', vm)).body.code).toBe('NOT_FOUND')
  }
  expect((await env.call('ada', 'PATCH', `/v1/tags/${tags.gold}`, { name: 'mine' })).body.code).toBe('FORBIDDEN')
  expect((await env.call('ada', 'DELETE', `/v1/tags/${tags.gold}`)).body.code).toBe('FORBIDDEN')
  const hidden = await env.call('ada', 'POST', '/v1/tags', { name: 'h', operatorOnly: true })
  expect(hidden.body.errors).toMatchObject([{ field: 'operatorOnly' }])
  expect(await tagsOf('ada', `/v1/vms/${vm}`)).toEqual(['gold', 'web'])
})

test('[core.tags] a tenant puts its own tags on its own resources only, and never learns of others', async () => {
  const unknown = await change('bob', 'attach', 'bob-web', 'vm', crypto.randomUUID())
  const foreign = await change('bob', 'attach', 'bob-web', 'vm', vm)
  expect(foreign.body).toEqual(unknown.body)
  expect((await change('bob', 'attach', 'ada-web', 'vm', vm)).body.code).toBe('NOT_FOUND')
  for (const kind of ['host', 'teapot'])
    expect((await change('bob', 'attach', 'bob-web', kind, env.hostIds[0])).body.errors).toMatchObject([
      { field: 'resources.0' },
    ])
  const { zone, image } = env.furniture
  expect((await change('ada', 'attach', 'ada-web', 'zone', zone)).body.code).toBe('FORBIDDEN')
  expect((await change('ada', 'attach', 'ada-web', 'image', image)).body.code).toBe('FORBIDDEN')
  expect((await change('operator', 'attach', 'bob-web', 'vm', vm)).body.errors).toMatchObject([
    { field: 'resources.0', message: 'does not belong to the account of the tag' },
  ])
  const [session] = await ids('ada', '/v1/sessions')
  expect((await change('ada', 'attach', 'ada-web', 'session', session)).body.errors).toMatchObject([{ field: 'kind' }])
  // Also where the checks before it are passed by: the statement itself takes no tag of another account.
  const forced = store.commit([{ op: 'tag', kind: 'vm', id: vm, attach: [tags['bob-web'] ?? ''] }])
  await expect(forced).rejects.toThrow('refused')
  expect(await tagsOf('operator', `/v1/vms/${vm}`)).toEqual(['gold', 'web'])
})

test('[core.tags] lists are searched by tag', async () => {
  expect(await ids('ada', '/v1/vms?tags=web')).toEqual([vm])
  expect(await ids('ada', '/v1/vms?tags=we')).toEqual([])
  expect(await ids('ada', '/v1/vms?tags=web&state=running')).toEqual([vm])
  expect(await ids('bob', '/v1/vms?tags=web')).toEqual([])
  expect(await ids('operator', '/v1/vms?operatorTags=suspect')).toEqual([vm])
  expect(await ids('operator', '/v1/hosts?tags=gold')).toEqual([env.hostIds[0]])
})

test('[core.tags] [core.query] lists are sorted by tags, of a key or all; what has none comes last, page by page', async () => {
  const { zone } = env.furniture
  const made: string[] = []
  for (const name of ['tagless', 'test', 'prod']) {
    const { resource } = await env.ok('ada', 'POST', '/v1/networks', { name, zone, cidr: '10.3.0.0/24' })
    made.push(String(resource))
    if (name === 'tagless') continue
    await makeTag('ada', name, { name: `env:${name}` })
    await change('ada', 'attach', name, 'network', resource)
  }
  const [none, test, prod] = made
  const sorted = (sort: string, who: Who = 'ada') => ids(who, `/v1/networks?q=name in (tagless,test,prod)&sort=${sort}`)
  expect(await sorted('tags.env')).toEqual([prod, test, none])
  expect(await sorted('-tags.env')).toEqual([none, test, prod])
  expect(await sorted('tags')).toEqual([prod, test, none])
  const { body: first } = await env.call('ada', 'GET', '/v1/networks?sort=tags.env,name&limit=2&fields=id,tags')
  expect((first.items as Row[]).map(({ id }) => id)).toEqual([prod, test])
  const rest = await ids('ada', `/v1/networks?sort=tags.env,name&fields=id&cursor=${first.next}`)
  expect(rest).toContain(none)
  // Operators' tags are in an order of their own, which tenants cannot ask for.
  await change('operator', 'attach', 'suspect', 'network', none)
  expect(await sorted('tags')).toEqual([prod, test, none])
  expect((await sorted('operatorTags', 'operator'))[0]).toBe(none)
  const { status, body } = await env.call('ada', 'GET', '/v1/networks?sort=operatorTags')
  const misspelled = await env.call('ada', 'GET', '/v1/networks?sort=operaterTags')
  expect([status, body.code]).toEqual([400, misspelled.body.code])
  for (const id of made) await env.ok('ada', 'DELETE', `/v1/networks/${id}`)
})

test('[core.tags] a tag that is renamed or recoloured is so everywhere; one that is deleted is off everything', async () => {
  await makeTag('ada', 'old', { name: 'old' })
  const [volume] = await ids('ada', '/v1/volumes')
  await change('ada', 'attach', 'old', 'vm', vm)
  await change('ada', 'attach', 'old', 'volume', volume)
  await env.ok('ada', 'PATCH', `/v1/tags/${tags.old}`, { name: 'aged', colour: 'purple' })
  for (const path of [`/v1/vms/${vm}`, `/v1/volumes/${volume}`])
    expect((await read('ada', path)).tags).toContainEqual({
      id: tags.old,
      name: 'aged',
      colour: 'purple',
      type: 'tenant',
    })
  expect(await tagsOf('ada', `/v1/vms/${vm}`)).toEqual(['aged', 'gold', 'web'])
  const taken = await env.call('ada', 'PATCH', `/v1/tags/${tags.old}`, { name: 'web' })
  expect(taken.body.code).toBe('ALREADY_EXISTS')
  await env.ok('ada', 'DELETE', `/v1/tags/${tags.old}`)
  expect(await tagsOf('ada', `/v1/vms/${vm}`)).toEqual(['gold', 'web'])
  expect(await tagsOf('ada', `/v1/volumes/${volume}`)).toEqual(['web'])
  expect(await ids('ada', '/v1/vms?tags=aged')).toEqual([])
})

test('[core.tags] a tag that very many have is changed and deleted in short units, and everything follows before the answer', async () => {
  await makeTag('operator', 'wide', { name: 'wide' })
  await store.database.query(
    `insert into zone select (jsonb_populate_record(z, jsonb_build_object('id', gen_random_uuid(), 'name', 'wide' || i))).*
       from zone z, generate_series(1, 1200) i where z.id = $1`,
    [env.furniture.zone],
  )
  const all = (await store.database.query<{ id: string }>(`select id from zone where name like 'wide%'`)).map(
    ({ id }) => id,
  )
  for (let at = 0; at < all.length; at += 100)
    expect((await change('operator', 'attach', 'wide', 'zone', ...all.slice(at, at + 100))).status).toBe(200)
  const having = async (look: object): Promise<number> => {
    const [row] = await store.database.query<{ count: number }>(
      `select count(*) as count from zone where tags @> $1::jsonb`,
      [JSON.stringify([look])],
    )
    return row?.count ?? 0
  }
  await env.ok('operator', 'PATCH', `/v1/tags/${tags.wide}`, { name: 'wider', colour: 'green' })
  expect(await having({ id: tags.wide, name: 'wider', colour: 'green' })).toBe(1200)
  expect(await read('operator', `/v1/tags/${tags.wide}`)).toMatchObject({ spreading: false })
  await env.ok('operator', 'DELETE', `/v1/tags/${tags.wide}`)
  expect(await having({ id: tags.wide })).toBe(0)
  await store.database.query(`delete from zone where name like 'wide%'`)
})

test('[core.tags] operators take tags of tenants off; when the owner changes, those of tenants go and those of operators stay', async () => {
  expect((await change('operator', 'detach', 'ada-web', 'vm', vm)).status).toBe(200)
  expect(await tagsOf('ada', `/v1/vms/${vm}`)).toEqual(['gold'])
  await change('ada', 'attach', 'ada-web', 'vm', vm)
  const image = (await env.addImage('ada', { name: 'given' })).body.resource
  await change('ada', 'attach', 'ada-web', 'image', image)
  for (const key of ['gold', 'suspect']) await change('operator', 'attach', key, 'image', image)
  const to = (await read('bob', '/v1/me')).account
  await env.ok('operator', 'POST', `/v1/images/${image}/change-owner`, { to })
  expect(await tagsOf('bob', `/v1/images/${image}`)).toEqual(['gold'])
  expect(namesIn((await read('operator', `/v1/images/${image}`)).operatorTags)).toEqual(['suspect'])
  await change('ada', 'detach', 'ada-web', 'vm', vm)
})

test('[core.tags] many at once: nothing is lost, and there is a limit that says what to do', async () => {
  const many = await Promise.all(
    Array.from({ length: 48 }, async (_, index) => {
      await makeTag('ada', `t${index}`, { name: `t${index}` })
      return change('ada', 'attach', `t${index}`, 'vm', vm)
    }),
  )
  expect(many.map(({ status }) => status)).toEqual(many.map(() => 200))
  expect(await tagsOf('ada', `/v1/vms/${vm}`)).toHaveLength(49)
  const more = await change('ada', 'attach', 'ada-web', 'vm', vm)
  expect(more.body).toMatchObject({ code: 'TOO_MANY_TAGS', remedy: 'Take another one off first.' })
})

test('[core.tags] tags go with their resource, and a tag stays when what had it goes', async () => {
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
  expect(await ids('ada', '/v1/vms?tags=gold')).toEqual([])
  expect((await env.call('ada', 'GET', `/v1/tags/${tags['ada-web']}`)).status).toBe(200)
  await env.ok('ada', 'DELETE', `/v1/tags/${tags['ada-web']}`)
})
