/** The sample plugin in a whole cloud: nothing of the platform knows it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Kind } from '@basalt/resource'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SyslogServer, startSyslogServer } from './syslog-server.testkit.ts'

const MINUTE_MS = 60_000

let env: CloudEnvironment
let syslog: SyslogServer
let home: string
beforeAll(async () => {
  syslog = await startSyslogServer()
  home = await mkdtemp(join(tmpdir(), 'maintenance-'))
  const options = { syslogHost: '127.0.0.1', syslogPort: syslog.port }
  env = await cloud({
    bootMs: 5,
    hosts: 2,
    settings: { plugins: [{ plugin: '@basalt/plugin-maintenance', options }] },
  })
})
afterAll(async () => {
  await env.close()
  await syslog.close()
  await rm(home, { recursive: true, force: true })
})

const at = (minutes: number): string => new Date(Date.now() + minutes * MINUTE_MS).toISOString()
const open = (host: number, more: object = {}) =>
  env.ok('operator', 'POST', '/v1/maintenance-windows', {
    name: `host${host + 1}`,
    zone: env.furniture.zone,
    host: env.hostIds[host],
    startsAt: at(-1),
    endsAt: at(60),
    ...more,
  })
const finish = (window: { id: string }) => env.ok('operator', 'POST', `/v1/maintenance-windows/${window.id}/finish`)
const told = (text: string) =>
  until(`syslog has "${text}"`, () => syslog.messages.find((line) => line.includes(text)) ?? null)

const CLI = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url))

/** What the command line prints. */
async function basalt(...words: string[]): Promise<string> {
  const variables = { PATH: process.env.PATH ?? '', HOME: home, NO_COLOR: '1', BASALT_PASSWORD: env.passwords.operator }
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...words], {
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`basalt ${words.join(' ')} ended with ${code}:\n${said}`)
  return said
}

test('[core.plugins] a kind of a plugin has table, REST, OpenAPI, kinds, permissions, tags, filters and ETags like any other', async () => {
  const window = await open(0, { startsAt: at(600), endsAt: at(660), reason: 'new memory' })
  const path = `/v1/maintenance-windows/${window.id}`
  expect(await env.call('operator', 'GET', path)).toMatchObject({
    status: 200,
    body: { reason: 'new memory', version: 1 },
  })
  expect(await env.items('operator', `/v1/maintenance-windows?q=host.name='host1'`)).toMatchObject([{ id: window.id }])
  const { body: document } = await env.call(null, 'GET', '/v1/openapi.json')
  expect(Object.keys(document.paths as object)).toContain('/v1/maintenance-windows/{id}/finish')
  const { body } = await env.call('operator', 'GET', '/v1/kinds')
  const kind = (body.items as Kind[]).find((each) => each.kind === 'maintenanceWindow')
  expect(kind?.actions.map(({ name }) => name)).toEqual(['create', 'update', 'finish', 'delete'])
  const tag = await env.ok('operator', 'POST', '/v1/tags', { name: 'urgent' })
  await env.ok('operator', 'POST', `/v1/tags/${tag.id}/attach`, { kind: 'maintenanceWindow', resources: [window.id] })
  expect(await env.items('operator', '/v1/maintenance-windows?tags=urgent')).toHaveLength(1)
  const stale = await env.call('operator', 'PATCH', path, { reason: 'other' }, { 'if-match': '"1"' })
  expect(stale).toMatchObject({ status: 412 })
  const wrong = await env.call('operator', 'PATCH', path, { endsAt: at(1) })
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'endsAt' }] } })
  await env.ok('operator', 'DELETE', path)
  expect(await env.call('operator', 'GET', path)).toMatchObject({ status: 404 })
})

test('[core.plugins] rights are about it like about any other kind', async () => {
  const window = await open(0, { startsAt: at(600), endsAt: at(660) })
  for (const path of ['/v1/maintenance-windows', `/v1/maintenance-windows/${window.id}`])
    expect((await env.call('ada', 'GET', path)).body.items ?? []).toEqual([])
  expect(await env.call('ada', 'DELETE', `/v1/maintenance-windows/${window.id}`)).toMatchObject({ status: 404 })
  const { body } = await env.call('ada', 'GET', '/v1/kinds')
  expect((body.items as Kind[]).map(({ kind }) => kind)).not.toContain('maintenanceWindow')
  const statements = [{ effect: 'allow', actions: ['maintenanceWindow.finish', 'maintenanceWindow.read'] }]
  expect(await env.ok('operator', 'POST', '/v1/roles', { name: 'finisher', statements })).toMatchObject({
    statements: [{ effect: 'allow' }],
  })
  const unknown = [{ effect: 'allow', actions: ['maintenanceWindow.burn'] }]
  expect(await env.call('operator', 'POST', '/v1/roles', { name: 'burner', statements: unknown })).toMatchObject({
    status: 400,
  })
  await env.ok('operator', 'DELETE', `/v1/maintenance-windows/${window.id}`)
})

test('[core.plugins] its placement policy keeps VMs away, says why, and lets them back', async () => {
  const first = await open(0)
  for (const name of ['one', 'two']) await env.createVm({ name })
  const hosts = (await env.items('operator', '/v1/vms')).map(({ host }) => host)
  expect(new Set(hosts)).toEqual(new Set([env.hostIds[1]]))
  const soon = await open(1, { startsAt: at(30) })
  const refused = await env.createVm({ name: 'three' })
  expect(refused.body).toMatchObject({
    state: 'failed',
    cause: { code: 'NO_HOST_FITS', message: expect.stringContaining('of 2 hosts, 2 are under maintenance') },
  })
  // Its setting counts at once.
  await env.setSetting('maintenance.leadMinutes', 5)
  expect((await env.createVm({ name: 'four' })).body.state).toBe('succeeded')
  await finish(first)
  expect((await env.createVm({ name: 'five' })).body.state).toBe('succeeded')
  expect(await env.call('operator', 'POST', `/v1/maintenance-windows/${first.id}/finish`)).toMatchObject({
    status: 409,
    body: { code: 'WINDOW_OVER' },
  })
  await finish(soon)
})

test('[core.plugins] its notifier tells of windows and failures, once each and in order, also after its server was away', async () => {
  // The failed VM of before is among them; other changes of VMs are not.
  expect(await told('VM "three" is failed. No host can take the VM')).toMatch(
    /^<131>1 \S+ \S+ basalt - vm \[basalt@32473 /,
  )
  expect(syslog.messages.filter((line) => line.includes('VM "one"'))).toEqual([])
  await syslog.pause()
  const window = await open(0, { name: 'while away' })
  const { body } = await until('operators are told that it fails', async () => {
    const answer = await env.call('operator', 'GET', '/v1/diagnosis')
    return (answer.body.findings as { code: string }[]).some(({ code }) => code === 'OBSERVER_FAILS') ? answer : null
  })
  expect(body.findings).toContainEqual(
    expect.objectContaining({ code: 'OBSERVER_FAILS', message: expect.stringContaining('maintenance/syslog') }),
  )
  await finish(window)
  await env.ok('operator', 'DELETE', `/v1/maintenance-windows/${window.id}`)
  await syslog.resume()
  await told('Maintenance window "while away" was deleted')
  const about = syslog.messages
    .filter((line) => line.includes(window.id))
    .map((line) => /change="(\w+)"/.exec(line)?.[1])
  expect(about).toEqual(['created', 'updated', 'deleted'])
})

test('[core.plugins] it goes with what it refers to, and comes back as it was when the control plane restarts', async () => {
  const window = await open(1, { reason: 'kept' })
  await env.restart()
  expect(await env.call('operator', 'GET', `/v1/maintenance-windows/${window.id}`)).toMatchObject({
    body: { reason: 'kept' },
  })
  const seen = syslog.messages.length
  await finish(window)
  await told(`"host2" has changed`)
  // What was told before the restart is not told again.
  expect(syslog.messages.slice(seen).filter((line) => line.includes('"three"'))).toEqual([])
})

test('[core.plugins] the command line has it without knowing it: verbs, references by name, tables, help', async () => {
  const { apiUrl, caPem } = env.controlPlane()
  await writeFile(join(home, 'ca.pem'), caPem)
  await basalt('login', '--url', apiUrl, '--ca-file', join(home, 'ca.pem'), '--username', 'admin')
  const times = ['--starts-at', at(600), '--ends-at', at(700)]
  await basalt('maintenance-window', 'create', 'by-hand', '--host', 'host1', '--zone', 'zone1', ...times)
  expect(await basalt('maintenance-window', 'list')).toMatch(/by-hand\s+host1/)
  expect(await basalt('maintenance-window', '--help')).toContain('finish')
  await basalt('maintenance-window', 'finish', 'by-hand')
})
