import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Entry {
  user: string | null
  account: string | null
  action: string
  resource: string | null
  address: string | null
  client: string | null
  request: string | null
  outcome: string
  code: string | null
  durationMs: number | null
}

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

const sql = (text: string) => env.controlPlane().store.database.query(text)

/** Entries of these filters; what reads left behind is written first. */
async function entries(query: string, who: 'operator' | 'ada' | 'bob' = 'operator'): Promise<Entry[]> {
  await env.controlPlane().audit.recorder.close()
  return (await env.call(who, 'GET', `/v1/audit?${query}`)).body.items as Entry[]
}

const verify = () => env.controlPlane().audit.verify()

test('[ops.audit] every change, read, refusal and login is kept: who, from where, with what, how it ended', async () => {
  const network = await env.ok('ada', 'POST', '/v1/networks', {
    name: 'audited',
    zone: env.furniture.zone,
    cidr: '10.3.0.0/24',
  })
  const id = network.resource as string
  const client = { 'user-agent': 'test/1' }
  const read = await env.call('ada', 'GET', `/v1/networks/${id}`, undefined, client)
  const refused = await env.call('ada', 'PATCH', `/v1/networks/${id}`, { name: '' }, client)
  const foreign = await env.call('bob', 'GET', `/v1/networks/${id}`)
  expect([read.status, refused.status, foreign.status]).toEqual([200, 400, 404])
  const found = await entries(`resource=${id}`)
  const told = found.map(({ action, outcome, code }) => [action, outcome, code])
  expect(told).toHaveLength(4)
  expect(told).toEqual(
    expect.arrayContaining([
      ['network.create', 'accepted', null],
      ['network.get', 'accepted', null],
      ['network.update', 'refused', 'INVALID_INPUT'],
      ['network.get', 'refused', 'NOT_FOUND'],
    ]),
  )
  const update = found.find(({ action }) => action === 'network.update')
  expect(update).toMatchObject({ client: 'test/1', address: '127.0.0.1', request: refused.headers['x-request-id'] })
  expect(update?.durationMs).toBeGreaterThanOrEqual(0)
  await env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: 'wrong-password' })
  await env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: env.passwords.ada })
  const logins = await entries('action=session.create&limit=2')
  expect(logins.map(({ outcome, code }) => [outcome, code])).toEqual([
    ['accepted', null],
    ['refused', 'WRONG_CREDENTIALS'],
  ])
})

test('[ops.audit, iam.isolation] a tenant sees the calls of its own account alone', async () => {
  const own = await entries('limit=1000', 'ada')
  const accounts = new Set(own.map(({ account }) => account))
  expect([...accounts]).toEqual([(await env.call('ada', 'GET', '/v1/me')).body.account])
  expect((await env.call('ada', 'POST', '/v1/audit/verify')).body.code).toBe('FORBIDDEN')
  const bad = await env.call('ada', 'GET', '/v1/audit?colour=red')
  expect(bad).toMatchObject({ status: 400, body: { errors: [{ field: 'colour' }] } })
})

test('[ops.audit] the audit comes as CSV that a spreadsheet does not carry out', async () => {
  await env.call('ada', 'GET', '/v1/vms', undefined, { 'user-agent': '=cmd("x"),\n'.replace('\n', '') })
  await entries('limit=1')
  const { body, headers } = await env.call('operator', 'GET', '/v1/audit?format=csv&action=vm.list&limit=1')
  expect(headers['content-type']).toContain('text/csv')
  const [first, row] = (body.text as string).split('\r\n')
  expect(first).toBe('at,user,account,action,resource,address,client,request,outcome,code,durationMs')
  expect(row).toContain(`,"'=cmd(""x""),",`)
})

test('[ops.audit] pages go on where they ended', async () => {
  const all = await entries('limit=6')
  const { body } = await env.call('operator', 'GET', '/v1/audit?limit=3')
  const { body: second } = await env.call('operator', 'GET', `/v1/audit?limit=3&cursor=${body.next}`)
  expect((second.items as Entry[]).length).toBe(3)
  expect(new Set([...(body.items as Entry[]), ...(second.items as Entry[])].map(({ request }) => request)).size).toBe(6)
  expect(all).toHaveLength(6)
})

/** Change the audit as somebody with the database would, verify, and put everything back. */
async function tampered(statement: string): Promise<string[]> {
  const tables = ['audit', 'audit_chain', 'audit_link', 'audit_checkpoint']
  for (const table of tables) await sql(`create table kept_${table} as select * from ${table}`)
  try {
    await sql(statement)
    return (await verify()).findings.map(({ message }) => message)
  } finally {
    for (const table of tables) {
      await sql(`delete from ${table}`)
      await sql(`insert into ${table} overriding system value select * from kept_${table}`)
      await sql(`drop table kept_${table}`)
    }
  }
}

const MIDDLE = '(select position from audit_link order by position offset 3 limit 1)'

test.each([
  ['changed', `update audit set code = 'X' where link = ${MIDDLE}`, 'an entry was changed'],
  ['backdated', `update audit set at = at - interval '1 day' where link = ${MIDDLE}`, 'an entry was changed'],
  [
    'removed',
    `delete from audit where seq = (select max(seq) from audit where link = ${MIDDLE})`,
    /it had \d+ entries and has \d+/,
  ],
  [
    'removed with its link',
    `with l as (delete from audit_link where position = ${MIDDLE} returning *) delete from audit a using l where a.chain = l.chain and a.link = l.position`,
    '1 links are gone',
  ],
  [
    'put in',
    `insert into audit (chain, link, action, outcome) select chain, position, 'vm.delete', 'accepted' from audit_link where position = ${MIDDLE}`,
    /it had \d+ entries and has \d+/,
  ],
  [
    'put in beside the chain',
    `insert into audit (chain, link, action, outcome) values (gen_random_uuid(), 1, 'vm.delete', 'accepted')`,
    '1 entries belong to no link: somebody put them in',
  ],
  [
    'cut off at the end',
    `with l as (delete from audit_link where position > ${MIDDLE} returning *) delete from audit a using l where a.chain = l.chain and a.link = l.position`,
    /the end is gone: a checkpoint knows \d+ links/,
  ],
  [
    'cut off with the checkpoints',
    `with l as (delete from audit_link where position > ${MIDDLE} returning *), c as (delete from audit_checkpoint) delete from audit a using l where a.chain = l.chain and a.link = l.position`,
    /the end is gone/,
  ],
  [
    'signed by somebody else',
    `update audit_checkpoint set mac = repeat('0', 64)`,
    'a checkpoint has a wrong signature',
  ],
  [
    'removed altogether',
    `with a as (delete from audit), l as (delete from audit_link), c as (delete from audit_checkpoint) delete from audit_chain`,
    'the whole chain is gone',
  ],
])('[ops.audit] an entry that was %s is found', async (_how, statement, message) => {
  await env.controlPlane().audit.recorder.close()
  await env.controlPlane().audit.checkpoint()
  expect((await verify()).findings).toEqual([])
  const found = await tampered(statement)
  const matches = (text: string): boolean => (typeof message === 'string' ? text === message : message.test(text))
  expect([found, found.some(matches)]).toEqual([found, true])
  expect((await verify()).findings).toEqual([])
})

test('[ops.audit] the chain goes on over restarts; what is too old goes and leaves no gap', async () => {
  await env.controlPlane().audit.recorder.close()
  const before = await verify()
  await env.restart()
  await env.ok('operator', 'POST', '/v1/zones', { name: 'after' })
  const after = await verify()
  expect(after).toMatchObject({ chains: before.chains + 1, findings: [] })
  expect(after.rows).toBeGreaterThan(before.rows)
  await env.controlPlane().audit.retire(0)
  expect(await verify()).toMatchObject({ rows: 0, findings: [] })
  await env.ok('operator', 'POST', '/v1/zones', { name: 'later' })
  await env.restart()
  await env.ok('operator', 'POST', '/v1/zones', { name: 'latest' })
  const last = (await env.call('operator', 'POST', '/v1/audit/verify')).body
  expect(last).toMatchObject({ chains: 3, findings: [] })
})
