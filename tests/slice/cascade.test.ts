/** Deleting with everything below, after a preview: accounts, shared networks, and a zone with a thousand resources. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

interface Preview {
  possible: boolean
  fingerprint: string
  total: number
  counts: { kind: string; count: number }[]
  items: { kind: string; id: string; name: string; how: string }[]
  forbids: { kind: string; name: string; code: string; message: string; remedy: string | null }[]
  hidden: number
  truncated: boolean
}

type Who = 'operator' | 'ada' | 'bob'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 2, recycleBin: true })
})
afterAll(() => env.close())

const preview = async (who: Who, path: string): Promise<Preview> =>
  (await env.call(who, 'GET', `${path}/deletion`)).body as unknown as Preview
const countOf = ({ counts }: Preview, kind: string): number => counts.find((each) => each.kind === kind)?.count ?? 0

/** An account with somebody in it who works there. */
async function tenant(name: string) {
  const { id } = await env.ok('operator', 'POST', '/v1/accounts', { name })
  const password = 'a-good-password'
  const user = await env.ok('operator', 'POST', '/v1/users', { name, username: name, password, inAccount: id })
  const { token } = (await env.call(null, 'POST', '/v1/sessions', { username: name, password })).body
  const headers = { authorization: `Bearer ${token}`, prefer: 'wait=60' }
  return {
    id,
    user: user.id,
    ask: async (path: string) => (await env.call(null, 'GET', path, undefined, headers)).body as unknown as Preview,
    make: async (path: string, body: object) => {
      const answer = await env.call(null, 'POST', path, body, headers)
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
      return String(answer.body.resource ?? answer.body.id)
    },
  }
}

/** A VM of the account on a network of its own, a tag, a webhook, a group, a key, an image, and a VM in the recycle bin. */
async function furnishedTenant(name: string, vms = 2) {
  const who = await tenant(name)
  const { zone, offering, image } = env.furniture
  const network = await who.make('/v1/networks', { name: `${name} net`, zone, cidr: '10.7.0.0/24' })
  const on = { zone, offering, image, networks: [{ network }] }
  for (let index = 0; index < vms; index++) await who.make('/v1/vms', { name: `${name} ${index}`, ...on })
  const binned = await who.make('/v1/vms', { name: `${name} binned`, ...on })
  await env.ok('operator', 'DELETE', `/v1/vms/${binned}`)
  await who.make('/v1/tags', { name: 'web' })
  await who.make('/v1/webhooks', { name: 'hook', url: 'https://127.0.0.1:9/hook', secret: 'a-long-enough-secret' })
  await who.make('/v1/groups', { name: 'us' })
  await who.make('/v1/roles', { name: 'nothing', statements: [] })
  await who.make('/v1/access-keys', { name: 'key' })
  return { ...who, network }
}

/** Rows that still say that they belong to the account; what is kept as a record apart. */
async function leftOf(account: string): Promise<string[]> {
  const { store } = env.controlPlane()
  const owned = store.catalogue.resources.filter(
    ({ ownership, view, kind }) => ownership === 'account' && !view && kind !== 'task',
  )
  const rows = await Promise.all(owned.map(({ kind }) => store.all<{ id: string }>(kind, { account })))
  return owned.flatMap(({ kind }, index) => (rows[index] ?? []).map(({ id }) => `${kind} ${id}`))
}

test('[core.cascade] what stays and uses what would go forbids it; what one cannot see is counted, not named', async () => {
  const { network, zone, offering, image } = env.furniture
  const me = (await env.call('bob', 'GET', '/v1/me')).body
  await env.ok('ada', 'POST', '/v1/shares', {
    sharedKind: 'network',
    resource: network,
    grantee: 'account',
    toAccount: me.account,
  })
  await env.createVm({ name: 'of ada' })
  await env.ok('bob', 'POST', '/v1/vms', { name: 'of bob', zone, offering, image, networks: [{ network }] })
  const path = `/v1/networks/${network}`
  const seen = await preview('ada', path)
  expect(seen).toMatchObject({ possible: false, hidden: 1 })
  expect(seen.forbids).toEqual([expect.objectContaining({ kind: 'vm', name: 'of ada', code: 'IN_USE' })])
  expect(JSON.stringify(seen)).not.toContain('of bob')
  const refused = await env.call('ada', 'POST', `${path}/deletion`)
  expect(refused).toMatchObject({ status: 409, body: { code: 'CASCADE_FORBIDDEN', hidden: 1 } })
  expect(JSON.stringify(refused.body)).not.toContain('of bob')
  expect((await preview('operator', path)).forbids.map(({ name }) => name).sort()).toEqual(['of ada', 'of bob'])
  // Who may see a network and not delete it is told so; who may not see it learns nothing.
  expect((await preview('bob', path)).forbids.map(({ code }) => code)).toContain('FORBIDDEN')
  expect((await env.call('bob', 'POST', `${path}/deletion`)).status).toBe(403)
  await env.ok('ada', 'DELETE', `/v1/shares/${(await env.items('ada', '/v1/shares'))[0]?.id}`)
  expect((await env.call('bob', 'GET', `${path}/deletion`)).status).toBe(404)
  expect((await env.call('bob', 'POST', `${path}/deletion`)).status).toBe(404)
  const [vm] = await env.items('bob', '/v1/vms')
  await env.ok('bob', 'DELETE', `/v1/vms/${vm?.id}?cascade=true`)
})

test('[core.cascade] [iam.accounts] an account goes with all it owns: frozen, previewed, agreed to, nothing left', async () => {
  const eve = await furnishedTenant('eve')
  const path = `/v1/accounts/${eve.id}`
  const active = await preview('operator', path)
  expect(active.forbids).toEqual([expect.objectContaining({ kind: 'account', code: 'WRONG_STATE' })])
  expect((await env.call('operator', 'POST', `${path}/deletion`)).body.code).toBe('CASCADE_FORBIDDEN')
  await eve.make('/v1/tags', { name: 'late' })
  await env.ok('operator', 'POST', `${path}/freeze`)
  const frozen = await preview('operator', path)
  expect(frozen).toMatchObject({ possible: true, forbids: [], hidden: 0 })
  expect(frozen.fingerprint).not.toBe(active.fingerprint)
  expect(countOf(frozen, 'vm')).toBe(3)
  expect(countOf(frozen, 'tag')).toBe(2)
  const order = frozen.items.map(({ kind }) => kind)
  expect(order.lastIndexOf('vm')).toBeLessThan(order.indexOf('network'))
  expect(frozen.items.find(({ kind }) => kind === 'nic')?.how).toBe('carried')
  expect(frozen.items.find(({ kind }) => kind === 'accessKey')?.how).toBe('vanishes')
  const old = await env.call('operator', 'POST', `${path}/deletion`, { agreed: active.fingerprint })
  expect(old).toMatchObject({ status: 412, body: { code: 'CHANGED_MEANWHILE' } })
  const task = await env.ok('operator', 'POST', `${path}/deletion`, { agreed: frozen.fingerprint })
  expect(task).toMatchObject({ state: 'succeeded', action: 'account.delete', percent: 100 })
  expect(await leftOf(eve.id)).toEqual([])
  expect((await env.call('operator', 'GET', path)).status).toBe(404)
  expect(await env.leftovers()).toEqual([])
  // Each deletion that takes time was a task of its own, a part of this one.
  const parts = await env.items('operator', `/v1/tasks?parent=${task.id}&limit=100`)
  expect(parts.map(({ action }) => action).sort()).toEqual(['network.delete', 'vm.delete', 'vm.delete', 'vm.expunge'])
})

test('[core.cascade] [iam.accounts] nobody deletes the account one acts in, the platform’s, or oneself', async () => {
  const { account, user } = (await env.call('operator', 'GET', '/v1/me')).body
  const own = await preview('operator', `/v1/accounts/${account}`)
  expect(own.possible).toBe(false)
  expect(own.forbids.map(({ code }) => code)).toEqual(expect.arrayContaining(['WRONG_STATE', 'OWN_USER']))
  expect((await preview('operator', `/v1/users/${user}`)).forbids[0]?.code).toBe('OWN_USER')
  const frank = await tenant('frank')
  const role = (await env.items('operator', '/v1/roles?key=platformAdmin'))[0]?.id
  const headers = { 'basalt-account': frank.id }
  await env.ok('operator', 'POST', `/v1/accounts/${frank.id}/freeze`)
  const acting = await env.call('operator', 'GET', `/v1/accounts/${frank.id}/deletion`, undefined, headers)
  expect((acting.body as unknown as Preview).forbids.map(({ code }) => code)).toContain('OWN_ACCOUNT')
  // The last who administers the platform stays, whoever wants it gone.
  const heir = await tenant('heir')
  const all = await env.ok('operator', 'POST', '/v1/roles', {
    name: 'all',
    public: true,
    statements: [{ effect: 'allow', actions: ['*'] }],
  })
  await env.ok('operator', 'POST', '/v1/role-bindings', { user: heir.user, role: all.id, scope: 'platform' })
  const last = await heir.ask(`/v1/users/${user}/deletion`)
  expect(last.forbids.map(({ code }) => code)).toEqual(['LAST_ADMINISTRATOR'])
  await env.ok('operator', 'POST', '/v1/role-bindings', { user: frank.user, role, scope: 'platform' })
  expect((await preview('operator', `/v1/accounts/${frank.id}`)).possible).toBe(true)
  await env.ok('operator', 'POST', `/v1/accounts/${frank.id}/deletion`)
})

test('[iam.accounts] an account moves into another domain, where others administer it', async () => {
  const domain = await env.ok('operator', 'POST', '/v1/domains', { name: 'east' })
  const gil = await tenant('gil')
  const before = (await env.call('operator', 'GET', `/v1/accounts/${gil.id}`)).body.domain
  const boss = await tenant('boss')
  const role = (await env.items('operator', '/v1/roles?key=domainAdmin'))[0]?.id
  await env.ok('operator', 'POST', '/v1/role-bindings', { user: boss.user, role, scope: 'domain', domain: domain.id })
  const { token } = (await env.call(null, 'POST', '/v1/sessions', { username: 'boss', password: 'a-good-password' }))
    .body
  const asBoss = (method: 'GET' | 'POST', path: string, body?: object) =>
    env.call(null, method, path, body, { authorization: `Bearer ${token}` })
  const path = `/v1/accounts/${gil.id}`
  expect((await asBoss('GET', path)).status).toBe(404)
  expect((await env.call('operator', 'POST', `${path}/move`, { to: before })).body.code).toBe('INVALID_INPUT')
  expect((await env.call('ada', 'POST', `${path}/move`, { to: domain.id })).status).toBe(404)
  await env.ok('operator', 'POST', `${path}/move`, { to: domain.id })
  expect((await asBoss('GET', path)).body.domain).toBe(domain.id)
  // Whoever has rights in one of the two domains only cannot give it away.
  const back = await asBoss('POST', `${path}/move`, { to: before })
  expect(back.status).toBeGreaterThanOrEqual(400)
  // A domain goes with its accounts, when they are frozen.
  const refused = await preview('operator', `/v1/domains/${domain.id}`)
  expect(refused.forbids).toEqual([expect.objectContaining({ kind: 'account', name: 'gil', code: 'WRONG_STATE' })])
  await env.ok('operator', 'POST', `${path}/freeze`)
  await env.ok('operator', 'DELETE', `/v1/domains/${domain.id}?cascade=true`)
  expect((await env.call('operator', 'GET', path)).status).toBe(404)
})

test('[core.cascade] a control plane that dies in the middle goes on; a deletion that failed is asked for again', async () => {
  const ivy = await furnishedTenant('ivy')
  const path = `/v1/accounts/${ivy.id}`
  await env.ok('operator', 'POST', `${path}/freeze`)
  for (const host of env.hosts) host.faults.failNext('hypervisor.remove' as never)
  const failed = await env.call('operator', 'POST', `${path}/deletion`, {}, { prefer: 'wait=60' })
  expect(failed.body).toMatchObject({ state: 'failed', cause: { code: 'CASCADE_INCOMPLETE' } })
  expect((failed.body.cause as { message: string }).message).toMatch(/the vm "ivy \d"/)
  for (const host of env.hosts) host.faults.clear()
  const rest = await preview('operator', path)
  expect(rest).toMatchObject({ possible: true })
  expect(countOf(rest, 'tag')).toBe(0)
  const hung = env.network.faults.hangNext('removePort')
  const { body: task } = await env.call('operator', 'POST', `${path}/deletion`)
  await hung.reached
  await env.restart()
  hung.release()
  await until('the deletion ends', async () => {
    const { body } = await env.call('operator', 'GET', `/v1/tasks/${task.id}`)
    return body.finishedAt ? body : null
  })
  expect((await env.call('operator', 'GET', `/v1/tasks/${task.id}`)).body).toMatchObject({ state: 'succeeded' })
  expect(await leftOf(ivy.id)).toEqual([])
  expect(await env.leftovers()).toEqual([])
})

test('[core.cascade] a deletion that is cancelled stops, names nothing as gone that is not, and lets go of what it held', async () => {
  const jo = await furnishedTenant('jo')
  const path = `/v1/accounts/${jo.id}`
  await env.ok('operator', 'POST', `${path}/freeze`)
  const hung = env.network.faults.hangNext('removePort')
  const { body: task } = await env.call('operator', 'POST', `${path}/deletion`)
  await hung.reached
  // Nothing new comes to be in what goes, whoever asks.
  const late = await env.call('operator', 'POST', '/v1/tags', { name: 'late' }, { 'basalt-account': jo.id })
  expect(late).toMatchObject({ status: 409, body: { code: 'BEING_DELETED' } })
  const changed = await env.call('operator', 'POST', `/v1/networks/${jo.network}/recover`)
  expect(changed.body.code).toBe('RESOURCE_BUSY')
  expect((await env.call('operator', 'POST', `/v1/tasks/${task.id}/cancel`)).status).toBe(200)
  hung.release()
  await until('the cancelled deletion ends', async () => {
    const { body } = await env.call('operator', 'GET', `/v1/tasks/${task.id}`)
    return body.finishedAt ? body : null
  })
  expect((await env.call('operator', 'GET', `/v1/tasks/${task.id}`)).body.state).toBe('cancelled')
  expect((await env.call('operator', 'GET', path)).status).toBe(200)
  await until('its parts end', async () =>
    (await env.items('operator', `/v1/tasks?parent=${task.id}`)).every(({ finishedAt }) => finishedAt) ? true : null,
  )
  expect(await env.leftovers()).toEqual([])
  await env.ok('operator', 'DELETE', `${path}?cascade=true`)
  expect(await leftOf(jo.id)).toEqual([])
})

test('[core.relations] a resource and what is around it, as far as one can see it', async () => {
  const [vm] = await env.items('ada', '/v1/vms')
  type Shown = { nodes: { kind: string; name: string }[]; edges: { field: string }[]; truncated: boolean }
  const around = async (who: Who, path: string) => (await env.call(who, 'GET', path)).body as unknown as Shown
  const kinds = ({ nodes }: Shown) => [...new Set(nodes.map(({ kind }) => kind))].sort()
  const near = await around('ada', `/v1/vms/${vm?.id}/relations`)
  expect(kinds(near)).toEqual(['account', 'image', 'nic', 'offering', 'vm', 'volume', 'zone'])
  const far = await around('ada', `/v1/vms/${vm?.id}/relations?depth=2`)
  expect(kinds(far)).toContain('network')
  expect(far.edges).toContainEqual(expect.objectContaining({ fromKind: 'nic', toKind: 'network', field: 'network' }))
  const all = await around('operator', `/v1/vms/${vm?.id}/relations?depth=3`)
  expect(kinds(all)).toEqual(expect.arrayContaining(['host', 'cluster', 'storagePool', 'fabric']))
  expect(await around('operator', `/v1/zones/${env.furniture.zone}/relations?limit=3`)).toMatchObject({
    truncated: true,
  })
  expect((await env.call('bob', 'GET', `/v1/vms/${vm?.id}/relations`)).status).toBe(404)
  expect((await env.call('ada', 'GET', `/v1/vms/${vm?.id}/relations?depth=9`)).body.code).toBe('INVALID_INPUT')
})

/** Clusters, hosts to come, classes, networks and VMs: a thousand resources with what they consist of. */
async function fillZone(): Promise<void> {
  const { zone, fabric } = env.furniture
  const inBatches = async (count: number, work: (index: number) => Promise<unknown>): Promise<void> => {
    for (let from = 0; from < count; from += 20)
      await Promise.all(Array.from({ length: Math.min(20, count - from) }, (_, index) => work(from + index)))
  }
  const clusters: string[] = []
  await inBatches(100, async (index) => {
    const { id } = await env.ok('operator', 'POST', '/v1/clusters', { name: `cluster ${index}`, zone, fabric })
    clusters.push(id)
  })
  await inBatches(700, (index) =>
    env.ok('operator', 'POST', '/v1/hosts', { name: `to come ${index}`, zone, cluster: clusters[index % 100] }),
  )
  await inBatches(100, (index) => env.ok('operator', 'POST', '/v1/storage-classes', { name: `class ${index}`, zone }))
  await inBatches(60, (index) =>
    env.ok('ada', 'POST', '/v1/networks', { name: `net ${index}`, zone, cidr: '10.9.0.0/24' }),
  )
  await inBatches(20, (index) => env.createVm({ name: `vm ${index}` }))
}

test('[core.cascade] a zone with a thousand resources goes after a preview, with nothing left, and nothing new in it meanwhile', async () => {
  await fillZone()
  const { zone, fabric } = env.furniture
  const path = `/v1/zones/${zone}`
  const seen = await preview('operator', path)
  expect(seen).toMatchObject({ possible: true, forbids: [], hidden: 0, truncated: true })
  expect(seen.total).toBeGreaterThan(1_000)
  expect(countOf(seen, 'host')).toBe(702)
  const hung = env.network.faults.hangNext('removePort')
  const { body: task } = await env.call('operator', 'POST', `${path}/deletion`, { agreed: seen.fingerprint })
  await hung.reached
  const late = await env.call('operator', 'POST', '/v1/clusters', { name: 'late', zone, fabric })
  expect(late).toMatchObject({ status: 409, body: { code: 'BEING_DELETED' } })
  const twice = await env.call('operator', 'POST', `${path}/deletion`)
  expect(twice.body.code).toBe('CASCADE_FORBIDDEN')
  hung.release()
  const done = await until(
    'the deletion ends',
    async () => {
      const { body } = await env.call('operator', 'GET', `/v1/tasks/${task.id}`)
      return body.finishedAt ? body : null
    },
    180_000,
  )
  expect(done).toMatchObject({ state: 'succeeded', cause: null })
  const { store } = env.controlPlane()
  for (const { kind, fields, view } of store.catalogue.resources)
    if (fields.zone && !view) expect(await store.all(kind, { zone }), kind).toEqual([])
  expect((await env.call('operator', 'GET', path)).status).toBe(404)
  expect(await env.leftovers()).toEqual([])
  for (const host of env.hosts) expect(host.snapshot()).toMatchObject({ domains: [], pools: [] })
  expect(env.network.snapshot()).toMatchObject({ networks: [], ports: [] })
})
