import { type CloudEnvironment, cloud, httpClient, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ furnished: false })
})
afterAll(() => env.close())

const sql = (text: string, values: unknown[] = []) => env.controlPlane().store.database.query(text, values)
const login = async (who: 'ada' | 'bob' = 'ada', headers: Record<string, string> = {}) =>
  (await env.call(null, 'POST', '/v1/sessions', { username: who, password: env.passwords[who] }, headers)).body as {
    id: string
    token: string
    expiresAt: string
    endsAt: string
  }
const asToken = (token: string) => ({ authorization: `Bearer ${token}` })
const me = (token: string) => env.call(null, 'GET', '/v1/me', undefined, asToken(token))

test('[iam.sessions] the list tells client, address and last use of each session, and no secret', async () => {
  const { id, expiresAt, endsAt } = await login('ada', { 'user-agent': 'basalt/1 \u00fc' })
  const row = (await env.call('ada', 'GET', `/v1/sessions/${id}`)).body
  expect(row).toMatchObject({ client: 'basalt/1 ?', address: '127.0.0.1', expiresAt, endsAt })
  expect(Date.parse(row.lastUsedAt as string)).toBeLessThan(Date.parse(expiresAt))
  expect(Date.parse(expiresAt)).toBeLessThan(Date.parse(endsAt))
  expect(Object.keys(row).join()).not.toMatch(/hash|token|password/i)
  expect((await env.call('bob', 'GET', `/v1/sessions/${id}`)).status).toBe(404)
})

test.each([
  ['was not used for too long', `last_used_at = now() - interval '61 minutes'`],
  ['is older than any may get', `created_at = now() - interval '12 hours 1 second'`],
  ['has come to its end', `ends_at = now()`],
  ['has expired', `expires_at = now()`],
])('[iam.sessions] a session that %s counts no more', async (_, change) => {
  const { id, token } = await login()
  expect((await me(token)).status).toBe(200)
  await sql(`update session set ${change} where id = $1`, [id])
  expect((await me(token)).status).toBe(401)
})

test('[iam.sessions] use moves its end on, now and then, and never past the last one', async () => {
  const { id, token } = await login()
  const read = async () =>
    (await sql(`select last_used_at as used, expires_at as expires, version from session where id = $1`, [id]))[0]
  await me(token)
  expect(await read()).toMatchObject({ version: 1 })
  await sql(
    `update session set last_used_at = now() - interval '5 minutes', expires_at = now() + interval '1 minute' where id = $1`,
    [id],
  )
  const before = await read()
  await Promise.all([me(token), me(token), me(token)])
  const after = await until('the use is written down', async () => {
    const row = await read()
    return Number(row?.version) > 1 ? row : null
  })
  expect(Date.parse(after.used as string)).toBeGreaterThan(Date.parse(before?.used as string))
  expect(Date.parse(after.expires as string)).toBe(Date.parse(after.used as string) + 3_600_000)
  // One of the uses above may still be about to be written: over this one's, which is then to come again.
  await until('the session ends with its last hour', async () => {
    await sql(
      `update session set last_used_at = now() - interval '5 minutes', ends_at = now() + interval '10 minutes' where id = $1`,
      [id],
    )
    await me(token)
    const [row] = await sql(`select expires_at <= now() + interval '10 minutes' as capped from session where id = $1`, [
      id,
    ])
    return row?.capped === true
  })
})

test('[iam.sessions] with one more than a user may have, the one used least recently ends', async () => {
  const sessions = [await login('bob'), await login('bob'), await login('bob'), await login('bob')]
  const [, second] = sessions as [(typeof sessions)[0], (typeof sessions)[0]]
  await sql(`update session set last_used_at = now() - interval '30 minutes' where id = $1`, [second.id])
  await env.setSetting('identity.maxSessionsPerUser', 4)
  const more = await Promise.all([login('bob'), login('bob'), login('bob')])
  await env.setSetting('identity.maxSessionsPerUser', 100)
  const [{ count } = {}] = await sql(
    `select count(*)::int as count from session s join "user" u on u.id = s."user" where u.username = 'bob'`,
  )
  expect(count).toBe(4)
  expect((await me(second.token)).status).toBe(401)
  const alive = await Promise.all(more.map(async ({ token }) => (await me(token)).status))
  expect(alive).toEqual([200, 200, 200])
})

test('[iam.sessions] a login that races with a new password is worth nothing', async () => {
  const { body: user } = await env.call('ada', 'POST', '/v1/users', {
    name: 'h',
    username: 'heidi',
    password: 'a-good-password',
  })
  const attempts = Array.from({ length: 6 }, () =>
    env.call(null, 'POST', '/v1/sessions', { username: 'heidi', password: 'a-good-password' }),
  )
  const change = env.ok('ada', 'POST', `/v1/users/${user.id}/set-password`, { password: 'another-password' })
  const [answers] = await Promise.all([Promise.all(attempts), change])
  for (const { body } of answers) if (body.token) expect((await me(body.token as string)).status).toBe(401)
})

test('[iam.sessions] a session that one node ends counts on no other from then on', async () => {
  const other = httpClient(env.controlPlane().apiUrl, env.controlPlane().caPem)
  const end = await env.takeOver()
  try {
    for (let round = 0; round < 10; round++) {
      const { id, token } = await login()
      const there = () => other({ method: 'GET', path: '/v1/me', token })
      expect((await there()).status).toBe(200)
      // Requests without a pause, so that some are under way when it ends.
      const busy = Array.from({ length: 8 }, there)
      await env.ok('ada', 'DELETE', `/v1/sessions/${id}`)
      expect((await there()).status).toBe(401)
      await Promise.all(busy)
    }
  } finally {
    await end()
  }
})

test('[iam.sessions] whoever logs out ends the session of the request', async () => {
  const { token } = await login()
  expect((await env.call(null, 'DELETE', '/v1/sessions/current', undefined, asToken(token))).status).toBe(204)
  expect((await me(token)).status).toBe(401)
})

test('[iam.users] a hash with other parameters is renewed by the next login', async () => {
  const { hash } = await import('@node-rs/argon2')
  const older = await hash(env.passwords.ada, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
  await sql(`update "user" set password_hash = $1 where username = 'ada'`, [older])
  const { token } = await login()
  const [{ text } = {}] = await sql(`select password_hash as text from "user" where username = 'ada'`)
  expect(text).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect((await me(token)).status).toBe(200)
  expect((await login()).token).toBeDefined()
})
