import { randomBytes } from 'node:crypto'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpOf, formsOf } from './support/dump.ts'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

/** Uses every secret that there is, and tells it. */
async function plant(): Promise<Record<string, string>> {
  const password = randomBytes(12).toString('base64url')
  const nextPassword = randomBytes(12).toString('base64url')
  const key = { 'idempotency-key': crypto.randomUUID() }
  const { body: user } = await env.call('ada', 'POST', '/v1/users', { name: 'judy', username: 'judy', password }, key)
  const { body: session } = await env.call(null, 'POST', '/v1/sessions', { username: 'judy', password })
  await env.call(
    'ada',
    'POST',
    `/v1/users/${user.id}/set-password`,
    { password: nextPassword },
    { 'idempotency-key': crypto.randomUUID() },
  )
  const wrong = randomBytes(12).toString('base64url')
  await env.call(null, 'POST', '/v1/sessions', { username: 'judy', password: wrong })
  const { origin } = new URL(env.controlPlane().apiUrl)
  const { headers } = await env.call(
    null,
    'POST',
    '/v1/sessions',
    { username: 'ada', password: env.passwords.ada, cookie: true },
    { origin },
  )
  const { body: accessKey } = await env.call(
    'ada',
    'POST',
    '/v1/access-keys',
    { name: 'k' },
    { 'idempotency-key': crypto.randomUUID() },
  )
  const { cluster, zone } = env.furniture
  const { id: host } = await env.ok('operator', 'POST', '/v1/hosts', { name: 'spare', zone, cluster })
  const { token: registration } = await env.ok('operator', 'POST', `/v1/hosts/${host}/registration-token`)
  const userData = `#cloud-config\npassword: ${randomBytes(12).toString('base64url')}\n`
  const vm = await env.createVm({ name: 'secretive', userData })
  expect(vm.body.state).toBe('succeeded')
  const { body: ticket } = await env.call('ada', 'POST', `/v1/vms/${vm.body.resource}/console`, { kind: 'serial' })
  return {
    password,
    nextPassword,
    wrong,
    token: String(session.token),
    cookie: String(headers['set-cookie']).split(/[=;]/)[1] ?? '',
    accessKey: String(accessKey.secret),
    registration: String(registration),
    registrationSecret: String(registration).split('.').at(-1) ?? '',
    userData: userData.split(' ').at(-1)?.trim() ?? '',
    ticket: String(ticket.ticket),
    operator: env.passwords.operator,
  }
}

test('[iam.secrets] no secret can be read from a dump of the database', async () => {
  const secrets = await plant()
  for (const [name, secret] of Object.entries(secrets)) expect(secret.length, name).toBeGreaterThan(9)
  const tables = await dumpOf(env.controlPlane().store.database)
  expect(tables.get('public.access_key')).toContain('sealed2.')
  const found = Object.entries(secrets).flatMap(([name, secret]) =>
    [...tables]
      .filter(([, text]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([table]) => `${name} in ${table}`),
  )
  expect(found).toEqual([])
})

test('[iam.secrets] [core.idempotency] a password cannot be guessed from what is kept of a repeated request', async () => {
  const body = { password: 'guessable-password' }
  const { body: user } = await env.call('ada', 'POST', '/v1/users', {
    name: 'm',
    username: 'mike',
    password: 'a-good-password',
  })
  const path = `/v1/users/${user.id}/set-password`
  await env.call('ada', 'POST', path, body, { 'idempotency-key': 'guess-me' })
  const { createHash } = await import('node:crypto')
  const guess = createHash('sha256')
    .update(JSON.stringify(['POST', path, body]))
    .digest('hex')
  const rows = await env
    .controlPlane()
    .store.database.query<{ hash: string }>(`select body_hash as hash from idempotency where key = 'guess-me'`)
  expect(rows).toHaveLength(1)
  expect(rows[0]?.hash).not.toBe(guess)
})
