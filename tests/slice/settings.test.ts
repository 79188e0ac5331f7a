import { createLiveSettings, type LiveSettings } from '@basalt/kernel'
import { defineSetting, f } from '@basalt/resource'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

type Row = Record<string, unknown> & { id: string; version: number }

/** Settings by name are what these tests read; the definitions themselves belong to the modules. */
const named = (name: string, byDefault: unknown) => ({
  name,
  field: f.json(),
  default: byDefault,
  overridableBy: [],
  concern: 'platform' as const,
})
const eventDays = named('retention.eventDays', 30)
const hostGraceMs = named('infrastructure.hostGraceMs', 20_000)
const ticketSeconds = named('compute.consoleTicketSeconds', 300)

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

async function rowOf(name: string): Promise<Row> {
  const [row] = await env.items('operator', `/v1/settings?name=${name}`)
  return row as unknown as Row
}

const act = async (name: string, action: string, body?: unknown) =>
  env.call('operator', 'POST', `/v1/settings/${(await rowOf(name)).id}/${action}`, body)

const historyOf = async (name: string): Promise<Row[]> =>
  (await env.items('operator', `/v1/setting-changes?name=${name}`)) as unknown as Row[]

test('[core.settings] every setting tells its type, range, default and help; only operators see them', async () => {
  const rows = await env.items('operator', '/v1/settings?limit=1000')
  expect(rows.length).toBeGreaterThan(8)
  for (const row of rows) expect([row.name, row.description !== '' && row.range !== '']).toEqual([row.name, true])
  expect(await rowOf('retention.eventDays')).toMatchObject({
    value: 30,
    default: 30,
    changed: false,
    range: '1 to 365 d',
    module: 'retention',
    shape: { type: 'integer', unit: 'd', minimum: 1, maximum: 365 },
  })
  expect(await env.items('ada', '/v1/settings')).toEqual([])
  const { id } = await rowOf('retention.eventDays')
  expect((await env.call('ada', 'GET', `/v1/settings/${id}`)).status).toBe(404)
  expect((await env.call('ada', 'POST', `/v1/settings/${id}/set`, { value: 1 })).status).toBe(404)
})

test('[core.settings] a value is checked as its definition says, and the error tells what it takes', async () => {
  const tooLarge = await act('retention.eventDays', 'set', { value: 400 })
  expect(tooLarge).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
  expect(tooLarge.body.detail).toContain('retention.eventDays')
  expect(tooLarge.body.errors).toEqual([
    {
      field: 'value',
      message: 'must be at most 365 d; retention.eventDays takes 1 to 365 d',
      remedy: 'Give a value that is at most 365 d.',
    },
  ])
  for (const value of ['30', 1.5, null, [], {}, true])
    expect([value, (await act('retention.eventDays', 'set', { value })).body.code]).toEqual([value, 'INVALID_INPUT'])
  expect((await act('retention.eventDays', 'set', {})).body.errors).toMatchObject([{ field: 'value' }])
  expect(await rowOf('retention.eventDays')).toMatchObject({ value: 30, changed: false })
})

test('[core.settings] a change counts when it is answered, is remembered with who made it, and can be taken back', async () => {
  const settings = env.controlPlane().settings
  const me = (await env.call('operator', 'GET', '/v1/me')).body.user
  expect((await act('retention.eventDays', 'set', { value: 60 })).body).toMatchObject({ value: 60, changed: true })
  expect(settings.get(eventDays)).toBe(60)
  await act('retention.eventDays', 'set', { value: 60 })
  await act('retention.eventDays', 'set', { value: 90 })
  expect(settings.get(eventDays)).toBe(90)
  expect((await act('retention.eventDays', 'reset')).body).toMatchObject({ value: 30, changed: false })
  expect(settings.get(eventDays)).toBe(30)
  await act('retention.eventDays', 'reset')
  expect(await historyOf('retention.eventDays')).toMatchObject([
    { how: 'reset', from: 90, to: 30, user: me },
    { how: 'set', from: 60, to: 90, user: me },
    { how: 'set', from: 30, to: 60, user: me },
  ])
  const { version } = await rowOf('retention.eventDays')
  const { id } = await rowOf('retention.eventDays')
  const stale = { 'if-match': `"${version - 1}"` }
  expect((await env.call('operator', 'POST', `/v1/settings/${id}/set`, { value: 5 }, stale)).status).toBe(412)
})

test('[core.settings] a resource may have a value of its own where that is declared, the nearest counts, and it goes with the resource', async () => {
  const settings = env.controlPlane().settings
  const { cluster } = env.furniture
  const [host] = env.hostIds
  const scopes = [
    { kind: 'host', id: host ?? '' },
    { kind: 'cluster', id: cluster },
  ]
  const override = (kind: string, resource: unknown, value: unknown) =>
    act('infrastructure.hostGraceMs', 'override', { kind, resource, value })
  await act('infrastructure.hostGraceMs', 'set', { value: 700 })
  await override('cluster', cluster, 800)
  expect(settings.get(hostGraceMs, ...scopes)).toBe(800)
  await override('host', host, 900)
  await override('host', host, 950)
  expect(settings.get(hostGraceMs, ...scopes)).toBe(950)
  expect(settings.get(hostGraceMs)).toBe(700)
  await act('infrastructure.hostGraceMs', 'inherit', { kind: 'host', resource: host })
  expect(settings.get(hostGraceMs, ...scopes)).toBe(800)
  expect((await act('infrastructure.hostGraceMs', 'inherit', { kind: 'host', resource: host })).body.code).toBe(
    'NOT_OVERRIDDEN',
  )
  expect(await env.items('operator', '/v1/setting-overrides')).toMatchObject([
    { name: 'infrastructure.hostGraceMs', targetKind: 'cluster', target: cluster, value: 800 },
  ])
  expect((await historyOf('infrastructure.hostGraceMs'))[0]).toMatchObject({
    how: 'inherit',
    from: 950,
    to: null,
    targetKind: 'host',
    target: host,
  })

  const vm = (await env.createVm()).body.resource
  expect((await override('vm', vm, 800)).body.errors).toMatchObject([
    { field: 'kind', remedy: 'Choose a host or cluster.' },
  ])
  expect((await override('host', host, 1)).body.errors).toMatchObject([{ field: 'value' }])
  expect((await override('host', crypto.randomUUID(), 800)).body.errors).toMatchObject([{ field: 'resource' }])
  expect((await override('teapot', host, 800)).body.errors).toMatchObject([{ field: 'resource' }])
  await act('compute.consoleTicketSeconds', 'override', { kind: 'vm', resource: vm, value: 20 })
  expect(settings.get(ticketSeconds, { kind: 'vm', id: vm as string })).toBe(20)
  const { body: ticket } = await env.call('ada', 'POST', `/v1/vms/${vm}/console`, { kind: 'serial' })
  expect(Date.parse(ticket.expiresAt as string) - Date.now()).toBeLessThanOrEqual(20_000)
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
  expect(await env.items('operator', '/v1/setting-overrides?targetKind=vm')).toEqual([])
})

test('[core.settings] a template sets several values at once, after a preview of what would change', async () => {
  const values = { 'retention.eventDays': 45, 'retention.taskDays': 90, 'retention.auditDays': 3650 }
  const make = (name: string, body: object = {}) =>
    env.call('operator', 'POST', '/v1/setting-templates', { name, ...body })
  const wrong = await make('wrong', { values: { ...values, 'retention.taskDays': 0, 'no.such': 1 } })
  const problems = wrong.body.errors as { field: string }[]
  expect(problems.map(({ field }) => field)).toEqual(['values.retention.taskDays', 'values.no.such'])
  const { body: template } = await make('strict', { values })
  const preview = await env.call('operator', 'GET', `/v1/setting-templates/${template.id}/preview`)
  expect(preview.body.items).toMatchObject([
    { name: 'retention.auditDays', from: 365, to: 3650 },
    { name: 'retention.eventDays', from: 30, to: 45 },
  ])
  expect((await env.call('ada', 'GET', `/v1/setting-templates/${template.id}/preview`)).status).toBe(404)
  await env.ok('operator', 'POST', `/v1/setting-templates/${template.id}/apply`)
  expect(env.controlPlane().settings.get(eventDays)).toBe(45)
  expect((await historyOf('retention.auditDays'))[0]).toMatchObject({ how: 'template', from: 365, to: 3650 })
  expect(await historyOf('retention.taskDays')).toEqual([])
  expect((await env.call('operator', 'GET', `/v1/setting-templates/${template.id}/preview`)).body.items).toEqual([])
  const { body: now } = await make('as it is')
  expect(now.values).toMatchObject({ 'retention.eventDays': 45, 'retention.auditDays': 3650 })
  for (const name of ['retention.eventDays', 'retention.auditDays']) await act(name, 'reset')
})

/** Another node's view of the same database. */
async function otherNode(pollMs: number): Promise<LiveSettings> {
  const { store } = env.controlPlane()
  const other = createLiveSettings({ store, pollMs, onError: () => {} })
  onTestFinished(() => other.stop())
  const own = env.controlPlane().settings as LiveSettings
  await other.start(own.definitions())
  return other
}

test('[core.settings] every node has a change at once, by notice, and by looking should the notice get lost', async () => {
  const HOUR_MS = 3_600_000
  const told = await otherNode(HOUR_MS)
  await act('retention.eventDays', 'set', { value: 77 })
  await until('the notice arrives', async () => (told.get(eventDays) === 77 ? true : null))
  told.stop()
  const looking = await otherNode(20)
  await env
    .controlPlane()
    .store.database.query(`update setting set value = '78', version = version + 1 where name = 'retention.eventDays'`)
  await until('it looks', async () => (looking.get(eventDays) === 78 ? true : null))
})

test('[core.settings] [core.mn-ha] a control plane beside another one, and one after a restart, have the same values', async () => {
  await act('retention.eventDays', 'set', { value: 99 })
  const former = env.controlPlane()
  const end = await env.takeOver()
  expect(env.controlPlane().settings.get(eventDays)).toBe(99)
  await act('retention.eventDays', 'set', { value: 100 })
  expect(env.controlPlane().settings.get(eventDays)).toBe(100)
  await until('the other node has it', async () => (former.settings.get(eventDays) === 100 ? true : null))
  await end()
  await env.restart()
  expect(env.controlPlane().settings.get(eventDays)).toBe(100)
})

test('[core.settings] a program of another version follows new defaults and takes back what is not allowed any more', async () => {
  const { store } = env.controlPlane()
  const own = env.controlPlane().settings as LiveSettings
  const rest = own.definitions().filter(({ name }) => !name.startsWith('retention.'))
  const days = (maximum: number) => f.integer({ minimum: 1, maximum, unit: 'd', doc: 'Days.' })
  await act('retention.eventDays', 'set', { value: 100 })
  const next = createLiveSettings({ store, onError: () => {} })
  onTestFinished(async () => {
    next.stop()
    await own.start(own.definitions())
  })
  const stricter = defineSetting('retention.eventDays', days(50), { default: 10 })
  const longer = defineSetting('retention.taskDays', days(3650), { default: 180 })
  await next.start([...rest, stricter, longer])
  expect([next.get(stricter), next.get(longer)]).toEqual([10, 180])
  expect(await rowOf('retention.eventDays')).toMatchObject({
    value: 10,
    default: 10,
    changed: false,
    range: '1 to 50 d',
  })
  expect((await historyOf('retention.eventDays'))[0]).toMatchObject({ how: 'upgrade', from: 100, to: 10 })
  expect(await rowOf('retention.taskDays')).toMatchObject({ value: 180, changed: false })
  expect(await env.items('operator', '/v1/settings?name=retention.auditDays')).toEqual([])
})
