/** A cloud with plugins of every sort of trouble, and without the sample: what is not configured does not exist. */

import type { Kind } from '@basalt/resource'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pluginFolder, pluginSource } from '../../apps/control-plane/src/plugins/fixture.testkit.ts'

const DRIVER = new URL('../../apps/control-plane/src/driver-thread/bad-driver.fixture.ts', import.meta.url).href

const folder = pluginFolder()
let env: CloudEnvironment
/** What the watching plugin was told; it lives in this process. */
const shared = globalThis as unknown as { seen: string[]; fail: 'look' | 'hang' | null }

const watcher = pluginSource('watcher').replace(
  'create: () => ({})',
  `create: () => ({
    observers: [{ name: 'vms', kinds: ['vm'], async observe(event) { globalThis.seen.push(event.change + ' ' + event.data.name) } }],
    placement: [{ name: 'moody', async look() {
      if (globalThis.fail === 'look') throw new Error('in a mood')
      return { weigh: ({ host }) => (host.name === 'host2' ? 99 : 0) }
    } }],
  })`,
)
const driver = pluginSource(
  'lab-switch',
  `networkDrivers: { labSwitch: { title: 'the lab switch', module: '${DRIVER}', factory: 'createBadDriver', options: () => ({ how: 'well', goodHealth: true }) } }`,
)
const throwing = pluginSource('throwing').replace('create: () => ({})', `create() { throw new Error('no parts') }`)
const startless = pluginSource('startless').replace(
  'create: () => ({})',
  `create: () => ({ service: { slices: [], start: async () => { throw new Error('no fuel') } } })`,
)
const greedy = pluginSource('greedy').replace(
  'create: () => ({})',
  `create: () => ({ service: { slices: [], routes: [{ method: 'GET', path: '/v1/vms', operation: {}, handle: async () => ({}) }] } })`,
)

const optional = (name: string, source: string) => ({ plugin: folder.write(name, source), optional: true })

beforeAll(async () => {
  shared.seen = []
  shared.fail = null
  env = await cloud({
    bootMs: 5,
    hosts: 2,
    settings: {
      plugins: [
        optional('throwing', throwing),
        optional('startless', startless),
        optional('greedy', greedy),
        folder.write('watcher', watcher),
        folder.write('driver', driver),
      ],
    },
  })
})
afterAll(async () => {
  await env.close()
  folder.remove()
})

test('[core.plugins] [core.isolation] optional plugins that fail take nobody down, and operators are told which and why', async () => {
  const { body } = await env.call('operator', 'GET', '/v1/diagnosis')
  const told = (body.findings as { code: string; message: string }[])
    .filter(({ code }) => code === 'PLUGIN_LEFT_OUT')
    .map(({ message }) => message)
  expect(told.sort()).toEqual([
    'The plugin greedy has the route /v1/vms.',
    'The plugin startless does not start: no fuel.',
    'The plugin throwing cannot be made: no parts.',
  ])
  expect((await env.createVm({ name: 'all well' })).body.state).toBe('succeeded')
})

test('[core.plugins] without the sample nothing of it exists', async () => {
  const { body } = await env.call('operator', 'GET', '/v1/kinds')
  expect((body.items as Kind[]).map(({ kind }) => kind)).not.toContain('maintenanceWindow')
  expect(await env.call('operator', 'GET', '/v1/maintenance-windows')).toMatchObject({ status: 404 })
  const { body: settings } = await env.call('operator', 'GET', '/v1/settings?name=maintenance.leadMinutes')
  expect(settings.items).toEqual([])
  const { database } = env.controlPlane().store
  expect(await database.query(`select to_regclass('maintenance_window') as found`)).toEqual([{ found: null }])
})

test('[core.plugins] an observer is told of every change of its kinds, and of no other', async () => {
  await env.createVm({ name: 'watched' })
  await until('it is told', () => shared.seen.includes('created watched') && shared.seen.includes('updated watched'))
  expect(shared.seen.every((line) => /(all well|watched)$/.test(line))).toBe(true)
})

test('[core.plugins] a policy weighs within its bounds, and one that fails is named rather than passed over', async () => {
  const hostOf = async (name: string) => (await env.items('operator', `/v1/vms?name=${name}`))[0]?.host
  expect(await hostOf('watched')).toBe(env.hostIds[1])
  shared.fail = 'look'
  const { body } = await env.createVm({ name: 'unlucky' })
  expect(body.cause).toMatchObject({
    code: 'PLACEMENT_POLICY_FAILED',
    message: 'The placement policy watcher/moody failed: in a mood.',
  })
  shared.fail = null
  expect((await env.createVm({ name: 'lucky' })).body.state).toBe('succeeded')
})

test('[core.plugins] a network driver of a plugin is a further word for fabrics, in all that is derived', async () => {
  const { body } = await env.call('operator', 'GET', '/v1/kinds')
  const fabric = (body.items as Kind[]).find(({ kind }) => kind === 'fabric')
  expect(fabric?.fields.find(({ name }) => name === 'driver')?.values).toEqual(['ovn', 'simulated', 'labSwitch'])
  const zone = (await env.ok('operator', 'POST', '/v1/zones', { name: 'lab' })).id
  const made = await env.ok('operator', 'POST', '/v1/fabrics', { name: 'lab', zone, driver: 'labSwitch' })
  expect(made).toMatchObject({ driver: 'labSwitch' })
  const wrong = await env.call('operator', 'POST', '/v1/fabrics', { name: 'lab', zone, driver: 'labSwich' })
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'driver' }] } })
})
