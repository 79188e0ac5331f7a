/**
 * Secrets of every kind are planted by API, SDK and command line, in requests that work and in requests that fail; then everything that
 * the platform says of itself is searched for them. What is planted follows from the definitions: a new kind's secret is covered by itself.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { createLog } from '@basalt/control-plane'
import { sealedFields } from '@basalt/kernel'
import { type Kind, type KindField, type Resource, snake, tableName } from '@basalt/resource'
import { connect } from '@basalt/sdk'
import { type Answer, type Call, type CloudEnvironment, cloud, httpClient, until, type Who } from '@basalt/testkit'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCanaries, secretInputs } from './support/canaries.ts'
import { dumpOf } from './support/dump.ts'
import { inputOf, type Json } from './support/inputs.ts'

const canaries = createCanaries()
/** What the platform said, by where it said it. */
const said = new Map<string, string>()
const say = (where: string, text: string): void => void said.set(where, `${said.get(where) ?? ''}${text}\n`)

let env: CloudEnvironment
let directory: string
let bundle: string
let resources: readonly Resource[]
let kinds: Kind[]
const servers: Server[] = []
const streams: (() => void)[] = []
const tokens = {} as Record<'ada' | 'operator', string>

/** Takes down whatever is sent to it. */
async function listener(where: string): Promise<string> {
  const server = createServer(async (incoming, response) => {
    say(where, JSON.stringify(incoming.headers))
    for await (const chunk of incoming) say(where, String(chunk))
    response.end('{}')
  })
  servers.push(server)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function followEvents(where: string, token: string): void {
  const { apiUrl, caPem } = env.controlPlane()
  const outgoing = request(new URL('/v1/events', apiUrl), { ca: caPem, headers: { authorization: `Bearer ${token}` } })
  outgoing.on('response', (response) => response.on('data', (chunk) => say(where, String(chunk))))
  outgoing.on('error', () => {})
  outgoing.end()
  streams.push(() => outgoing.destroy())
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redaction-'))
  bundle = join(directory, 'basalt.mjs')
  const banner = {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  }
  const entry = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner,
    logLevel: 'silent',
  })
  env = await cloud({
    hosts: 1,
    log: createLog({ level: 'debug', write: (line) => say('the log', line) }),
    settings: { traces: { endpoint: await listener('the traces') } },
  })
  resources = env.controlPlane().store.catalogue.resources
  kinds = (await env.call('operator', 'GET', '/v1/kinds')).body.items as Kind[]
  for (const [who, username] of [
    ['ada', 'ada'],
    ['operator', 'admin'],
  ] as const) {
    const { body } = await env.call(null, 'POST', '/v1/sessions', { username, password: env.passwords[who] })
    canaries.harvest('a session', body)
    tokens[who] = String(body.token)
    followEvents(`the events of ${who}`, tokens[who])
  }
  await writeFile(join(directory, 'ca.pem'), env.controlPlane().caPem)
}, 60_000)
afterAll(async () => {
  for (const stop of streams) stop()
  await env?.close()
  for (const server of servers) server.close()
  await rm(directory, { recursive: true, force: true })
})

/** A request whose answer is taken down: refusals to be searched, the rest for the secrets that it shows. */
async function send(
  about: string,
  who: Who | null,
  method: Call['method'],
  path: string,
  body?: unknown,
  headers = {},
): Promise<Answer> {
  const answer = await env.call(who, method, path, body, headers)
  if (answer.status >= 400) say('the refusals', `${JSON.stringify(answer.body)} ${JSON.stringify(answer.headers)}`)
  else canaries.harvest(about, answer.body)
  return answer
}

async function idOf(kind: string | undefined): Promise<string> {
  const found = kinds.find((each) => each.kind === kind)
  const [row] = found ? ((await env.items('ada', found.path).catch(() => [])) ?? []) : []
  return String(row?.id ?? env.furniture[kind as 'zone'] ?? crypto.randomUUID())
}

/** An input that has what is required, and secrets where they go. */
async function planted(resource: Resource, kind: Kind, name: string): Promise<Json> {
  const action = kind.actions.find((each) => each.name === name)
  const secrets = secretInputs(resource, name)
  const required = (action?.input ?? []).filter(({ optional, secret }: KindField) => !optional && !secret)
  const refs = new Map(await Promise.all(required.map(async ({ kind: of }) => [of, await idOf(of)] as const)))
  const body = inputOf(required, (of) => refs.get(of) ?? crypto.randomUUID())
  // What has a form of its own.
  const recipes: Json = {
    'vm.create': {
      zone: env.furniture.zone,
      offering: env.furniture.offering,
      image: env.furniture.image,
      networks: [{ network: env.furniture.network }],
    },
    'user.create': { username: `u${crypto.randomUUID().slice(0, 8)}` },
  }
  const about = (field: string): string => `${resource.kind}.${name}: ${field}`
  return {
    ...body,
    ...((recipes[`${resource.kind}.${name}`] as Json | undefined) ?? {}),
    ...Object.fromEntries(secrets.map(([field, spec]) => [field, canaries.fitting(about(field), spec)])),
  }
}

/** The same wrong in many ways, each with secrets of its own. */
async function* wrong(resource: Resource, kind: Kind, name: string): AsyncGenerator<Json> {
  const anew = () => planted(resource, kind, name)
  yield { ...(await anew()), surplus: 1 }
  const { name: _, ...nameless } = await anew()
  yield nameless
  for (const [field, spec] of secretInputs(resource, name)) {
    const about = `${resource.kind}.${name}: wrong ${field}`
    const secret = (): string => canaries.plant(about)
    for (const value of [
      [secret()],
      { value: secret() },
      `${secret()}\u0000`,
      secret().repeat(Math.ceil((spec.maxLength ?? 4096) / 20)),
      ` ${secret()} \u00e4`,
    ])
      yield { ...(await anew()), [field]: value }
  }
}

test('[iam.secrets] secrets are planted by every action that takes one, well and badly', {
  timeout: 60_000,
}, async () => {
  const taking = resources.flatMap((resource) =>
    Object.keys(resource.actions)
      .filter((action) => secretInputs(resource, action).length > 0)
      .map((action) => ({ resource, action })),
  )
  expect(taking.map(({ resource, action }) => `${resource.kind}.${action}`)).toEqual(
    expect.arrayContaining(['user.create', 'user.setPassword', 'vm.create', 'webhook.create']),
  )
  const hook = await listener('the letters of webhooks')
  for (const { resource, action } of taking) {
    const kind = kinds.find((each) => each.kind === resource.kind) as Kind
    const { method, path } = kind.actions.find(({ name }) => name === action) as Kind['actions'][number]
    const body = await planted(resource, kind, action)
    const who = resource.kind === 'webhook' ? 'operator' : 'ada'
    // Not who asks: a new password would end the session.
    const rows = action === 'create' ? [] : await env.items(who, kind.path)
    const row = rows.find(({ username }) => username !== 'ada')
    const at = path.replace('{id}', String(row?.id))
    const done = await send(
      `${resource.kind}.${action}`,
      who,
      method,
      at,
      'url' in body ? { ...body, url: hook } : body,
      {
        prefer: 'wait=60',
        'idempotency-key': crypto.randomUUID(),
      },
    )
    expect([`${resource.kind}.${action}`, done.status, done.body.cause ?? done.body.detail ?? null]).toEqual([
      `${resource.kind}.${action}`,
      expect.toSatisfy((status: number) => status < 300),
      null,
    ])
    for await (const bad of wrong(resource, kind, action)) await send(`wrong ${action}`, who, method, at, bad)
    await send('of a stranger', 'bob', method, at, await planted(resource, kind, action))
    await send('of nobody', null, method, at, await planted(resource, kind, action))
    const query = new URLSearchParams(
      Object.fromEntries(Object.entries(await planted(resource, kind, action)).map(([k, v]) => [k, String(v)])),
    )
    await send('in a query', who, 'GET', `${kind.path}?${query}`)
  }
  // The password that was just changed was another user's; log in wrongly, too.
  const attempt = canaries.plant('a wrong password')
  await send('a login', null, 'POST', '/v1/sessions', { username: 'ada', password: attempt })
  await send('a login', null, 'POST', '/v1/sessions', {
    username: canaries.plant('a password as user name'),
    password: attempt,
  })
})

/** Every operation whose answer shows a secret once, by the OpenAPI document. */
test('[iam.secrets] what the platform makes up itself and shows once is known from the document of the API', async () => {
  const { body } = await env.call(null, 'GET', '/v1/openapi.json')
  const paths = body.paths as Record<string, Record<string, Json>>
  const before = canaries.count()
  for (const [path, item] of Object.entries(paths)) {
    const post = item.post
    if (!post || !/"(?:\w*[tT]oken|secret|ticket)"/.test(JSON.stringify(post.responses ?? {}))) continue
    const kind = kinds.find((each) => path.startsWith(`${each.path}/{id}`))
    const [row] = kind ? await env.items(kind.kind === 'host' ? 'operator' : 'ada', kind.path) : []
    // A host that is connected gets no token.
    const { cluster, zone } = env.furniture
    const spare =
      kind?.kind === 'host' && (await env.ok('operator', 'POST', '/v1/hosts', { name: 'spare', zone, cluster }))
    const id = String(spare ? spare.id : row?.id)
    const bodies: Record<string, Json> = {
      '/v1/sessions': { username: 'ada', password: env.passwords.ada },
      '/v1/access-keys': { name: 'k' },
    }
    const who = spare || path === '/v1/nodes/join-token' ? 'operator' : 'ada'
    const made = await send(path, who, 'POST', path.replace('{id}', id), bodies[path] ?? { kind: 'serial' })
    expect([path, made.status, made.body]).toEqual([path, 201, expect.anything()])
  }
  expect(canaries.count() - before).toBeGreaterThanOrEqual(5)
})

test('[iam.secrets] a secret in a path, a header or a broken body', async () => {
  const secret = (): string => canaries.plant('an odd place')
  const paths = [
    '/v1/X',
    '/X',
    '/v1/vms/X',
    '/v1/vms/X/start',
    '/v1/X/vms',
    '/v1/tasks/X',
    '/v1/images/X/content',
    '/v1/hosts/X/registration-token',
  ]
  for (const path of paths)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const)
      await send('a path', 'ada', method, path.replace('X', secret()), {})
  for (const query of ['limit=X', 'cursor=X', "q=name='X", 'name=X', 'token=X'])
    await send('a query', 'ada', 'GET', `/v1/vms?${query.replace('X', secret())}`)
  // The language of queries quotes the word at fault to whoever wrote it: nowhere else may it be.
  for (const query of ['q=X', 'sort=X', 'fields=X', 'state=X', 'id=X', 'groupBy=X'])
    await env.call('ada', 'GET', `/v1/vms?${query.replace('X', secret())}`)
  await send('a query', 'operator', 'GET', `/v1/audit?since=${secret()}`)
  await send('a query', 'ada', 'GET', `/v1/access/why?permission=vm.${secret()}`)
  await send('a query', 'ada', 'GET', `/v1/events?kind=${secret()}`)
  const headers = {
    authorization: [`Bearer ${secret()}`, `Basic ${secret()}`, secret(), `BASALT-HMAC-SHA256 ${secret()}`],
    cookie: [`__Host-basalt-session=${secret()}`, secret()],
    'basalt-account': [secret()],
    'if-match': [secret()],
    prefer: [`wait=${secret()}`],
    traceparent: [secret(), `00-${secret()}-b7ad6b7169203331-01`],
    'x-api-key': [secret()],
    'last-event-id': [secret()],
    'content-type': [`application/${secret()}`],
  }
  for (const [name, values] of Object.entries(headers))
    for (const value of values) {
      await send(
        'a header',
        name === 'authorization' || name === 'cookie' ? null : 'ada',
        'GET',
        name === 'last-event-id' ? '/v1/events' : '/v1/vms',
        undefined,
        { [name]: value },
      )
      await send(
        'a header',
        name === 'authorization' || name === 'cookie' ? null : 'ada',
        'POST',
        '/v1/vms',
        { name: 'x' },
        { [name]: value },
      )
    }
  const { apiUrl, caPem } = env.controlPlane()
  for (const text of ['{"password": "X"', '{"password": X}', 'X', '"X', '{"password": "X",}', '["X"', 'password=X'])
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const raw = Buffer.from(text.replace('X', secret()))
      const answer = await httpClient(
        apiUrl,
        caPem,
      )({ method: 'POST', path: '/v1/users', raw, token: tokens.ada, headers: { 'content-type': type } })
      say('the refusals', JSON.stringify(answer))
    }
})

test('[iam.secrets] drivers that repeat what they were told', async () => {
  const userData = `#cloud-config\npassword: ${canaries.plant('user data in an error')}\n`
  const key = canaries.plant('a private key in an error')
  const message = `cannot parse ${JSON.stringify(userData)} or ${userData}, with postgres://u:${canaries.plant('a password in a URL')}@db/x, Bearer ${canaries.plant('a bearer token')}, -----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----`
  env.hosts[0]?.faults.failNext('hypervisor.start', { message, remedy: message })
  const vm = await env.createVm({ name: 'told', userData })
  expect(vm.body.state).toBe('failed')
  say('the task of a driver that repeats', JSON.stringify(vm.body))
  expect(JSON.stringify(vm.body)).toContain('cannot parse')
  const image = await send(
    'an image',
    'operator',
    'POST',
    '/v1/images',
    { name: 'i', url: `http://u:${canaries.plant('a password in the URL of an image')}@127.0.0.1:9/x.qcow2` },
    { prefer: 'wait=30' },
  )
  say('the task of an image', JSON.stringify(image.body))
})

test('[iam.secrets] what waits for its turn is sealed until then', async () => {
  const vm = await env.createVm({ name: 'waits' })
  const hung = env.hosts[0]?.faults.hangNext('hypervisor.shutdown')
  await env.call('ada', 'POST', `/v1/vms/${vm.body.resource}/stop`)
  await hung?.reached
  const queued = await env.call('ada', 'POST', `/v1/vms/${vm.body.resource}/start`)
  expect(queued.body.state).toBe('queued')
  const { database } = env.controlPlane().store
  await env.ok('operator', 'POST', '/v1/master-keys', {})
  await until(
    'the former master key is retired',
    async () => (await env.items('operator', '/v1/master-keys?state=retired')).length > 0,
  )
  // Every sealed field of every kind is there, and sealed; a new kind's is planted above, or this says that it is not.
  for (const resource of resources)
    for (const field of sealedFields(resource)) {
      const column = snake(field)
      const rows = await database.query<{ text: string }>(
        `select "${column}" as text from "${tableName(resource)}" where "${column}" is not null`,
      )
      expect([resource.kind, field, rows.length > 0]).toEqual([resource.kind, field, true])
      for (const { text } of rows) expect(text).toMatch(/^sealed2\./)
    }
  say('a dump while something waits', [...(await dumpOf(database)).values()].join('\n'))
  hung?.release()
  await until(
    'both have ended',
    async () => (await env.call('ada', 'GET', `/v1/tasks/${queued.body.id}`)).body.finishedAt,
  )
})

test('[iam.secrets] SDK and command line', { timeout: 60_000 }, async () => {
  const { apiUrl, caPem } = env.controlPlane()
  const password = canaries.plant('a password by the SDK')
  const options = {
    url: apiUrl,
    ca: caPem,
    onRequest: (report: unknown) => say('what the SDK tells', inspect(report, { depth: 9 })),
  }
  const sdk = await connect({ ...options, username: 'ada', password: env.passwords.ada })
  const tell = (error: unknown): void =>
    say('errors of the SDK', `${inspect(error, { depth: 9 })} ${JSON.stringify(error)} ${String(error)}`)
  await sdk.users.create({ name: 's', username: 'sdk-user', password } as never)
  await sdk.users.create({ name: 's', username: 'sdk-user', password } as never).catch(tell)
  await sdk.users
    .create({ name: 's', username: '!', password: canaries.plant('a refused password by the SDK') } as never)
    .catch(tell)
  await connect({ ...options, username: 'ada', password: canaries.plant('a wrong password by the SDK') })
    .then((it) => it.me())
    .catch(tell)
  await connect({ ...options, token: canaries.plant('a wrong token by the SDK') })
    .then((it) => it.me())
    .catch(tell)
  await connect({ ...options, url: 'https://127.0.0.1:9', token: canaries.plant('a token for nobody') })
    .then((it) => it.me())
    .catch(tell)
  say('errors of the SDK', inspect(sdk, { depth: 4 }))
  sdk.close()

  async function cli(words: string[], input = '', variables = {}): Promise<number | null> {
    const child: ChildProcess = spawn(process.execPath, [bundle, ...words], {
      env: { PATH: process.env.PATH ?? '', HOME: join(directory, 'home'), NO_COLOR: '1', ...variables },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin?.end(input)
    child.stdout?.on('data', (chunk) => say('the command line', String(chunk)))
    child.stderr?.on('data', (chunk) => say('the command line', String(chunk)))
    // As long as it runs, everybody on the machine sees how it was called.
    if (child.pid) say('the process list', await readFile(`/proc/${child.pid}/cmdline`, 'utf8').catch(() => ''))
    const [code] = (await once(child, 'close')) as [number | null]
    return code
  }
  const login = ['login', '--url', apiUrl, '--ca-file', join(directory, 'ca.pem'), '--username', 'ada']
  expect(await cli(login, '', { BASALT_PASSWORD: canaries.plant('a wrong password by the command line') })).not.toBe(0)
  expect(await cli(login, '', { BASALT_PASSWORD: env.passwords.ada })).toBe(0)
  const body = (more: object) =>
    JSON.stringify({
      name: 'c',
      username: 'cli-user',
      password: canaries.plant('a password by the command line'),
      ...more,
    })
  expect(await cli(['user', 'create', 'c', '--username', 'cli-user', '--body', '-'], body({}))).toBe(0)
  for (const bad of [body({}), body({ username: '!' }), body({ surplus: 1 }), body({}).slice(0, -1)])
    expect(await cli(['user', 'create', 'c', '--body', '-'], bad)).not.toBe(0)
  await cli(['vm', 'list', '-o', 'json'])
  await cli(['audit', '-o', 'json'])
  await cli(['doctor'])
})

test('[iam.secrets] [ops.audit] nothing that the platform says of itself, and nothing that it keeps, has any of them', {
  timeout: 60_000,
}, async () => {
  canaries.harvest('the cloud of the test', { password1: env.passwords.operator, password2: env.passwords.ada })
  for (const who of ['operator', 'ada'] as const)
    for (const kind of kinds) {
      const { body } = await env.call(who, 'GET', `${kind.path}?limit=500`)
      say(`the list of ${kind.path} for ${who}`, JSON.stringify(body))
      for (const { id } of ((body.items ?? []) as Json[]).slice(0, 3))
        say(`a ${kind.kind} for ${who}`, JSON.stringify((await env.call(who, 'GET', `${kind.path}/${id}`)).body))
    }
  for (const path of [
    '/v1/audit?limit=1000',
    '/v1/audit?format=csv',
    '/v1/diagnosis',
    '/v1/health',
    '/v1/health/ready',
    '/metrics',
    '/v1/me',
    '/v1/openapi.json',
  ])
    say(path, JSON.stringify((await env.call('operator', 'GET', path)).body))
  await until('the traces have arrived', () => (said.get('the traces') ?? '').includes('vm.create'))
  for (const [table, text] of await dumpOf(env.controlPlane().store.database)) say(`the table ${table}`, text)
  // Keys and the first password have files of their own, for their owner alone.
  const kept = dirname((env.nodes[0] as (typeof env.nodes)[number]).dataDir)
  for (const file of await readdir(kept, { recursive: true }))
    if (!/password$|master\.key|authority/.test(file))
      say(`the file ${file}`, await readFile(join(kept, file), 'latin1').catch(() => ''))
  for (const file of await readdir(join(directory, 'home'), { recursive: true }))
    if (!file.endsWith('config.json'))
      say(
        `the file ${file} of the command line`,
        await readFile(join(directory, 'home', file), 'latin1').catch(() => ''),
      )
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
    say('the process list', await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))

  expect(canaries.count()).toBeGreaterThan(150)
  for (const where of [
    'the log',
    'the traces',
    'the letters of webhooks',
    'the events of ada',
    'the events of operator',
    'the refusals',
    'errors of the SDK',
    'the command line',
    '/metrics',
    '/v1/audit?format=csv',
  ])
    expect([where, (said.get(where) ?? '').length > 100]).toEqual([where, true])
  expect([...new Set([...said].flatMap(([where, text]) => canaries.foundIn(where, text)))]).toEqual([])
})
