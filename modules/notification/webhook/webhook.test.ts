import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CloudEnvironment, cloud, freePort, until } from '@basalt/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { isGenuine, signatureOf } from './signature.ts'

interface Letter {
  headers: IncomingHttpHeaders
  text: string
  body: { delivery: string; kind: string; resource: string; change: string; data: Record<string, unknown> }
}

const SECRET = 'a-secret-of-the-receiver'

let env: CloudEnvironment
let server: Server
let url: string
const letters: Letter[] = []
/** What the receiver answers, by the number of the letter. */
let answer: (letter: Letter, count: number) => number = () => 204

beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const letter = { headers: request.headers, text, body: JSON.parse(text) as Letter['body'] }
      letters.push(letter)
      response.writeHead(answer(letter, letters.length)).end()
    })
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
})
afterAll(async () => {
  await env.close()
  await new Promise((resolve) => server.close(resolve))
})
beforeEach(async () => {
  answer = () => 204
  for (const { id } of await env.items('operator', '/v1/webhooks'))
    await env.ok('operator', 'DELETE', `/v1/webhooks/${id}`)
  letters.length = 0
})

const makeHook = (body: object = {}) =>
  env.ok('operator', 'POST', '/v1/webhooks', { name: 'hook', url, secret: SECRET, kinds: ['zone'], ...body })

const makeZone = (name: string) => env.ok('operator', 'POST', '/v1/zones', { name })

const arrived = (count: number) => until(`${count} letters arrived`, () => (letters.length >= count ? true : null))

const deliveries = async (hook: string) =>
  (await env.items('operator', `/v1/deliveries?webhook=${hook}`)).sort(
    (a, b) => Number(b.position) - Number(a.position),
  )

/** What waits for its next attempt is due now. */
const comesDue = () =>
  env.controlPlane().store.database.query("update delivery set next_attempt_at = now() where state = 'pending'")

test('[api.webhook] an event is posted once, signed, and logged', async () => {
  const hook = await makeHook()
  const zone = await makeZone('north')
  await arrived(1)
  const [{ headers, text, body } = {} as Letter] = letters
  expect(body).toMatchObject({ kind: 'zone', resource: zone.id, change: 'created', data: { name: 'north' } })
  const signed = {
    timestamp: String(headers['basalt-timestamp']),
    signature: String(headers['basalt-signature']),
    body: text,
  }
  const now = Number(signed.timestamp)
  expect(isGenuine(SECRET, signed, now)).toBe(true)
  expect(isGenuine('another-secret-entirely', signed, now)).toBe(false)
  expect(isGenuine(SECRET, { ...signed, body: `${text} ` }, now)).toBe(false)
  expect(isGenuine(SECRET, signed, now + 301)).toBe(false)
  expect(signatureOf(SECRET, signed.timestamp, text)).toBe(signed.signature)
  const log = await until('it is logged', async () => {
    const rows = await deliveries(hook.id)
    return rows[0]?.state === 'delivered' ? rows : null
  })
  expect(log).toMatchObject([
    { id: body.delivery, resourceKind: 'zone', attempts: 1, responseStatus: 204, error: null },
  ])
})

test('[api.webhook] what fails is tried again in order, each resource for itself, and nothing is lost', async () => {
  answer = ({ body }) => (body.data.name === 'stubborn' ? 500 : 204)
  const hook = await makeHook()
  const stubborn = await makeZone('stubborn')
  await env.ok('operator', 'PATCH', `/v1/zones/${stubborn.id}`, { description: 'second' })
  const other = await makeZone('willing')
  await until('the other zone is delivered and the first has failed', async () => {
    const rows = await deliveries(hook.id)
    const done = rows.some(({ resource, state }) => resource === other.id && state === 'delivered')
    return done && rows.some(({ attempts }) => (attempts as number) > 0 && rows.length === 3) ? true : null
  })
  const waiting = (await deliveries(hook.id)).filter(({ resource }) => resource === stubborn.id)
  expect(waiting.map(({ change, attempts, state }) => [change, attempts, state])).toEqual([
    ['updated', 0, 'pending'],
    ['created', 1, 'pending'],
  ])
  const isFailing = async () => (await env.call('operator', 'GET', `/v1/webhooks/${hook.id}`)).body.failing
  await until('the webhook tells that it fails', async () => ((await isFailing()) ? true : null))
  answer = () => 204
  letters.length = 0
  await comesDue()
  await arrived(2)
  expect(letters.map(({ body }) => [body.resource, body.change])).toEqual([
    [stubborn.id, 'created'],
    [stubborn.id, 'updated'],
  ])
  await until('all is well again', async () => ((await isFailing()) ? null : true))
})

test('[api.webhook] after the last attempt a delivery has failed; it can be sent once more', async () => {
  answer = () => 410
  const hook = await makeHook()
  await makeZone('gone')
  const failed = await until('it has failed', async () => {
    await comesDue()
    const [row] = await deliveries(hook.id)
    return row?.state === 'failed' ? row : null
  })
  expect(failed).toMatchObject({
    attempts: 10,
    responseStatus: 410,
    error: 'the receiver answered 410',
    nextAttemptAt: null,
  })
  answer = () => 200
  await env.ok('operator', 'POST', `/v1/deliveries/${failed.id}/redeliver`)
  await until('it is delivered', async () => ((await deliveries(hook.id))[0]?.state === 'delivered' ? true : null))
  expect(letters.at(-1)?.body.delivery).toBe(failed.id)
})

test('[api.webhook] paused it keeps, resumed it sends; replay sends again; ping says hello', async () => {
  const hook = await makeHook()
  const before = new Date(await env.controlPlane().store.now()).toISOString()
  await env.ok('operator', 'POST', `/v1/webhooks/${hook.id}/pause`)
  await makeZone('kept')
  await env.ok('operator', 'POST', `/v1/webhooks/${hook.id}/resume`)
  await arrived(1)
  await env.ok('operator', 'POST', `/v1/webhooks/${hook.id}/ping`)
  await arrived(2)
  expect(letters.map(({ body }) => body.change)).toEqual(['created', 'ping'])
  await until('both are recorded', async () =>
    (await deliveries(hook.id)).every(({ state }) => state === 'delivered') ? true : null,
  )
  await env.ok('operator', 'POST', `/v1/webhooks/${hook.id}/replay`, { since: before })
  await arrived(3)
  expect(letters[2]?.body).toMatchObject({ change: 'created', data: { name: 'kept' } })
  expect(letters[2]?.body.delivery).not.toBe(letters[0]?.body.delivery)
})

test('[api.webhook] nothing is sent twice or left out when the control plane dies', async () => {
  const hook = await makeHook()
  for (let round = 0; round < 3; round++) {
    await Promise.all([1, 2, 3, 4, 5].map((number) => makeZone(`zone-${round}-${number}`)))
    await env.restart()
  }
  const log = await until('all are delivered', async () => {
    await env.controlPlane().store.database.query("update delivery set taken_until = null where state = 'pending'")
    const rows = await deliveries(hook.id)
    return rows.length === 15 && rows.every(({ state }) => state === 'delivered') ? rows : null
  })
  expect(new Set(log.map(({ resource }) => resource)).size).toBe(15)
  // One that was under way when the node died may have come twice, under the same id.
  expect(new Set(letters.map(({ body }) => body.delivery))).toEqual(new Set(log.map(({ id }) => id)))
})

test("[api.webhook, iam.isolation] a tenant's webhook sends what the tenant may see, and nowhere inside", async () => {
  const hook = await env.ok('ada', 'POST', '/v1/webhooks', { name: 'mine', url, secret: SECRET })
  expect(hook).not.toHaveProperty('secret')
  await makeZone('seen by all')
  await env.ok('bob', 'POST', '/v1/networks', { name: 'private', zone: env.furniture.zone, cidr: '10.7.0.0/24' })
  await env.ok('ada', 'POST', '/v1/networks', { name: 'own', zone: env.furniture.zone, cidr: '10.8.0.0/24' })
  const rows = await until('the deliveries are tried', async () => {
    const found = await env.items('ada', `/v1/deliveries?webhook=${hook.id}`)
    const tried = found.filter(({ error }) => error)
    return found.some(({ resourceKind }) => resourceKind === 'network') && tried.length > 0 ? found : null
  })
  const names = rows.map(({ body }) => (body as { data: { name: string } }).data.name)
  expect(names).toContain('own')
  expect(names).not.toContain('private')
  expect(rows.find(({ error }) => error)?.error).toBe('127.0.0.1 is a private address.')
  expect(letters).toEqual([])
  expect(await env.items('bob', '/v1/deliveries')).toEqual([])
  await env.ok('ada', 'DELETE', `/v1/webhooks/${hook.id}`)
  expect(await env.items('ada', '/v1/deliveries')).toEqual([])
  const wrong = await env.call('ada', 'POST', '/v1/webhooks', { name: 'x', url, secret: SECRET, kinds: ['host'] })
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'kinds.0' }] } })
  const short = await env.call('ada', 'POST', '/v1/webhooks', { name: 'x', url, secret: 'short' })
  expect(short).toMatchObject({ status: 400, body: { errors: [{ field: 'secret' }] } })
})
