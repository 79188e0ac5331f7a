/**
 * What is measured, as it runs in earnest: PostgreSQL that is durable, and a control-plane node as the real program in a process of its
 * own. Load and simulated hosts have further processes.
 */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@basalt/kernel'
import {
  type Answer,
  buildNodeProgram,
  type Call,
  type Http,
  httpClient,
  type NodeProcess,
  nodeProcess,
} from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import { type Fleet, startFleet } from './fleet.ts'
import { type BenchServer, startServer } from './postgres.ts'

export type Who = 'operator' | 'ada' | 'bob'

const PASSWORDS = { operator: 'operator-password', ada: 'ada-password-1', bob: 'bob-password-1' }
const USERNAMES = { operator: 'admin', ada: 'ada', bob: 'bob' }
const GIB = 2 ** 30

export interface Furniture {
  zone: string
  fabric: string
  cluster: string
  pool: string
  offering: string
  image: string
  /** Ada's, with room for 250,000 NICs. */
  network: string
}

/** A million rows with their indexes, on a machine that is busy. */
const FILLING_MS = 1_800_000

export interface Bed {
  directory: string
  server: BenchServer
  /** For the bench's own questions. */
  database: Database
  node: NodeProcess
  caPem: string
  tokens: Record<Who, string>
  accounts: Record<'ada' | 'bob', string>
  furniture: Furniture
  /** Simulated hosts, one at least. */
  fleet: Fleet
  call(who: Who | null, method: Call['method'], path: string, body?: unknown): Promise<Answer>
  /** A request that must succeed; a task is waited for and must succeed too. */
  ok(who: Who, method: Call['method'], path: string, body?: unknown): Promise<Record<string, unknown>>
  setSetting(name: string, value: unknown): Promise<void>
  close(): Promise<void>
}

/** Built once, however many beds there are. */
let program: Promise<string> | undefined

async function startNode(directory: string, databaseUrl: string): Promise<NodeProcess> {
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, PASSWORDS.operator, { mode: 0o600 })
  program ??= mkdtemp(join(tmpdir(), 'program-')).then(buildNodeProgram)
  const node = await nodeProcess({
    directory,
    program: await program,
    name: 'node-1',
    databaseUrl,
    settings: { operator: { username: 'admin', passwordFile } },
  })
  await node.start()
  return node
}

type Ask = Pick<Bed, 'call' | 'ok' | 'setSetting' | 'tokens' | 'accounts' | 'directory'>

async function addPeople({ call, ok, tokens, accounts }: Ask): Promise<void> {
  const login = async (who: Who): Promise<void> => {
    const { body } = await call(null, 'POST', '/v1/sessions', { username: USERNAMES[who], password: PASSWORDS[who] })
    tokens[who] = String(body.token)
  }
  await login('operator')
  for (const who of ['ada', 'bob'] as const) {
    const { id } = await ok('operator', 'POST', '/v1/accounts', { name: who })
    accounts[who] = String(id)
    await ok('operator', 'POST', '/v1/users', { name: who, username: who, password: PASSWORDS[who], inAccount: id })
    await login(who)
  }
}

async function addImage({ ok, tokens }: Ask, http: Http): Promise<string> {
  const [token, path] = [tokens.operator, '/v1/images']
  // The task waits for the file: an answer that waited for the task would come too late.
  const created = await http({ method: 'POST', path, body: { name: 'tiny', public: true }, token })
  const image = String(created.body.resource)
  await http({ method: 'PUT', path: `${path}/${image}/content`, raw: qcow2Fixture().bytes, token })
  for (;;) {
    const { finishedAt, state } = await ok('operator', 'GET', `/v1/tasks/${created.body.id}`)
    if (finishedAt && state !== 'succeeded') throw new Error(`the image could not be added: ${state}`)
    if (finishedAt) return image
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

type StartHosts = (place: { zone: string; cluster: string }) => Promise<Fleet>

async function furnish(ask: Ask, http: Http, start: StartHosts): Promise<{ furniture: Furniture; fleet: Fleet }> {
  const make = async (path: string, body: object, who: Who = 'operator'): Promise<string> => {
    const made = await ask.ok(who, 'POST', path, body)
    return String(made.resource ?? made.id)
  }
  const zone = await make('/v1/zones', { name: 'zone1' })
  const fabric = await make('/v1/fabrics', { name: 'fabric1', zone, driver: 'simulated' })
  const cluster = await make('/v1/clusters', { name: 'cluster1', zone, fabric })
  const fleet = await start({ zone, cluster })
  const storageClass = await make('/v1/storage-classes', { name: 'Standard', zone })
  const shared = { name: 'pool1', zone, cluster, class: storageClass, type: 'smp', path: '/var/lib/basalt/pool1' }
  const pool = await make('/v1/storage-pools', shared)
  await make('/v1/image-stores', { name: 'images', path: join(ask.directory, 'images') })
  const offering = await make('/v1/offerings', { name: 'small', vcpus: 1, memoryBytes: GIB })
  const image = await addImage(ask, http)
  const network = await make('/v1/networks', { name: 'wide', zone, cidr: '10.64.0.0/14' }, 'ada')
  return { furniture: { zone, fabric, cluster, pool, offering, image, network }, fleet }
}

const WAIT = { prefer: 'wait=60' }

export interface BedOptions {
  /** Simulated hosts to begin with; 1 unless told. */
  hosts?: number
  /** Of the simulated hosts: 0 answers at once, 1 as measured on real ones. */
  latencyFactor?: number
}

/** Requests as one of the people, with the tokens that they have by then. */
function asking(http: Http, tokens: Bed['tokens']): Pick<Bed, 'call' | 'ok' | 'setSetting'> {
  const call: Bed['call'] = (who, method, path, body) =>
    http({ method, path, body, headers: WAIT, token: who ? tokens[who] : undefined })
  const ok: Bed['ok'] = async (who, method, path, body) => {
    const { status, body: answer } = await call(who, method, path, body)
    const isFailedTask = method !== 'GET' && 'percent' in answer && answer.state !== 'succeeded'
    if (status >= 400 || isFailedTask) throw new Error(`${method} ${path} failed: ${JSON.stringify(answer)}`)
    return answer
  }
  return {
    call,
    ok,
    async setSetting(name, value) {
      const { items } = await ok('operator', 'GET', `/v1/settings?name=${name}`)
      await ok('operator', 'POST', `/v1/settings/${(items as { id: string }[])[0]?.id}/set`, { value })
    },
  }
}

async function startBed({ hosts = 1, latencyFactor }: BedOptions): Promise<Bed> {
  const directory = await mkdtemp(join(tmpdir(), 'bed-'))
  const server = await startServer(directory)
  const node = await startNode(directory, server.url)
  const caPem = await node.authorityPem()
  const http = httpClient(node.apiUrl, caPem)
  const tokens: Bed['tokens'] = { operator: '', ada: '', bob: '' }
  const database = openDatabase(server.url, { maxConnections: 4, statementTimeoutMs: FILLING_MS })
  const ask: Ask = { ...asking(http, tokens), tokens, accounts: { ada: '', bob: '' }, directory }
  await addPeople(ask)
  // As fast as it goes: what one caller may ask for is not measured.
  await ask.setSetting('identity.requestsPerSecond', 1_000_000)
  const { furniture, fleet } = await furnish(ask, http, async (place) => {
    const begun = await startFleet({ database, node, place, latencyFactor })
    await begun.add(hosts)
    return begun
  })
  return {
    ...ask,
    server,
    database,
    node,
    caPem,
    furniture,
    fleet,
    async close() {
      await fleet.close()
      await node.kill()
      await database.close()
      await server.stop()
    },
  }
}

/** Runs the work on a bed and takes it down, whatever happens. */
export async function onBed<T>(work: (bed: Bed) => Promise<T>, options: BedOptions = {}): Promise<T> {
  const bed = await startBed(options)
  try {
    return await work(bed)
  } finally {
    await bed.close()
  }
}
