/** One world, in order: duties are separated, used, and joined again. */
import { PARTS, type Part, partsOf, permittedActions, subjectsOf } from '@basalt/kernel'
import { signedHeaders } from '@basalt/signature'
import { type Answer, type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type People, type Person, peopleOf } from '../access/people.testkit.ts'
import { PLATFORM_ACCOUNT } from '../module.ts'

let env: CloudEnvironment
let people: People
const holders = {} as Record<Part, Person>
let path: string

const parts = () => ({
  sysadmin: holders.sysadmin.id,
  secadmin: holders.secadmin.id,
  secauditor: holders.secauditor.id,
})
const rows = ({ body }: Answer): Record<string, unknown>[] => body.items as Record<string, unknown>[]
const hostsSeenBy = async (who: 'operator') => rows(await env.call(who, 'GET', '/v1/hosts')).length
const ask = (part: Part, body: object) => holders[part].call('POST', '/v1/separation-requests', body)
const approve = (part: Part, id: unknown) => holders[part].call('POST', `/v1/separation-requests/${id}/approve`)

const redeem = (username: string, codes: object, password = 'a-good-password') =>
  env.call(null, 'POST', '/v1/invitations/redeem', { username, ...codes, password })

/** Both codes by which the user sets its password. */
async function invite(user: unknown): Promise<{ code: unknown; secondCode: unknown }> {
  const asked = await holders.secadmin.call('POST', '/v1/invitations', { user })
  expect(asked.status, JSON.stringify(asked.body)).toBe(201)
  const approved = await holders.secauditor.call('POST', `/v1/invitations/${asked.body.id}/approve`)
  expect(approved.status, JSON.stringify(approved.body)).toBe(200)
  return { code: asked.body.code, secondCode: approved.body.secondCode }
}

beforeAll(async () => {
  env = await cloud({ hosts: 1, nodes: 2 })
  people = peopleOf(env)
  // They work in the platform's account, with everything there, until the power is split.
  for (const part of PARTS) holders[part] = await people.person(part, PLATFORM_ACCOUNT, 'accountAdmin')
  path = `/v1/separations/${(await env.items('operator', '/v1/separations'))[0]?.id}/enable`
})
afterAll(() => env.close())

test('[iam.separation] every permission has its part, and what changes something has one at most', () => {
  const { resources } = env.controlPlane().store.catalogue
  for (const resource of subjectsOf(resources))
    for (const action of permittedActions(resource)) {
      const found = partsOf(resource, action)
      const name = `${resource.kind}.${action}`
      if (resource.concern === 'consent') expect([name, found]).toEqual([name, PARTS])
      else if (action !== 'read') expect([name, found.length]).toEqual([name, resource.concern === 'split' ? 0 : 1])
      else expect([name, found.length > 0]).toEqual([name, true])
    }
})

test('[iam.separation] separating duties needs three distinct users of the platform', async () => {
  const refused = async (input: object) => (await env.call('operator', 'POST', path, input)).body
  expect(await refused({ sysadmin: holders.sysadmin.id })).toMatchObject({ code: 'INVALID_INPUT' })
  expect(await refused({ ...parts(), secadmin: holders.sysadmin.id })).toMatchObject({
    code: 'INVALID_INPUT',
    errors: [{ field: 'sysadmin', message: 'is named for two parts' }],
  })
  const outsider = (await env.call('ada', 'GET', '/v1/me')).body.user as string
  expect((await refused({ ...parts(), secauditor: outsider })).errors).toMatchObject([{ field: 'secauditor' }])
  // Parts exclude each other already before.
  const [sysadmin, secadmin] = [await people.role('sysadmin'), await people.role('secadmin')]
  const binding = await people.bind({ user: holders.sysadmin.id, role: sysadmin, scope: 'platform' })
  const second = { user: holders.sysadmin.id, role: secadmin, scope: 'platform' }
  expect((await env.call('operator', 'POST', '/v1/role-bindings', second)).body.code).toBe('TWO_PARTS')
  expect((await refused({ ...parts(), secadmin: holders.sysadmin.id, sysadmin: holders.secadmin.id })).code).toBe(
    'TWO_PARTS',
  )
  const group = await env.ok('operator', 'POST', '/v1/groups', { name: 'several' })
  const shared = { group: group.id, role: sysadmin, scope: 'platform' }
  expect((await env.call('operator', 'POST', '/v1/role-bindings', shared)).body.errors).toMatchObject([
    { field: 'group' },
  ])
  expect((await env.call('ada', 'POST', path, parts())).status).toBe(404)
  expect((await holders.sysadmin.call('POST', path, parts())).status).toBe(403)
  await env.ok('operator', 'DELETE', `/v1/role-bindings/${binding}`)
})

test('[iam.separation] from then on nobody has more than a part: not sessions, access keys, passwords, on any node', async () => {
  const key = (await env.ok('operator', 'POST', '/v1/access-keys', { name: 'of old' })) as {
    id: string
    secret: string
  }
  const template = await env.ok('operator', 'POST', '/v1/setting-templates', {
    name: 'loose',
    values: { 'identity.loginAttempts': 9_999 },
  })
  await env.ok('operator', 'POST', path, parts())
  expect(await hostsSeenBy('operator')).toBe(0)
  expect((await env.call('operator', 'GET', '/v1/me')).body.operator).toBe(false)
  expect(
    (await env.call('operator', 'POST', '/v1/users', { name: 'x', username: 'x', password: 'a-good-password' })).status,
  ).toBe(403)
  expect((await env.call('operator', 'GET', '/v1/diagnosis')).status).toBe(403)
  const headers = signedHeaders(key, { method: 'GET', url: '/v1/me', headers: {}, body: undefined })
  const signed = await env.call(null, 'GET', '/v1/me', undefined, headers)
  expect(signed.body.operator).toBe(false)
  for (const node of env.nodes)
    expect((await env.call('operator', 'GET', '/v1/me', undefined, {}, node)).body.operator).toBe(false)
  const again = await env.call(null, 'POST', '/v1/sessions', { username: 'admin', password: env.passwords.operator })
  expect(again.body.operator).toBe(false)
  // A template is no way around whose matter a setting is.
  const applied = await holders.sysadmin.call('POST', `/v1/setting-templates/${template.id}/apply`)
  expect(applied.status).toBe(403)
})

test('[iam.separation] each part may do its own and nothing of another, for every permission there is', async () => {
  const { resources } = env.controlPlane().store.catalogue
  for (const part of PARTS)
    for (const resource of subjectsOf(resources)) {
      const answer = await holders[part].call('GET', `/v1/access/can?kind=${resource.kind}`)
      for (const { permission, allowed, by } of rows(answer)) {
        const action = String(permission).split('.')[1] as string
        const isOwn = (by as { roleName?: string } | null)?.roleName === 'Everybody'
        if (isOwn) continue
        expect([part, permission, allowed]).toEqual([part, permission, partsOf(resource, action).includes(part)])
      }
    }
  const { sysadmin, secadmin, secauditor } = holders
  expect(rows(await sysadmin.call('GET', '/v1/hosts')).length).toBe(1)
  expect(rows(await secadmin.call('GET', '/v1/hosts')).length).toBe(0)
  expect(rows(await secauditor.call('GET', '/v1/users')).length).toBeGreaterThan(3)
  expect(rows(await sysadmin.call('GET', '/v1/users')).map(({ id }) => id)).toEqual([sysadmin.id])
  const audit = async (who: Person) =>
    rows(await who.call('GET', '/v1/audit?action=separation.enable')).filter(({ user }) => user !== who.id).length > 0
  expect([await audit(sysadmin), await audit(secadmin), await audit(secauditor)]).toEqual([false, false, true])
  // Settings fall to whose matter they are.
  const set = async (who: Person, name: string, value: number) =>
    (await who.call('POST', `${await settingOf(name)}/set`, { value })).status
  const settingOf = async (name: string) => {
    const [row] = rows(await secauditor.call('GET', `/v1/settings?name=${name}`))
    return `/v1/settings/${row?.id}`
  }
  expect(await set(sysadmin, 'identity.loginAttempts', 7)).toBe(403)
  expect(await set(secadmin, 'identity.loginAttempts', 7)).toBe(200)
  expect(await set(secadmin, 'storage.usageSeconds', 20)).toBe(403)
  expect(await set(sysadmin, 'storage.usageSeconds', 20)).toBe(200)
  for (const part of PARTS) expect(await set(holders[part], 'retention.auditDays', 1)).toBe(403)
})

test('[iam.separation] who keeps the rights gives those of tenants, and none over the platform', async () => {
  const { secadmin, sysadmin } = holders
  const account = (await secadmin.call('POST', '/v1/accounts', { name: 'new' })).body.id as string
  const user = { name: 'new', username: 'new', inAccount: account }
  const made = await secadmin.call('POST', '/v1/users', user)
  expect(made.status).toBe(201)
  expect((await redeem('new', await invite(made.body.id))).status).toBe(204)
  const person = people.as((await people.login('new')).body.token)
  expect((await person('GET', '/v1/vms')).status).toBe(200)
  const codeOf = async (answer: Promise<{ body: { code?: unknown } }>) => (await answer).body.code
  const bind = async (role: string, scope: object) =>
    codeOf(secadmin.call('POST', '/v1/role-bindings', { user: made.body.id, role: await people.role(role), ...scope }))
  expect(await bind('sysadmin', { scope: 'platform' })).toBe('DUTIES_SEPARATED')
  expect(await bind('platformAdmin', { scope: 'platform' })).toBe('DUTIES_SEPARATED')
  expect(await bind('platformAdmin', { scope: 'zone', zone: env.furniture.zone })).toBe('DUTIES_SEPARATED')
  expect(await bind('member', { scope: 'account', inAccount: PLATFORM_ACCOUNT })).toBe('DUTIES_SEPARATED')
  // Nor by the password of another part, nor by removing it.
  const other = `/v1/users/${sysadmin.id}`
  expect(await codeOf(secadmin.call('POST', `${other}/set-password`, { password: 'another-password' }))).toBe(
    'DUTIES_SEPARATED',
  )
  expect(await codeOf(secadmin.call('DELETE', other))).toBe('DUTIES_SEPARATED')
  for (const { id } of rows(await secadmin.call('GET', '/v1/role-bindings?scope=platform')))
    expect(await codeOf(secadmin.call('DELETE', `/v1/role-bindings/${id}`))).toBe('DUTIES_SEPARATED')
})

test('[iam.separation] who keeps the rights cannot log in as others: passwords take the codes of two parts, and only the user has both', async () => {
  const { secadmin, secauditor } = holders
  const [attempts] = rows(await secadmin.call('GET', '/v1/settings?name=identity.loginAttempts'))
  expect((await secadmin.call('POST', `/v1/settings/${attempts?.id}/set`, { value: 1_000 })).status).toBe(200)
  const account = (await secadmin.call('POST', '/v1/accounts', { name: 'quiet' })).body.id as string
  const wanted = { name: 'eve', username: 'eve', inAccount: account }
  const codeOf = async (answer: Promise<Answer>) => (await answer).body.code
  const known = { password: 'known-to-secadmin' }
  expect(await codeOf(secadmin.call('POST', '/v1/users', { ...wanted, ...known }))).toBe('DUTIES_SEPARATED')
  const user = (await secadmin.call('POST', '/v1/users', wanted)).body.id
  const tenant = (await env.call('ada', 'GET', '/v1/me')).body.user
  for (const id of [user, tenant])
    expect(await codeOf(secadmin.call('POST', `/v1/users/${id}/set-password`, known))).toBe('DUTIES_SEPARATED')
  const login = (password: string) => env.call(null, 'POST', '/v1/sessions', { username: 'eve', password })
  for (const password of ['', 'known-to-secadmin', 'null']) expect((await login(password)).status).toBe(401)

  const asked = await secadmin.call('POST', '/v1/invitations', { user })
  const { id, code } = asked.body
  expect(await codeOf(secadmin.call('POST', `/v1/invitations/${id}/approve`))).toBe('NEEDS_ANOTHER_PART')
  expect((await redeem('eve', { code, secondCode: code })).status).toBe(401)
  const { secondCode } = (await secauditor.call('POST', `/v1/invitations/${id}/approve`)).body
  for (const part of PARTS) {
    const shown = (await holders[part].call('GET', `/v1/invitations/${id}`)).body
    expect([shown.state, shown.code, shown.secondCode]).toEqual(['approved', undefined, undefined])
  }
  // Neither with one half alone, nor for another user.
  for (const codes of [
    { code, secondCode: code },
    { code: secondCode, secondCode },
    { code: secondCode, secondCode: code },
  ])
    expect((await redeem('eve', codes)).body.code).toBe('WRONG_CREDENTIALS')
  expect((await redeem('bob', { code, secondCode })).status).toBe(401)
  expect((await redeem('eve', { code, secondCode }, 'short')).status).toBe(400)

  const other = await invite(user)
  expect((await redeem('eve', { code, secondCode })).status).toBe(204)
  const session = people.as((await people.login('eve')).body.token)
  expect((await session('GET', '/v1/vms')).status).toBe(200)
  // Once, and no other of the same user any more.
  for (const codes of [{ code, secondCode }, other]) expect((await redeem('eve', codes)).status).toBe(401)
  // A new one ends what the user had, so that it cannot but notice.
  expect((await redeem('eve', await invite(user), 'another-password')).status).toBe(204)
  expect((await session('GET', '/v1/vms')).status).toBe(401)
  expect((await people.login('eve')).status).toBe(401)

  const audit = rows(await secauditor.call('GET', '/v1/audit?limit=1000')).map(
    ({ action, outcome }) => `${action} ${outcome}`,
  )
  for (const entry of ['create accepted', 'approve accepted', 'redeem refused', 'redeem accepted'])
    expect(audit).toContain(`invitation.${entry}`)
})

test('[iam.separation] an invitation counts until it is taken back, or its time is over', async () => {
  const { secadmin, secauditor } = holders
  const user = rows(await secadmin.call('GET', '/v1/users?username=eve'))[0]?.id
  const taken = (await secadmin.call('POST', '/v1/invitations', { user })).body
  const { secondCode } = (await secauditor.call('POST', `/v1/invitations/${taken.id}/approve`)).body
  expect((await secadmin.call('POST', `/v1/invitations/${taken.id}/reject`)).status).toBe(200)
  expect((await redeem('eve', { code: taken.code, secondCode })).status).toBe(401)
  const late = (await secadmin.call('POST', '/v1/invitations', { user })).body
  const second = (await secauditor.call('POST', `/v1/invitations/${late.id}/approve`)).body.secondCode
  const { store } = env.controlPlane()
  const past = { validUntil: new Date(0).toISOString() }
  await store.commit([{ op: 'update', kind: 'invitation', id: String(late.id), set: past }])
  expect((await redeem('eve', { code: late.code, secondCode: second })).status).toBe(401)
  await env.controlPlane().tidy()
  expect((await secauditor.call('GET', `/v1/invitations/${late.id}`)).body.state).toBe('expired')
})

test('[iam.separation] two parts together appoint and dismiss; a second part is refused', async () => {
  const { secadmin } = holders
  // Nobody alone gives a role in the platform's account; a user without one can be made there.
  const spare = { name: 'spare', username: 'spare', inAccount: PLATFORM_ACCOUNT }
  const withRole = { ...spare, role: await people.role('member') }
  expect((await secadmin.call('POST', '/v1/users', withRole)).body.code).toBe('DUTIES_SEPARATED')
  const made = await secadmin.call('POST', '/v1/users', spare)
  expect(made.status).toBe(201)
  expect((await redeem('spare', await invite(made.body.id))).status).toBe(204)
  expect((await people.login('spare')).body.operator).toBe(false)
  const second = await ask('secadmin', { purpose: 'appoint', part: 'sysadmin', user: holders.secauditor.id })
  expect(second.body.code).toBe('TWO_PARTS')
  expect((await ask('secadmin', { purpose: 'dismiss', part: 'sysadmin', user: holders.sysadmin.id })).body.code).toBe(
    'LAST_OF_PART',
  )
  const former = (await env.call('operator', 'GET', '/v1/me')).body.user as string
  const wanted = await ask('secadmin', { purpose: 'appoint', part: 'sysadmin', user: former })
  expect((await approve('secadmin', wanted.body.id)).body.code).toBe('NEEDS_ANOTHER_PART')
  expect((await approve('secauditor', wanted.body.id)).status).toBe(200)
  expect(await hostsSeenBy('operator')).toBe(1)
  expect((await env.call('operator', 'GET', '/v1/me')).body.part).toBe('sysadmin')
  // Of the same part, though another person.
  const undo = await ask('sysadmin', { purpose: 'undo' })
  const byOther = await env.call('operator', 'POST', `/v1/separation-requests/${undo.body.id}/approve`)
  expect(byOther.body.code).toBe('NEEDS_ANOTHER_PART')
  await holders.secadmin.call('POST', `/v1/separation-requests/${undo.body.id}/reject`)
  expect((await approve('secauditor', undo.body.id)).body.code).toBe('WRONG_STATE')
  const dismiss = await ask('secadmin', { purpose: 'dismiss', part: 'sysadmin', user: former })
  expect((await approve('secauditor', dismiss.body.id)).status).toBe(200)
  expect(await hostsSeenBy('operator')).toBe(0)
})

test('[iam.separation] it is undone by two, in time, and that is on record', async () => {
  const late = await ask('secadmin', { purpose: 'undo' })
  const { store } = env.controlPlane()
  const past = { validUntil: new Date(0).toISOString() }
  await store.commit([{ op: 'update', kind: 'separationRequest', id: String(late.body.id), set: past }])
  expect((await approve('secauditor', late.body.id)).body.code).toBe('REQUEST_EXPIRED')
  await env.controlPlane().tidy()
  expect((await holders.sysadmin.call('GET', `/v1/separation-requests/${late.body.id}`)).body.state).toBe('expired')
  const undo = await ask('secadmin', { purpose: 'undo' })
  const at = `/v1/separation-requests/${undo.body.id}/approve`
  expect((await env.call('operator', 'POST', at)).status).toBe(404)
  const both = await Promise.all([approve('sysadmin', undo.body.id), approve('secauditor', undo.body.id)])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(await hostsSeenBy('operator')).toBe(1)
  const actions = rows(await env.call('operator', 'GET', '/v1/audit?limit=1000')).map(
    ({ action, outcome }) => `${action} ${outcome}`,
  )
  expect(actions).toEqual(
    expect.arrayContaining(['separationRequest.create accepted', 'separationRequest.approve accepted']),
  )
  expect((await ask('secadmin', { purpose: 'undo' })).body.code).toBe('NOT_SEPARATED')
  const user = holders.secauditor.id
  expect((await holders.secadmin.call('POST', '/v1/invitations', { user })).body.code).toBe('NOT_SEPARATED')
})
