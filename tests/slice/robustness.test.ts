/** Broken requests, each by its name. Those that are made at random are in requests-from-openapi.test.ts. */
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment

beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

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

test('[api.rest] [core.resource] names made from names are cut between characters, not within', async () => {
  const { zone } = env.furniture
  const name = `${'x'.repeat(61)}🏔`
  await env.ok('ada', 'POST', '/v1/networks', { name, zone, cidr: '10.5.0.0/24' })
  const group = await env.ok('ada', 'POST', '/v1/groups', { name: `${'x'.repeat(58)}🏔` })
  const { user } = (await env.call('ada', 'GET', '/v1/me')).body
  const member = await env.ok('ada', 'POST', '/v1/group-members', { group: group.id, user })
  expect(member.name).toBe(`ada in ${'x'.repeat(56)}`)
  const long = await env.ok('ada', 'POST', '/v1/groups', { name: `${'x'.repeat(55)}🏔` })
  expect((await env.ok('ada', 'POST', '/v1/group-members', { group: long.id, user })).name).toBe(
    `ada in ${'x'.repeat(55)}`,
  )
})

test('[api.rest] a HEAD of the event stream is over at once', async () => {
  const { status, headers } = await env.call('ada', 'HEAD', '/v1/events')
  expect([status, headers['content-type']]).toEqual([200, 'text/event-stream'])
})
