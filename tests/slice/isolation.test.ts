import type { Kind, KindField } from '@basalt/resource'
import { type CloudEnvironment, cloud, type Who } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type IdOf, inputOf, type Json, kindsReferred } from './support/inputs.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

let env: CloudEnvironment
let kinds: Kind[]
let tenantKinds: Kind[]
/** An id of ada's, or of the platform's where ada can have none, for every kind that has one. */
const ids = new Map<string, string>()
let adaVm: string

const rows = async (who: Who, kind: Kind): Promise<Json[]> =>
  (await env.call(who, 'GET', kind.path)).body.items as Json[]

beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  await env.addImage('ada', { name: 'private' })
  adaVm = (await env.createVm({ userData: 'secret' })).body.resource as string
  await env.ok('ada', 'POST', '/v1/tags', { name: 'private' })
  kinds = (await env.call('operator', 'GET', '/v1/kinds')).body.items as Kind[]
  tenantKinds = (await env.call('ada', 'GET', '/v1/kinds')).body.items as Kind[]
  for (const kind of kinds) {
    const own = kind.ownership === 'account' ? await rows('ada', kind) : await rows('operator', kind)
    const foreign = own.find((row) => row.public !== true)
    if (foreign) ids.set(kind.kind, foreign.id as string)
  }
})
afterAll(() => env.close())

const foreignId: IdOf = (kind) => ids.get(kind ?? '') ?? crypto.randomUUID()
const foreignInput = (fields: KindField[]): Json => inputOf(fields, foreignId)

interface Operation {
  method: Method
  path: string
  public: boolean
}

async function operations(): Promise<Operation[]> {
  const { body } = await env.call(null, 'GET', '/v1/openapi.json')
  return Object.entries(body.paths as Record<string, Record<string, Json>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase() as Method,
      path,
      public: Array.isArray(operation.security) && operation.security.length === 0,
    })),
  )
}

test('[iam.isolation] without a session every route of the API answers 401', async () => {
  const closed = (await operations()).filter((operation) => !operation.public)
  expect(closed.length).toBeGreaterThan(60)
  for (const { method, path } of closed) {
    const { status, body } = await env.call(null, method, path.replace('{id}', crypto.randomUUID()), {})
    expect([`${method} ${path}`, status, body.code]).toEqual([`${method} ${path}`, 401, 'UNAUTHENTICATED'])
    const guess = await env.call(
      null,
      method,
      path.replace('{id}', crypto.randomUUID()),
      {},
      { authorization: 'Bearer x' },
    )
    expect([`${method} ${path}`, guess.status]).toEqual([`${method} ${path}`, 401])
  }
})

test('[iam.isolation] every route with an id answers another tenant as if the resource did not exist', async () => {
  const withId = (await operations()).filter(({ path }) => path.includes('{id}'))
  const before = await env.snapshot()
  for (const { method, path } of withId) {
    const kind = kinds.find((candidate) => path.startsWith(`${candidate.path}/{id}`))
    const id = ids.get(kind?.kind ?? '')
    if (!kind || !id) continue
    const shown = kind.ownership === 'platform' && tenantKinds.some(({ kind: name }) => name === kind.kind)
    const action = kind.actions.find((candidate) => candidate.method === method && candidate.path === path)
    const input = action ? foreignInput(action.input) : { kind: 'vnc' }
    const foreign = await env.call('bob', method, path.replace('{id}', id), method === 'GET' ? undefined : input)
    const unknown = await env.call(
      'bob',
      method,
      path.replace('{id}', crypto.randomUUID()),
      method === 'GET' ? undefined : input,
    )
    const told = `${method} ${path}: ${foreign.status} ${foreign.body.code}`
    if (shown) expect([told, foreign.status]).toEqual([told, method === 'GET' ? 200 : 403])
    else {
      expect([told, foreign.status]).toEqual([told, unknown.status])
      expect([told, foreign.body.code]).toEqual([told, unknown.body.code])
      expect([told, [403, 404].includes(foreign.status)]).toEqual([told, true])
    }
  }
  expect(await env.snapshot()).toEqual(before)
})

test('[iam.isolation] no input of any action takes a foreign id', async () => {
  const before = await env.snapshot()
  const refers = (fields: KindField[]): boolean =>
    kindsReferred(fields).some((name) => kinds.some(({ kind, ownership }) => kind === name && ownership === 'account'))
  const creates = tenantKinds.flatMap((kind) =>
    kind.actions.filter(({ path, input }) => !path.includes('{id}') && refers(input)),
  )
  expect(creates.map(({ path }) => path)).toContain('/v1/vms')
  for (const { method, path, input } of creates) {
    const { status, body } = await env.call('bob', method, path, foreignInput(input))
    expect([path, status, body.code]).toEqual([path, 400, 'INVALID_INPUT'])
    expect(JSON.stringify(body.errors)).toContain('that you can see')
  }
  expect(await env.snapshot()).toEqual(before)
})

test('[iam.isolation] lists and filters show a tenant nothing of others', async () => {
  const foreign = new Set((await Promise.all(kinds.map((kind) => rows('ada', kind)))).flat().map((row) => row.id))
  for (const kind of kinds) {
    const own = await rows('bob', kind)
    const shared = kind.ownership === 'platform'
    expect([kind.kind, own.filter((row) => !shared && !row.public && foreign.has(row.id))]).toEqual([kind.kind, []])
    const byId = await env.call('bob', 'GET', `${kind.path}?id=${ids.get(kind.kind) ?? crypto.randomUUID()}`)
    if (!shared) expect([kind.kind, byId.body.items]).toEqual([kind.kind, []])
  }
  expect((await env.call('bob', 'GET', `/v1/nics?vm=${adaVm}`)).body.items).toEqual([])
})

test('[iam.isolation] what only operators see is invisible to tenants: kinds, fields, filters', async () => {
  const hidden = kinds.filter(({ kind }) => !tenantKinds.some((shown) => shown.kind === kind))
  expect(hidden.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['host', 'cluster', 'fabric', 'storagePool', 'imageStore', 'reservation', 'layer']),
  )
  for (const kind of hidden) {
    expect(await rows('ada', kind)).toEqual([])
    for (const { method, path, input } of kind.actions) {
      const { status } = await env.call(
        'ada',
        method,
        path.replace('{id}', ids.get(kind.kind) ?? crypto.randomUUID()),
        foreignInput(input),
      )
      expect([path, [403, 404].includes(status)]).toEqual([path, true])
    }
  }
  const { body: vm } = await env.call('ada', 'GET', `/v1/vms/${adaVm}`)
  for (const field of ['host', 'lastHost', 'userData']) expect(vm).not.toHaveProperty(field)
  expect((await env.call('operator', 'GET', `/v1/vms/${adaVm}`)).body).not.toHaveProperty('userData')
  expect((await env.call('ada', 'GET', `/v1/vms?host=${env.hostIds[0]}`)).status).toBe(400)
})

test('[iam.isolation] public images are seen and used by all and changed by their owner alone', async () => {
  const { image, zone, offering } = env.furniture
  expect((await env.call('bob', 'GET', `/v1/images/${image}`)).body).toMatchObject({ public: true })
  expect((await env.call('bob', 'PATCH', `/v1/images/${image}`, { name: 'mine' })).body.code).toBe('FORBIDDEN')
  expect((await env.call('bob', 'DELETE', `/v1/images/${image}`)).body.code).toBe('FORBIDDEN')
  const offered = await env.call('bob', 'POST', '/v1/images', { name: 'all', public: true })
  expect(offered.body.code).toBe('FORBIDDEN')
  const network = await env.ok('bob', 'POST', '/v1/networks', { name: 'n', zone, cidr: '10.0.0.0/24' })
  const networks = [{ network: network.resource }]
  expect((await env.createVm({ zone, offering, image, networks }, 'bob')).body.state).toBe('succeeded')
})
