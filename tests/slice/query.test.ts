import type { Kind, KindRelation } from '@basalt/resource'
import { type CloudEnvironment, cloud, type Who } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

type Row = Record<string, unknown> & { id: string }
interface Problem {
  status: number
  code: string
  errors: { field: string; message: string; remedy: string }[]
}

let env: CloudEnvironment
let adaVm: string
let adaAddress: string
const kinds: Record<'tenant' | 'operator', Kind[]> = { tenant: [], operator: [] }

const ask = (who: Who, path: string, parameters: Record<string, string>) =>
  env.call(who, 'GET', `${path}?${new URLSearchParams(parameters)}`)

async function found(who: Who, path: string, parameters: Record<string, string>): Promise<Row[]> {
  const { status, body } = await ask(who, path, parameters)
  expect([status, body.code, body.errors]).toEqual([200, undefined, undefined])
  return body.items as Row[]
}

const namesOf = async (who: Who, path: string, q: string): Promise<unknown[]> =>
  (await found(who, path, { q, sort: 'name' })).map(({ name }) => name)

async function refused(who: Who, path: string, parameters: Record<string, string>): Promise<Problem> {
  const { status, body } = await ask(who, path, parameters)
  expect([parameters, status, body.code]).toEqual([parameters, 400, 'INVALID_INPUT'])
  return body as unknown as Problem
}

beforeAll(async () => {
  env = await cloud({ hosts: 2 })
  const image = (await env.addImage('operator', { name: 'shared', public: true })).body.resource
  adaVm = (await env.createVm({ name: 'ada-one', image })).body.resource as string
  await env.createVm({ name: 'ada-two' })
  adaAddress = (await env.items('ada', `/v1/nics?vm=${adaVm}`))[0]?.address as string
  kinds.tenant = (await env.call('ada', 'GET', '/v1/kinds')).body.items as Kind[]
  kinds.operator = (await env.call('operator', 'GET', '/v1/kinds')).body.items as Kind[]
})
afterAll(() => env.close())

test('[core.query] [core.relations] any field and any relation, forward and backward', async () => {
  const [host] = await found('operator', '/v1/hosts', { q: `vms.id = ${adaVm}` })
  const [cluster] = await found('operator', '/v1/clusters', { q: `id = ${host?.cluster}` })
  const q = `state = running and nics.address = ${adaAddress} and host.cluster.name ~ '${cluster?.name}'`
  expect(await namesOf('operator', '/v1/vms', q)).toEqual(['ada-one'])
  expect(await namesOf('operator', '/v1/vms', q.replace('running', 'stopped'))).toEqual([])
  expect(await namesOf('ada', '/v1/vms', `addresses = ${adaAddress} and memoryBytes >= 64MiB`)).toEqual(['ada-one'])
  expect(await namesOf('ada', '/v1/vms', `nics(address = ${adaAddress} and index = 0) or name = ADA-two`)).toEqual([
    'ada-one',
  ])
  expect(await namesOf('ada', '/v1/vms', "name ~ 'ADA-' and volumes.sizeBytes > 0 and createdAt > -1h")).toEqual([
    'ada-one',
    'ada-two',
  ])
  expect(await namesOf('ada', '/v1/networks', `nics.vm.image.name = shared`)).toHaveLength(1)
})

test('[core.query] sort, fields, count, groups, cursor and offset, through the API', async () => {
  const first = (
    await ask('operator', '/v1/vms', { sort: 'host.name,-name', fields: 'name,host.name', limit: '1', count: 'true' })
  ).body
  expect(first).toMatchObject({ count: 2, next: expect.any(String) })
  const [item] = first.items as Row[]
  expect(Object.keys(item ?? {})).toEqual(['name', 'host.name'])
  const second = (
    await ask('operator', '/v1/vms', { sort: 'host.name,-name', limit: '1', cursor: first.next as string })
  ).body
  const skipped = await found('operator', '/v1/vms', { sort: 'host.name,-name', offset: '1' })
  expect((second.items as Row[]).map(({ id }) => id)).toEqual(skipped.map(({ id }) => id))
  expect(second).not.toHaveProperty('next')
  const { groups } = (await ask('ada', '/v1/vms', { groupBy: 'state,zone.name', sum: 'memoryBytes', avg: 'vcpus' }))
    .body
  expect(groups).toEqual([
    {
      keys: { state: 'running', 'zone.name': expect.any(String) },
      count: 2,
      sum: { memoryBytes: expect.any(Number) },
      avg: { vcpus: expect.any(Number) },
    },
  ])
  expect((await refused('ada', '/v1/vms', { sum: 'vcpus' })).errors[0]).toMatchObject({
    field: 'sum',
    message: 'needs "groupBy"',
  })
  expect((await refused('ada', '/v1/vms', { limit: '0' })).errors[0]?.field).toBe('limit')
})

test('[core.query] [iam.isolation] a tenant learns nothing about hosts, whichever way it asks', async () => {
  const [host] = await env.items('operator', '/v1/hosts')
  for (const q of [
    `host.name = ${host?.name}`,
    `host = ${host?.id}`,
    'host is not null',
    'host(name ~ h)',
    'lastHost.cluster.name ~ c',
  ])
    expect((await refused('ada', '/v1/vms', { q })).errors[0]?.message).toMatch(
      /^at character 1: vms have no field or relation/,
    )
  const askingForHosts: Record<string, string>[] = [
    { fields: 'host.name' },
    { sort: 'host' },
    { groupBy: 'host' },
    { groupBy: 'state', sum: 'host.memoryBytes' },
    { host: host?.id ?? '' },
    { 'host.name': String(host?.name) },
  ]
  for (const parameters of askingForHosts)
    expect((await refused('ada', '/v1/vms', parameters)).errors[0]?.message).toContain(
      'vms have no field or relation "host',
    )
  for (const q of [`hosts.name = ${host?.name}`, 'reservations is not null', 'clusters.hosts.name ~ h'])
    await refused('ada', '/v1/zones', { q })
  // Secrets are hidden from everybody.
  for (const who of ['ada', 'operator'] as const) {
    await refused(who, '/v1/vms', { q: "userData ~ 'a'" })
    await refused(who, '/v1/users', { q: "passwordHash ~ 'a'" })
    await refused(who, '/v1/users', { sort: 'passwordHash' })
  }
  expect((await ask('ada', '/v1/hosts', { q: 'state = up', count: 'true' })).body).toEqual({ items: [], count: 0 })
  expect((await ask('ada', '/v1/hosts', { groupBy: 'state' })).body).toEqual({ groups: [] })
})

test('[core.query] [iam.isolation] for every kind, a hidden field or relation is answered as one that does not exist', async () => {
  let hiddenNames = 0
  for (const tenantKind of kinds.tenant) {
    const operatorKind = kinds.operator.find(({ kind }) => kind === tenantKind.kind) as Kind
    const all = (kind: Kind): string[] => [...kind.fields, ...kind.relations].map(({ name }) => name)
    const hidden = all(operatorKind).filter((name) => !all(tenantKind).includes(name))
    for (const name of hidden) {
      hiddenNames++
      const forms: ((name: string) => Record<string, string>)[] = [
        (word) => ({ q: `${word} = 1` }),
        (word) => ({ q: `${word}.name ~ a` }),
        (word) => ({ q: `name = x and not ${word} is null` }),
        (word) => ({ sort: `-${word}` }),
        (word) => ({ fields: `id,${word}.id` }),
        (word) => ({ groupBy: word }),
        (word) => ({ groupBy: 'id', max: word }),
      ]
      for (const form of forms) {
        const theirs = (await refused('ada', tenantKind.path, form(name))).errors
        // Nothing is near to this one; near misses are left out of both.
        const nothing = (await refused('ada', tenantKind.path, form('qzqzqzqzqz'))).errors
        const bare = (errors: Problem['errors'], word: string) =>
          errors.map(({ field, message }) => [
            field,
            message.replace(`"${word}"`, '""').replace(/; did you mean.*/, ''),
          ])
        expect(bare(theirs, name)).toEqual(bare(nothing, 'qzqzqzqzqz'))
        expect(JSON.stringify(theirs).replace(`\\"${name}\\"`, '')).not.toContain(`"${name}\\"`)
      }
    }
  }
  expect(hiddenNames).toBeGreaterThan(20)
})

test('[core.query] [iam.isolation] no relation leads a tenant to what is another tenant’s', async () => {
  const owner = (await env.items('ada', '/v1/accounts'))[0]?.id as string
  const foreign = new Set(kinds.tenant.filter(({ ownership }) => ownership === 'account').map(({ kind }) => kind))
  const paths: { kind: Kind; path: string }[] = []
  const walk = (kind: Kind, current: Kind, path: string, hops: number): void => {
    for (const relation of current.relations as KindRelation[]) {
      const target = kinds.tenant.find((each) => each.kind === relation.kind) as Kind
      const next = `${path}${relation.name}.`
      if (foreign.has(target.kind)) paths.push({ kind, path: `${next}account` })
      if (hops > 1) walk(kind, target, next, hops - 1)
    }
  }
  for (const kind of kinds.tenant) walk(kind, kind, '', 2)
  expect(paths.length).toBeGreaterThan(40)
  for (const { kind, path } of paths) {
    const label = `${kind.kind}: ${path}`
    expect([label, await found('bob', kind.path, { q: `${path} = ${owner}` })]).toEqual([label, []])
  }
  // The same question has answers for those whose it is.
  expect((await found('ada', '/v1/zones', { q: `vms.account = ${owner}` })).length).toBe(1)
  expect((await found('ada', '/v1/images', { q: `vms.account = ${owner}` })).length).toBeGreaterThan(0)
  expect(await namesOf('bob', '/v1/images', 'vms.name = ada-one')).toEqual([])
})

test('[core.relations] relations of a kind are data, for those who may follow them', () => {
  const relations = (audience: 'tenant' | 'operator', name: string) =>
    kinds[audience].find(({ kind }) => kind === name)?.relations ?? []
  expect(relations('tenant', 'vm')).toContainEqual({
    name: 'nics',
    to: 'many',
    kind: 'nic',
    field: 'vm',
    fate: 'carried',
  })
  expect(relations('tenant', 'vm')).toContainEqual({
    name: 'image',
    to: 'one',
    kind: 'image',
    field: 'image',
    fate: 'letsGo',
  })
  expect(relations('operator', 'host').filter(({ kind }) => kind === 'vm')).toEqual([
    { name: 'vms', to: 'many', kind: 'vm', field: 'host', fate: 'keeps' },
    { name: 'vmsByLastHost', to: 'many', kind: 'vm', field: 'lastHost', fate: 'letsGo' },
  ])
  const known = new Set(kinds.tenant.map(({ kind }) => kind))
  for (const { relations: all } of kinds.tenant) for (const { kind } of all) expect(known).toContain(kind)
})
