import { type CloudEnvironment, cloud, httpClient } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemRoles } from '../module.ts'
import { type People, peopleOf } from './people.testkit.ts'

let env: CloudEnvironment
let people: People
let accountOf: Record<'ada' | 'bob' | 'operator', string>
let zone: string

beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  people = peopleOf(env)
  zone = env.furniture.zone
  const me = async (who: 'ada' | 'bob' | 'operator') => (await env.call(who, 'GET', '/v1/me')).body.account as string
  accountOf = { ada: await me('ada'), bob: await me('bob'), operator: await me('operator') }
})
afterAll(() => env.close())

const roleBody = (name: string, ...statements: object[]) => ({ name, statements })
const network = (name: string) => ({ name, zone, cidr: '10.5.0.0/24' })

test('[iam.builtin] the roles of the platform are there, public, and cannot be changed', async () => {
  const roles = await env.items('bob', '/v1/roles')
  expect(roles.map(({ key }) => key).sort()).toEqual(
    systemRoles([], [])
      .map(({ key }) => key)
      .sort(),
  )
  const admin = await people.role('platformAdmin')
  const path = `/v1/roles/${admin}`
  expect((await env.call('operator', 'PATCH', path, { name: 'x' })).body.code).toBe('SYSTEM_ROLE')
  expect((await env.call('operator', 'DELETE', path)).body.code).toBe('SYSTEM_ROLE')
  expect((await env.call('bob', 'PATCH', path, { name: 'x' })).status).toBe(403)
})

test('[iam.builtin] roles grow with upgrades: what differs at the start of a node is brought up to date', async () => {
  const id = await people.role('auditor')
  const stale = { statements: [], description: 'of old', revision: 0 }
  await env.controlPlane().store.commit([{ op: 'update', kind: 'role', id, set: stale }])
  await env.restart()
  expect((await env.call('ada', 'GET', `/v1/roles/${id}`)).body).toMatchObject({
    statements: [{ effect: 'allow', actions: ['*.read'] }],
  })
  const newer = { statements: [], revision: 1_000 }
  await env.controlPlane().store.commit([{ op: 'update', kind: 'role', id, set: newer }])
  await env.restart()
  expect((await env.call('ada', 'GET', `/v1/roles/${id}`)).body.statements).toEqual([])
  await env.controlPlane().store.commit([{ op: 'update', kind: 'role', id, set: { revision: 0 } }])
  await env.restart()
})

test('[iam.builtin] [iam.users] auditors read and change nothing; members work; only administrators manage people', async () => {
  const auditor = await people.person('auditor', accountOf.ada, 'auditor')
  const member = await people.person('member', accountOf.ada, 'member')
  const { id } = (await env.items('ada', '/v1/networks'))[0] ?? { id: '' }
  expect((await auditor.call('GET', `/v1/networks/${id}`)).status).toBe(200)
  const refused = await auditor.call('PATCH', `/v1/networks/${id}`, { name: 'mine' })
  expect(refused.body).toMatchObject({
    status: 403,
    code: 'FORBIDDEN',
    detail: 'This needs the permission network.update, which you do not have here.',
    remedy: 'Ask an administrator of the account for a role that allows it.',
  })
  expect((await auditor.call('POST', '/v1/networks', network('n'))).status).toBe(403)
  const made = await member.call('POST', '/v1/networks', network('m'))
  expect(made.body.state).toBe('succeeded')
  expect((await member.call('DELETE', `/v1/networks/${made.body.resource}`)).body.state).toBe('succeeded')
  for (const person of [auditor, member]) {
    const user = { name: 'x', username: 'x', password: 'a-good-password' }
    expect((await person.call('POST', '/v1/users', user)).status).toBe(403)
    const bind = { user: person.id, role: await people.role('accountAdmin'), scope: 'account' }
    expect((await person.call('POST', '/v1/role-bindings', bind)).status).toBe(403)
  }
  const other = await member.call('POST', `/v1/users/${auditor.id}/set-password`, { password: 'a-good-password' })
  expect(other.body.code).toBe('FORBIDDEN')
  await member.call('POST', `/v1/users/${member.id}/set-password`, { password: 'another-password' })
  expect((await people.login('member')).status).toBe(401)
})

test('[iam.builtin] dashboard-only sees how it is, and no people', async () => {
  const viewer = await people.person('viewer', accountOf.ada, 'dashboard')
  expect((await viewer.call('GET', '/v1/networks')).body.items).not.toEqual([])
  expect((await viewer.call('GET', '/v1/groups')).body.items).toEqual([])
  expect(((await viewer.call('GET', '/v1/users')).body.items as { id: string }[]).map(({ id }) => id)).toEqual([
    viewer.id,
  ])
})

test('[iam.roles] a denial counts more than what is allowed, for one resource, and is gone at once when taken away', async () => {
  const carol = await people.person('carol', accountOf.ada, 'member')
  const { id } = (await env.items('ada', '/v1/networks'))[0] ?? { id: '' }
  const rename = () => carol.call('PATCH', `/v1/networks/${id}`, { description: 'by carol' })
  expect((await rename()).status).toBe(200)
  const statement = { effect: 'deny', actions: ['network.update'], resources: [id] }
  const role = await env.ok('ada', 'POST', '/v1/roles', roleBody('no renaming', statement))
  const binding = await env.ok('ada', 'POST', '/v1/role-bindings', { user: carol.id, role: role.id, scope: 'account' })
  expect((await rename()).body).toMatchObject({
    status: 403,
    detail: `The role "no renaming", bound in the account ${accountOf.ada}, denies network.update.`,
  })
  const why = await carol.call('GET', `/v1/access/why?permission=network.update&resource=${id}`)
  expect(why.body).toMatchObject({
    permission: 'network.update',
    allowed: false,
    by: { role: role.id, binding: binding.id, scope: { kind: 'account', account: accountOf.ada }, statement },
  })
  expect((await env.call('ada', 'DELETE', `/v1/roles/${role.id}`)).body.code).toBe('IN_USE')
  await env.ok('ada', 'PATCH', `/v1/roles/${role.id}`, { statements: [{ effect: 'deny', actions: ['network.read'] }] })
  expect((await rename()).status).toBe(404)
  expect((await carol.call('GET', '/v1/networks')).body.items).toEqual([])
  await env.ok('ada', 'DELETE', `/v1/role-bindings/${binding.id}`)
  expect((await rename()).status).toBe(200)
})

test('[iam.roles] a role with mistakes is refused with the place of the mistake', async () => {
  const create = (statement: object) => env.call('ada', 'POST', '/v1/roles', roleBody('r', statement))
  expect((await create({ effect: 'allow', actions: ['vm.fly'] })).body).toMatchObject({
    code: 'INVALID_INPUT',
    errors: [{ field: 'statements.0.actions.0', message: 'names no permission' }],
  })
  expect((await create({ effect: 'allow', actions: ['vm start'] })).body.code).toBe('INVALID_INPUT')
  expect((await create({ effect: 'maybe', actions: ['*'] })).body.code).toBe('INVALID_INPUT')
  expect((await create({ effect: 'allow', actions: ['*'], zones: [crypto.randomUUID()] })).body.code).toBe(
    'INVALID_INPUT',
  )
})

test('[iam.users] a group gives its roles to its members, at once and no longer than they are in it', async () => {
  const dave = await people.person('dave', accountOf.ada, 'dashboard')
  const group = await env.ok('ada', 'POST', '/v1/groups', { name: 'builders' })
  const role = await people.role('member')
  await env.ok('ada', 'POST', '/v1/role-bindings', { group: group.id, role, scope: 'account' })
  const may = async () => (await dave.call('GET', '/v1/access/why?permission=network.create')).body.allowed
  expect(await may()).toBe(false)
  const member = await env.ok('ada', 'POST', '/v1/group-members', { group: group.id, user: dave.id })
  expect(await may()).toBe(true)
  expect((await dave.call('GET', '/v1/me')).body.roles).toMatchObject([{ name: 'Dashboard only' }, { name: 'Member' }])
  await env.ok('ada', 'DELETE', `/v1/group-members/${member.id}`)
  expect(await may()).toBe(false)
  await env.ok('ada', 'POST', '/v1/group-members', { group: group.id, user: dave.id })
  await env.ok('ada', 'DELETE', `/v1/groups/${group.id}`)
  expect(await may()).toBe(false)
})

test('[iam.roles] nobody gives more than it has: not by binding, not by changing a role, not by group or password', async () => {
  const admin = await people.role('platformAdmin')
  const me = (await env.call('ada', 'GET', '/v1/me')).body.user as string
  const grow = (scope: object) => env.call('ada', 'POST', '/v1/role-bindings', { user: me, role: admin, ...scope })
  expect((await grow({ scope: 'platform' })).status).toBe(403)
  expect((await grow({ scope: 'zone', zone })).status).toBe(403)
  expect((await grow({ scope: 'account' })).status).toBe(201)
  expect((await env.call('ada', 'POST', '/v1/accounts', { name: 'x' })).status).toBe(403)

  const manager = await people.person('manager', accountOf.ada, 'member')
  const statement = { effect: 'allow', actions: ['roleBinding.*', 'role.*', 'user.*', 'groupMember.*', 'group.*'] }
  const role = await env.ok('ada', 'POST', '/v1/roles', roleBody('people', statement))
  await env.ok('ada', 'POST', '/v1/role-bindings', { user: manager.id, role: role.id, scope: 'account' })
  const accountAdmin = await people.role('accountAdmin')
  const give = (id: string) =>
    manager.call('POST', '/v1/role-bindings', { user: manager.id, role: id, scope: 'account' })
  expect((await give(accountAdmin)).body).toMatchObject({
    status: 403,
    code: 'CANNOT_GIVE',
    detail: expect.stringContaining('share.create'),
  })
  const small = await manager.call('POST', '/v1/roles', roleBody('small', { effect: 'allow', actions: ['vm.read'] }))
  expect((await give(small.body.id as string)).status).toBe(201)
  const more = { statements: [{ effect: 'allow', actions: ['*'] }] }
  expect((await manager.call('PATCH', `/v1/roles/${small.body.id}`, more)).body.code).toBe('CANNOT_GIVE')
  const password = { password: 'another-password' }
  expect((await manager.call('POST', `/v1/users/${me}/set-password`, password)).body.code).toBe('CANNOT_GIVE')
  const group = await env.ok('ada', 'POST', '/v1/groups', { name: 'admins' })
  await env.ok('ada', 'POST', '/v1/role-bindings', { group: group.id, role: accountAdmin, scope: 'account' })
  const join = { group: group.id, user: manager.id }
  expect((await manager.call('POST', '/v1/group-members', join)).body.code).toBe('CANNOT_GIVE')
})

test('[iam.roles] nobody frees itself of a denial, and no administrator of the platform removes itself', async () => {
  const erin = await people.person('erin', accountOf.ada, 'accountAdmin')
  const statement = { effect: 'deny', actions: ['vm.delete'] }
  const role = await env.ok('ada', 'POST', '/v1/roles', roleBody('no deleting', statement))
  const binding = await env.ok('ada', 'POST', '/v1/role-bindings', { user: erin.id, role: role.id, scope: 'account' })
  expect((await erin.call('DELETE', `/v1/role-bindings/${binding.id}`)).body.code).toBe('OWN_RESTRICTION')
  expect((await erin.call('PATCH', `/v1/roles/${role.id}`, { statements: [] })).body.code).toBe('OWN_RESTRICTION')
  expect((await env.call('ada', 'DELETE', `/v1/role-bindings/${binding.id}`)).status).toBe(204)
  const { roles } = (await env.call('operator', 'GET', '/v1/me')).body as { roles: { binding: string }[] }
  expect((await env.call('operator', 'DELETE', `/v1/role-bindings/${roles[0]?.binding}`)).body.code).toBe('OWN_ROLE')
})

test('[iam.domains] a domain administrator rules the domain and below, and sees nothing beside it', async () => {
  const north = await people.domain('north')
  const south = await people.domain('south')
  const account = await people.account('north office', { domain: north })
  const frank = await people.person('frank', account, 'member')
  await people.bind({ user: frank.id, role: await people.role('domainAdmin'), scope: 'domain', domain: north })
  const below = await frank.call('POST', '/v1/domains', { name: 'arctic' })
  expect(below.body).toMatchObject({ parent: north, path: expect.stringContaining(`${north}/`) })
  const opened = await frank.call('POST', '/v1/accounts', { name: 'pole', domain: below.body.id })
  expect(opened.body).toMatchObject({ state: 'active', domain: below.body.id, type: 'tenant' })
  const pole = opened.body.id as string
  const user = { name: 'gus', username: 'gus', password: 'a-good-password', inAccount: pole }
  expect((await frank.call('POST', '/v1/users', user)).status).toBe(201)
  const gus = people.as((await people.login('gus')).body.token)
  const made = await gus('POST', '/v1/networks', network('ice'))
  expect((await frank.call('GET', `/v1/networks/${made.body.resource}`)).body).toMatchObject({ account: pole })
  expect(((await frank.call('GET', '/v1/accounts')).body.items as { name: string }[]).map(({ name }) => name)).toEqual([
    'pole',
    'north office',
  ])
  for (const foreign of [south, crypto.randomUUID()]) {
    expect((await frank.call('GET', `/v1/domains/${foreign}`)).status).toBe(404)
    expect((await frank.call('POST', '/v1/accounts', { name: 'x', domain: foreign })).body.code).toBe('INVALID_INPUT')
  }
  expect((await frank.call('GET', `/v1/accounts/${accountOf.ada}`)).status).toBe(404)
  expect((await frank.call('GET', '/v1/hosts')).body.items).toEqual([])
  expect((await frank.call('POST', '/v1/zones', { name: 'z' })).status).toBe(403)
  expect((await frank.call('DELETE', `/v1/domains/${below.body.id}`)).body.code).toBe('IN_USE')
  const { body } = await gus('GET', `/v1/accounts/${pole}`)
  expect(body).not.toHaveProperty('domain')
  const kinds = (await frank.call('GET', '/v1/kinds')).body.items as { kind: string }[]
  expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['domain']))
  expect(kinds.map(({ kind }) => kind)).not.toContain('host')
  const mine = await frank.call('POST', '/v1/networks', network('theirs'), { 'basalt-account': pole })
  expect(mine.body.account).toBe(pole)
  await env.ok('operator', 'POST', `/v1/accounts/${pole}/freeze`)
  expect((await people.login('gus')).body.code).toBe('ACCOUNT_FROZEN')
  expect((await frank.call('GET', '/v1/networks', undefined, { 'basalt-account': pole })).status).toBe(200)
})

test('[iam.builtin] [iam.domains] an administrator of one zone runs that zone and no other', async () => {
  const other = (await env.ok('operator', 'POST', '/v1/zones', { name: 'zone2' })).id
  const grace = await people.person('grace', accountOf.operator, 'dashboard')
  await people.bind({ user: grace.id, role: await people.role('platformAdmin'), scope: 'zone', zone: other })
  expect((await grace.call('GET', '/v1/me')).body.operator).toBe(true)
  const fabric = await grace.call('POST', '/v1/fabrics', { name: 'fabric2', zone: other, driver: 'simulated' })
  expect(fabric.status).toBe(201)
  expect((await grace.call('POST', '/v1/fabrics', { name: 'f', zone, driver: 'simulated' })).body.code).toBe(
    'FORBIDDEN',
  )
  expect((await grace.call('GET', '/v1/hosts')).body.items).toEqual([])
  const [host] = env.hostIds
  expect((await grace.call('GET', `/v1/hosts/${host}`)).status).toBe(404)
  expect((await grace.call('POST', `/v1/hosts/${host}/registration-token`)).status).toBe(404)
  expect((await grace.call('PATCH', `/v1/zones/${other}`, { name: 'east' })).status).toBe(200)
  expect((await grace.call('PATCH', `/v1/zones/${zone}`, { name: 'mine' })).status).toBe(403)
  expect((await grace.call('POST', '/v1/zones', { name: 'z' })).status).toBe(403)
})

test('[iam.accounts] a member of a project acts in it by its header, and only there sees what it owns', async () => {
  const project = await people.account('apollo', { type: 'project' })
  const heidi = await people.person('heidi', accountOf.bob, 'member')
  const inProject = { 'basalt-account': project }
  const stranger = crypto.randomUUID()
  const before = await heidi.call('GET', '/v1/me', undefined, inProject)
  const unknown = await heidi.call('GET', '/v1/me', undefined, { 'basalt-account': stranger })
  expect(before.status).toBe(404)
  expect(JSON.stringify(before.body).replaceAll(project, '')).toBe(
    JSON.stringify(unknown.body).replaceAll(stranger, ''),
  )
  const binding = await people.bind({
    user: heidi.id,
    role: await people.role('member'),
    scope: 'account',
    inAccount: project,
  })
  const made = await heidi.call('POST', '/v1/networks', network('ours'), inProject)
  expect(made.body).toMatchObject({ state: 'succeeded', account: project })
  const path = `/v1/networks/${made.body.resource}`
  expect((await heidi.call('GET', path, undefined, inProject)).status).toBe(200)
  expect((await heidi.call('GET', path)).status).toBe(404)
  expect((await heidi.call('GET', '/v1/networks')).body.items).toEqual([])
  expect((await heidi.call('GET', '/v1/me')).body.roles).toMatchObject([
    { scope: { account: accountOf.bob }, counts: true },
    { scope: { account: project }, counts: false },
  ])
  await env.ok('operator', 'POST', `/v1/accounts/${project}/freeze`)
  expect((await heidi.call('GET', path, undefined, inProject)).body.code).toBe('ACCOUNT_FROZEN')
  expect((await heidi.call('GET', '/v1/me')).status).toBe(200)
  await env.ok('operator', 'POST', `/v1/accounts/${project}/unfreeze`)
  await env.ok('operator', 'DELETE', `/v1/role-bindings/${binding}`)
  expect((await heidi.call('GET', path, undefined, inProject)).status).toBe(404)
  const user = { name: 'x', username: 'nobody', password: 'a-good-password', inAccount: project }
  expect((await env.call('operator', 'POST', '/v1/users', user)).body.errors).toMatchObject([{ field: 'inAccount' }])
})

test('[iam.accounts] users of a frozen account neither log in nor act; its resources stay', async () => {
  const account = await people.account('winter')
  const ivan = await people.person('ivan', account, 'accountAdmin')
  const made = await ivan.call('POST', '/v1/networks', network('kept'))
  const frozen = await env.ok('operator', 'POST', `/v1/accounts/${account}/freeze`)
  expect(frozen.state).toBe('frozen')
  expect((await ivan.call('GET', '/v1/me')).status).toBe(401)
  expect((await people.login('ivan')).body).toMatchObject({ status: 403, code: 'ACCOUNT_FROZEN' })
  expect((await env.call('operator', 'GET', `/v1/networks/${made.body.resource}`)).body.state).toBe('ready')
  expect((await env.call('operator', 'POST', `/v1/accounts/${account}/freeze`)).body.code).toBe('WRONG_STATE')
  await env.ok('operator', 'POST', `/v1/accounts/${account}/unfreeze`)
  expect((await ivan.call('GET', '/v1/me')).status).toBe(200)
  const platform = await env.call('operator', 'POST', `/v1/accounts/${accountOf.operator}/freeze`)
  expect(platform.body.code).toBe('PLATFORM_ACCOUNT')
})

test('[iam.accounts] before an account is closed one sees what it owns and what keeps it', async () => {
  const account = await people.account('leaving')
  const judy = await people.person('judy', account, 'accountAdmin')
  await judy.call('POST', '/v1/groups', { name: 'all of us' })
  const { body: made } = await judy.call('POST', '/v1/networks', network('last'))
  const contents = (await env.call('operator', 'GET', `/v1/accounts/${account}/contents`)).body.items
  expect(contents).toEqual(
    expect.arrayContaining([
      { kind: 'user', count: 1, names: ['judy'], goesAlong: false },
      { kind: 'network', count: 1, names: ['last'], goesAlong: false },
      { kind: 'group', count: 1, names: ['all of us'], goesAlong: true },
      expect.objectContaining({ kind: 'roleBinding', goesAlong: true }),
    ]),
  )
  expect((await env.call('bob', 'GET', `/v1/accounts/${account}/contents`)).status).toBe(404)
  expect((await env.call('operator', 'DELETE', `/v1/accounts/${account}`)).body.code).toBe('IN_USE')
  await env.ok('operator', 'DELETE', `/v1/networks/${made.resource}`)
  await env.ok('operator', 'DELETE', `/v1/users/${judy.id}`)
  await env.ok('operator', 'DELETE', `/v1/accounts/${account}`)
  expect((await env.items('operator', '/v1/groups')).filter((group) => group.account === account)).toEqual([])
})

test('[iam.accounts] what is shared is seen and used, not changed, and not seen any more when it is recalled', async () => {
  const made = await env.ok('ada', 'POST', '/v1/networks', { name: 'lent', zone, cidr: '10.7.0.0/24' })
  const path = `/v1/networks/${made.resource}`
  const use = (name: string) => env.createVm({ name, networks: [{ network: made.resource }] }, 'bob')
  expect((await use('early')).status).toBe(400)
  const what = { sharedKind: 'network', resource: made.resource }
  expect(
    (await env.call('bob', 'POST', '/v1/shares', { ...what, grantee: 'account', toAccount: accountOf.bob })).status,
  ).toBe(400)
  expect((await env.call('ada', 'POST', '/v1/shares', { ...what, grantee: 'all' })).status).toBe(403)
  expect((await env.call('ada', 'POST', '/v1/shares', { ...what, grantee: 'account' })).status).toBe(400)
  const share = await env.ok('ada', 'POST', '/v1/shares', { ...what, grantee: 'account', toAccount: accountOf.bob })
  expect((await env.call('bob', 'GET', path)).body).toMatchObject({ name: 'lent', account: accountOf.ada })
  const vm = await use('guest')
  expect(vm.body).toMatchObject({ state: 'succeeded', account: accountOf.bob })
  expect((await env.call('bob', 'PATCH', path, { name: 'mine' })).body.code).toBe('FORBIDDEN')
  expect(
    (await env.call('bob', 'GET', `/v1/access/why?permission=network.read&resource=${made.resource}`)).body,
  ).toMatchObject({ allowed: true })
  expect((await env.call('ada', 'DELETE', path)).body.detail).toBe('The network "lent" is used by 1 nic.')
  await env.ok('ada', 'DELETE', `/v1/shares/${share.id}`)
  expect((await env.call('bob', 'GET', path)).status).toBe(404)
  expect((await use('late')).status).toBe(400)
  await env.ok('bob', 'DELETE', `/v1/vms/${vm.body.resource}`)
  const all = await env.ok('operator', 'POST', '/v1/shares', { ...what, grantee: 'all' })
  expect((await env.call('bob', 'GET', path)).status).toBe(200)
  expect((await env.call('ada', 'GET', `/v1/shares/${all.id}`)).body.account).toBe(accountOf.ada)
  await env.ok('ada', 'DELETE', path)
})

test('[iam.accounts] a share with an account that does not exist looks the same as with one that does', async () => {
  const { resource } = await env.ok('ada', 'POST', '/v1/networks', { name: 'n', zone, cidr: '10.8.0.0/24' })
  const to = async (toAccount: string) => {
    const { status, body } = await env.call('ada', 'POST', '/v1/shares', {
      sharedKind: 'network',
      resource,
      grantee: 'account',
      toAccount,
    })
    return { status, fields: Object.keys(body) }
  }
  expect(await to(crypto.randomUUID())).toEqual(await to(accountOf.bob))
  await env.ok('ada', 'DELETE', `/v1/networks/${resource}`)
})

test('[iam.accounts] a change of owner takes along what belongs to it, and refuses what would be torn apart', async () => {
  const vm = (await env.createVm({ name: 'moving' })).body.resource as string
  const change = (kind: string, id: unknown, to: string) =>
    env.call('operator', 'POST', `/v1/${kind}/${id}/change-owner`, { to })
  expect((await env.call('ada', 'POST', `/v1/vms/${vm}/change-owner`, { to: accountOf.ada })).body.code).toBe(
    'FORBIDDEN',
  )
  expect((await change('vms', vm, accountOf.bob)).body).toMatchObject({ code: 'NOT_VISIBLE_TO_OWNER', status: 409 })
  expect((await change('networks', env.furniture.network, accountOf.bob)).body.code).toBe('IN_USE')
  expect((await change('vms', vm, accountOf.ada)).body.errors).toMatchObject([{ field: 'to' }])
  const what = {
    sharedKind: 'network',
    resource: env.furniture.network,
    grantee: 'account',
    toAccount: accountOf.bob,
  }
  const share = await env.ok('ada', 'POST', '/v1/shares', what)
  expect((await change('vms', vm, accountOf.bob)).body).toMatchObject({ account: accountOf.bob })
  for (const kind of ['volumes', 'nics'])
    expect(await env.items('bob', `/v1/${kind}?vm=${vm}`)).toMatchObject([{ account: accountOf.bob }])
  expect((await env.call('ada', 'GET', `/v1/vms/${vm}`)).status).toBe(404)
  await env.ok('bob', 'DELETE', `/v1/vms/${vm}`)
  await env.ok('ada', 'DELETE', `/v1/shares/${share.id}`)
  const frozen = await people.account('cold')
  await env.ok('operator', 'POST', `/v1/accounts/${frozen}/freeze`)
  expect((await change('networks', env.furniture.network, frozen)).body.code).toBe('INVALID_INPUT')
})

test('[iam.roles] what one can do with a resource is told line by line, by the decision that requests meet', async () => {
  const { id } = (await env.items('ada', '/v1/images'))[0] ?? { id: '' }
  const { items } = (await env.call('ada', 'GET', `/v1/access/can?kind=image&resource=${id}`)).body as {
    items: { permission: string; allowed: boolean; reason: string }[]
  }
  expect(items.filter(({ allowed }) => allowed).map(({ permission }) => permission)).toEqual(['image.read'])
  expect(items.find(({ permission }) => permission === 'image.update')?.reason).toContain('image.update')
  const foreign = (await env.items('operator', '/v1/networks')).find((row) => row.account === accountOf.ada)?.id
  const ask = (resource: unknown) =>
    env.call('bob', 'GET', `/v1/access/why?permission=network.delete&resource=${resource}`)
  const unknown = crypto.randomUUID()
  const [one, other] = [await ask(foreign), await ask(unknown)]
  expect([one.status, JSON.stringify(one.body).replaceAll(`${foreign}`, '')]).toEqual([
    404,
    JSON.stringify(other.body).replaceAll(unknown, ''),
  ])
  expect((await env.call('bob', 'GET', '/v1/access/why?permission=vm.fly')).status).toBe(400)
  expect((await env.call('bob', 'GET', '/v1/access/why')).status).toBe(400)
})

test('[iam.roles] rights that are taken away end at once, on every node', async () => {
  const kate = await people.person('kate', accountOf.ada, 'dashboard')
  const former = env.controlPlane()
  const end = await env.takeOver()
  const { body } = await people.login('kate')
  const atFormer = async () => {
    const request = { method: 'GET', path: '/v1/networks', token: body.token as string } as const
    return (await httpClient(former.apiUrl, former.caPem)(request)).body.items
  }
  try {
    expect(await atFormer()).not.toEqual([])
    const [binding] = await env.items('operator', `/v1/role-bindings?user=${kate.id}`)
    await env.ok('operator', 'DELETE', `/v1/role-bindings/${binding?.id}`)
    expect(await atFormer()).toEqual([])
    expect((await kate.call('GET', '/v1/networks')).body.items).toEqual([])
  } finally {
    await end()
  }
})

test('[iam.builtin] [iam.isolation] metrics and diagnosis are of the whole platform: who runs a zone or a domain gets neither', async () => {
  const account = await people.account('watchers')
  const domain = await people.domain('watched')
  const inZone = await people.person('zone-watcher', account, 'dashboard')
  await people.bind({ user: inZone.id, role: await people.role('platformAdmin'), scope: 'zone', zone })
  const inDomain = await people.person('domain-watcher', account, 'dashboard')
  await people.bind({ user: inDomain.id, role: await people.role('domainAdmin'), scope: 'domain', domain })
  for (const person of [inZone, inDomain])
    for (const path of ['/metrics', '/v1/diagnosis']) {
      const { status, body } = await person.call('GET', path)
      expect([path, status, body.code]).toEqual([path, 403, 'FORBIDDEN'])
    }
})
