import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, type Http, httpClient, scratchDatabase } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { resetPasswordOnNode } from './operator.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

let directory: string
let database: Awaited<ReturnType<typeof scratchDatabase>>
let running: ControlPlane
let http: Http
const told: { message: string; facts?: Record<string, unknown> }[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'operator-'))
  database = await scratchDatabase()
  const settings = { dataDir: directory, api: { port: await freePort() }, agents: { port: await freePort() } }
  await writeFile(join(directory, 'config.json'), JSON.stringify(settings))
  const log = {
    info: (message: string, facts?: object) => void told.push({ message, facts: { ...facts } }),
    error() {},
  }
  running = await startControlPlane(parseConfig(settings), { databaseUrl: database.url, log })
  http = httpClient(running.apiUrl, running.caPem)
})
afterAll(async () => {
  await running?.stop()
  await database?.drop()
  await rm(directory, { recursive: true, force: true })
})

const login = (password: string) =>
  http({ method: 'POST', path: '/v1/sessions', body: { username: 'admin', password } })
const me = (token: unknown) => http({ method: 'GET', path: '/v1/me', token: String(token) })
const passwordFile = () => readFile(join(directory, 'operator-password'), 'utf8').then((text) => text.trim())

async function reset(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'reset-password', ...words], {
    env: { ...process.env, DATABASE_URL: database.url },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, out, err }
}

test('[iam.users] the first operator has a random password, told once as a file that only its owner reads', async () => {
  const file = join(directory, 'operator-password')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const password = await passwordFile()
  expect(password).toMatch(/^[A-Za-z0-9_-]{20}$/)
  expect((await login(password)).body).toMatchObject({ username: 'admin', operator: true })
  expect(told.filter(({ facts }) => facts?.file === file)).toHaveLength(1)
  expect(JSON.stringify(told)).not.toContain(password)
})

test('[iam.users] [iam.sessions] on the node a forgotten password is replaced; sessions end, and the audit knows', async () => {
  const former = await passwordFile()
  const { token } = (await login(former)).body
  const { code, out } = await reset('--config', join(directory, 'config.json'), 'admin')
  expect(code).toBe(0)
  expect(out.trim()).toMatch(/^[A-Za-z0-9_-]{20}$/)
  expect((await me(token)).status).toBe(401)
  expect((await login(former)).status).toBe(401)
  expect((await login(out.trim())).status).toBe(201)
  expect(await passwordFile()).toBe(out.trim())
  const rows = await running.store.database.query(`select outcome from audit where action = 'user.resetPassword'`)
  expect(rows).toEqual([{ outcome: 'accepted' }])
})

test('[iam.separation] [iam.users] on the node it works while duties are separated, too: the audit tells who keeps watch', async () => {
  const { token } = (await login(await passwordFile())).body
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown, as = token) =>
    http({ method, path, body, token: String(as) })
  const holder = async (username: string) =>
    (await call('POST', '/v1/users', { name: username, username, password: 'a-good-password' })).body.id
  const [sysadmin, secadmin, secauditor] = [await holder('sys'), await holder('sec'), await holder('watch')]
  const [separation] = (await call('GET', '/v1/separations')).body.items as { id: string }[]
  const on = { sysadmin, secadmin, secauditor }
  expect((await call('POST', `/v1/separations/${separation?.id}/enable`, on)).status).toBe(200)
  const loginAs = (username: string, password: string) =>
    http({ method: 'POST', path: '/v1/sessions', body: { username, password } })
  const session = (await loginAs('sec', 'a-good-password')).body.token
  const { code, out, err } = await reset('--config', join(directory, 'config.json'), 'sec')
  expect([code, err]).toEqual([0, expect.stringContaining('all its sessions have ended')])
  expect((await me(session)).status).toBe(401)
  expect((await loginAs('sec', 'a-good-password')).status).toBe(401)
  expect((await loginAs('sec', out.trim())).status).toBe(201)
  const watcher = (await loginAs('watch', 'a-good-password')).body.token
  const seen = await call('GET', '/v1/audit?action=user.resetPassword', undefined, watcher)
  expect((seen.body.items as { resource: string }[]).map(({ resource }) => resource)).toContain(secadmin)
})

test('[iam.users] a wrong user or a wrong place is told with a remedy', async () => {
  const here = parseConfig(JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')))
  const env = { DATABASE_URL: database.url }
  await expect(resetPasswordOnNode(here, 'nobody', env)).rejects.toMatchObject({
    message: 'There is no user "nobody".',
    remedy: expect.any(String),
  })
  await expect(
    resetPasswordOnNode({ ...here, dataDir: join(directory, 'elsewhere') }, 'admin', env),
  ).rejects.toMatchObject({
    message: expect.stringContaining('no master.key'),
    remedy: expect.any(String),
  })
})
