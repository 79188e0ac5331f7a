/**
 * What is measured, as it runs in earnest: PostgreSQL that is durable, and control-plane nodes as the real program, each in a process of
 * its own. Load and simulated hosts have further processes.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@basalt/kernel'
import { createSimulatedNetwork } from '@basalt/network-sim/control'
import { type ServedNetwork, serveSimulatedNetwork } from '@basalt/network-sim/served'
import { type Answer, type Call, type Http, httpClient, type NodeProcess } from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import { createFleet, type Fleet, type FleetOptions } from './fleet.ts'
import { allReachable, joinNode, startNode } from './nodes.ts'
import { type BenchServer, startServer } from './postgres.ts'

export type Who = 'operator' | 'ada' | 'bob'

export const PASSWORDS = { operator: 'operator-password', ada: 'ada-password-1', bob: 'bob-password-1' }
const USERNAMES = { operator: 'admin', ada: 'ada', bob: 'bob' }
const GIB = 2 ** 30

export interface Furniture {
  zone: string
  fabric: string
  /** That of the first hosts, and its pool. */
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
  /** The first, and the only one unless more are added. */
  node: NodeProcess
  /** All, in the order they came. */
  nodes: readonly NodeProcess[]
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
  /** One more joins; resolves when all reach each other. The bed must have been made for so many. */
  addNode(): Promise<NodeProcess>
  close(): Promise<void>
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

type Make = (path: string, body: object, who?: Who) => Promise<string>

const making =
  ({ ok }: Ask): Make =>
  async (path, body, who = 'operator') => {
    const made = await ok(who, 'POST', path, body)
    return String(made.resource ?? made.id)
  }

interface Place {
  fabric: string
  zone: string
  storageClass: string
}

/** What clusters stand on. @param northbound where the network of several nodes is served */
async function addZone(make: Make, northbound: string | undefined): Promise<Place> {
  const zone = await make('/v1/zones', { name: 'zone1' })
  const fabric = await make('/v1/fabrics', { name: 'fabric1', zone, driver: 'simulated', northbound })
  return { zone, fabric, storageClass: await make('/v1/storage-classes', { name: 'Standard', zone }) }
}

type HostOptions = Omit<FleetOptions, 'zone' | 'addCluster' | 'equip'>

/** Clusters with their pools, and the hosts in them. */
function createHosts(make: Make, { zone, fabric, storageClass }: Place, options: HostOptions): Fleet {
  return createFleet({
    ...options,
    zone,
    addCluster: (number) => make('/v1/clusters', { name: `cluster${number}`, zone, fabric }),
    async equip(cluster, number) {
      const path = `/var/lib/basalt/pool${number}`
      await make('/v1/storage-pools', { name: `pool${number}`, zone, cluster, class: storageClass, type: 'smp', path })
    },
  })
}

/** What VMs are made of. */
async function furnish(ask: Ask, http: Http, { zone, fabric }: Place, isShared: boolean): Promise<Furniture> {
  const make = making(ask)
  const named = async (path: string, name: string): Promise<string> => {
    const { items } = await ask.ok('operator', 'GET', `${path}?name=${name}`)
    return (items as { id: string }[])[0]?.id ?? ''
  }
  // All nodes are on this machine, and see the same directory.
  await make('/v1/image-stores', { name: 'images', path: join(ask.directory, 'images'), shared: isShared })
  const offering = await make('/v1/offerings', { name: 'small', vcpus: 1, memoryBytes: GIB })
  const image = await addImage(ask, http)
  const network = await make('/v1/networks', { name: 'wide', zone, cidr: '10.64.0.0/14' }, 'ada')
  const [cluster, pool] = [await named('/v1/clusters', 'cluster1'), await named('/v1/storage-pools', 'pool1')]
  return { zone, fabric, cluster, pool, offering, image, network }
}

const WAIT = { prefer: 'wait=60' }

export interface BedOptions {
  /** Simulated hosts to begin with; 1 unless told. */
  hosts?: number
  /** Of the simulated hosts: 0 answers at once, 1 as measured on real ones. */
  latencyFactor?: number
  /** In one process of the fleet, which is a cluster with a pool of its own; as many as it bears unless told. */
  hostsPerProcess?: number
  /** How many nodes there may be. */
  nodes?: number
  /** Whether the simulated network is in a process that is no node's, as OVN's is: always so with several nodes, else it is in the only one. */
  hasNetworkApart?: boolean
  /** Where the built console is that the first node serves; none unless told. */
  consoleDir?: string
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

interface SharedNetwork {
  northbound: string
  served: ServedNetwork
}

async function serveNetwork(directory: string): Promise<SharedNetwork> {
  const path = join(directory, 'network.sock')
  const served = await serveSimulatedNetwork(createSimulatedNetwork({ autoUp: true }), path)
  return { northbound: `unix:${path}`, served }
}

async function startBed({
  hosts = 1,
  nodes: most = 1,
  hasNetworkApart = most > 1,
  consoleDir,
  ...pace
}: BedOptions): Promise<Bed> {
  const directory = await mkdtemp(join(tmpdir(), 'bed-'))
  const server = await startServer(directory)
  const node = await startNode({ directory, databaseUrl: server.url, password: PASSWORDS.operator, consoleDir })
  const nodes = [node]
  const caPem = await node.authorityPem()
  const http = httpClient(node.apiUrl, caPem)
  const tokens: Bed['tokens'] = { operator: '', ada: '', bob: '' }
  const database = openDatabase(server.url, { maxConnections: 4, statementTimeoutMs: FILLING_MS })
  const ask: Ask = { ...asking(http, tokens), tokens, accounts: { ada: '', bob: '' }, directory }
  await addPeople(ask)
  // As fast as it goes: what one caller may ask for is not measured.
  await ask.setSetting('identity.requestsPerSecond', 1_000_000)
  const shared = hasNetworkApart ? await serveNetwork(directory) : undefined
  const place = await addZone(making(ask), shared?.northbound)
  const authority = join(node.dataDir, 'authority')
  const fleet = createHosts(making(ask), place, { database, authority, nodes: () => nodes, ...pace })
  await fleet.add(hosts)
  const furniture = await furnish(ask, http, place, most > 1)
  return {
    ...ask,
    server,
    database,
    node,
    nodes,
    caPem,
    furniture,
    fleet,
    async addNode() {
      if (nodes.length >= most) throw new Error(`the bed was made for ${most} nodes`)
      const { token } = await ask.ok('operator', 'POST', '/v1/nodes/join-token')
      const joined = await joinNode(directory, nodes, String(token))
      nodes.push(joined)
      await allReachable(database, nodes.length)
      return joined
    },
    async close() {
      await fleet.close()
      for (const each of nodes) await each.kill()
      await shared?.served.close()
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
