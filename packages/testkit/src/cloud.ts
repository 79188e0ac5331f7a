/**
 * A whole cloud for a test: the real control plane on real PostgreSQL, simulated hosts that speak the real agent protocol over mutual
 * TLS, two tenants and an operator. Everything is registered through the public API.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlPlane, type Overrides, parseConfig, startControlPlane } from '@basalt/control-plane'
import { createSimulatedAgent, type SimulatedAgent } from '@basalt/hypervisor-sim/agent'
import { createSimulatedHost, createSimulatedPools, type SimulatedHost } from '@basalt/hypervisor-sim/host'
import { createSimulatedNetwork, type SimulatedNetwork } from '@basalt/network-sim/control'
import { registerHost } from '@basalt/transport'
import { qcow2Fixture } from './contracts/qcow2-fixture.ts'
import { type Answer, type Call, type Http, httpClient } from './http.ts'
import { leftovers } from './leftovers.ts'
import { keepKeys } from './node-keys.ts'
import { dataDirOf, FIRST_NODE, type NodePorts, startNodes, type TestNode } from './nodes.ts'
import { freePort } from './ports.ts'
import { scratchDatabase } from './postgres.ts'
import { until } from './wait.ts'

export type Who = 'operator' | 'ada' | 'bob'

export interface CloudSpec {
  /** Control-plane nodes on the one database; 1 unless told. Requests go to the first that lives. */
  nodes?: number
  /** How long nodes' leases last and how often they are renewed. */
  lease?: Overrides['lease']
  hosts?: number
  hostMemoryBytes?: number
  hostCpus?: number
  pool?: 'local' | 'smp'
  bootMs?: number
  /** Make a zone, hosts, a pool, a small offering, the image "tiny" and a network for ada; default true. */
  furnished?: boolean
  /** Hooks around the steps of sagas; every control plane of this environment gets them. */
  faults?: Overrides['faults']
  /** How patient the saga engine is. */
  engine?: Overrides['engine']
  /** When reconcilers run; unless told, only when asked to. */
  reconcile?: Overrides['reconcile']
  /** How often hosts tell how they and their guests are. */
  heartbeatIntervalMs?: number
  /** How long an agent may be away before its host counts as down; 500 ms unless told. */
  hostGraceMs?: number
  consoleDir?: string
  /** Settings of the control plane that differ from those of a test. */
  settings?: Record<string, unknown>
  /** Opens network drivers; given the simulated network of the environment, which all fabrics have unless told. */
  networkDrivers?: (simulated: SimulatedNetwork, node: string) => NonNullable<Overrides['openNetworkDriver']>
  /** How a node reaches the database, for tests that stand between them; directly unless told. */
  databaseUrlFor?: (node: string, databaseUrl: string) => Promise<string>
  /** Takes what the control plane logs. */
  log?: Overrides['log']
  /** A database of the test's own, which stays when the cloud closes. */
  databaseUrl?: string
  /** Of all nodes, 32 bytes; a new one unless told. */
  masterKey?: Buffer
  /** The database has operator and tenants from before: they log in, and nothing is made. */
  inherited?: boolean
  /** Deleting moves to the recycle bin, as by default elsewhere. Without it retention is 0 and a delete is for good at once. */
  recycleBin?: boolean
}

const freePorts = async (): Promise<NodePorts> => ({ api: await freePort(), agents: await freePort() })

type Body = Record<string, unknown> & { id: string }

/** What `furnished` made. */
export interface Furniture {
  zone: string
  fabric: string
  cluster: string
  storageClass: string
  pool: string
  imageStore: string
  image: string
  offering: string
  network: string
}

export interface CloudEnvironment {
  /** Where everything lies that is not in the database. */
  directory: string
  hosts: SimulatedHost[]
  hostIds: string[]
  network: SimulatedNetwork
  furniture: Furniture
  /** The first node that lives. */
  controlPlane(): ControlPlane
  /** Every node of the cloud, by number. */
  nodes: readonly TestNode[]
  passwords: Record<Who, string>
  /** One request, as it is; bytes are sent as they are. */
  call(
    who: Who | null,
    method: Call['method'],
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    node?: TestNode,
  ): Promise<Answer>
  /** A request that must succeed; a task is waited for and must succeed too. */
  ok(who: Who, method: Call['method'], path: string, body?: unknown): Promise<Body>
  /** Everything in a list (the first page of it). */
  items(who: Who, path: string): Promise<Body[]>
  /** Upload an image and wait until it is ready. */
  addImage(who: Who, options?: { name?: string; bytes?: Buffer; sha256?: string; public?: boolean }): Promise<Answer>
  /** Send the file of an image that waits for it. */
  upload(who: Who, image: unknown, bytes: Buffer, node?: TestNode): Promise<Answer>
  /** Create a VM on ada's network; the answer is the finished task. */
  createVm(options?: Record<string, unknown>, who?: Who): Promise<Answer>
  /** Set a setting of the platform. */
  setSetting(name: string, value: unknown): Promise<void>
  /** A host that was deleted registers anew, with all that is on it. Answers with its new id. */
  rejoin(index: number): Promise<string>
  /** As if the control plane had died and come back. */
  restart(): Promise<void>
  /**
   * As if the control plane stood still: another one takes its hosts and its tasks over while it lives on. Answers with a function that
   * waits until the former one has let go and ends it.
   */
  takeOver(): Promise<() => Promise<void>>
  /** What exists outside the database, or in it without reason. */
  leftovers(): Promise<string[]>
  /** Rows and hosts, for comparison. */
  snapshot(): Promise<unknown>
  close(): Promise<void>
}

const GIB = 2 ** 30
const WAIT = { prefer: 'wait=60' }

interface Parts {
  directory: string
  databaseUrl: string
  network: SimulatedNetwork
  spec: CloudSpec
}

async function boot(
  { directory, databaseUrl, network, spec }: Parts,
  ports: NodePorts,
  node: string = FIRST_NODE,
): Promise<ControlPlane> {
  const config = parseConfig({
    dataDir: dataDirOf(directory, node),
    node,
    api: { port: ports.api },
    agents: { port: ports.agents },
    operator: { username: 'admin', passwordFile: join(directory, 'password') },
    ...(spec.consoleDir ? { consoleDir: spec.consoleDir } : {}),
    ...spec.settings,
  })
  const log = spec.log ?? {
    info() {},
    error: (message: string, facts?: object) => process.env.BASALT_TEST_LOG && console.error(message, facts),
  }
  const { faults, engine, heartbeatIntervalMs, lease, reconcile = { automatic: false } } = spec
  const openNetworkDriver = spec.networkDrivers?.(network, node) ?? (() => network.connect())
  return startControlPlane(config, {
    databaseUrl: (await spec.databaseUrlFor?.(node, databaseUrl)) ?? databaseUrl,
    openNetworkDriver,
    faults,
    engine,
    heartbeatIntervalMs,
    lease,
    reconcile,
    log,
  })
}

/** Make an environment; `close` it when the test is over. */
export async function cloud(spec: CloudSpec = {}): Promise<CloudEnvironment> {
  const directory = await mkdtemp(join(tmpdir(), 'cloud-'))
  const database = spec.databaseUrl ? { url: spec.databaseUrl, drop: async () => {} } : await scratchDatabase()
  const network = createSimulatedNetwork()
  // The second pair is for a control plane that takes over while the other still listens.
  let [ports, otherPorts] = [await freePorts(), await freePorts()]
  const passwords: Record<Who, string> = { operator: 'operator-password', ada: 'ada-password-1', bob: 'bob-password-1' }
  await writeFile(join(directory, 'password'), passwords.operator, { mode: 0o600 })
  if (spec.masterKey) await keepKeys(dataDirOf(directory, FIRST_NODE), spec.masterKey)
  const parts = { directory, databaseUrl: database.url, network, spec }
  const nodes = await startNodes({
    count: spec.nodes ?? 1,
    directory,
    ports: (index) => (index === 0 ? ports : freePorts()),
    boot: (node, at) => boot(parts, at, node),
  })
  const [first] = nodes
  const living = (): ControlPlane => nodes.find(({ lives }) => lives())?.controlPlane() ?? first.controlPlane()
  const http = (request: Parameters<Http>[0], node?: TestNode): ReturnType<Http> => {
    const { apiUrl, caPem } = node?.controlPlane() ?? living()
    return httpClient(apiUrl, caPem)(request)
  }
  const agentUrls = [...nodes.map((node) => node.controlPlane().agentUrl), `https://127.0.0.1:${otherPorts.agents}`]
  const hostsAreBack = () => until('the hosts are back', () => hostIds.every((id) => living().peers.routes.host(id)))
  const tokens: Partial<Record<Who, string>> = {}
  const hosts: SimulatedHost[] = []
  const hostIds: string[] = []
  const agents: SimulatedAgent[] = []
  const pools = createSimulatedPools()

  const call: CloudEnvironment['call'] = (who, method, path, body, headers, node) =>
    http(
      {
        method,
        path,
        ...(Buffer.isBuffer(body) ? { raw: body } : { body }),
        headers,
        token: who ? tokens[who] : undefined,
      },
      node,
    )

  async function ok(who: Who, method: Call['method'], path: string, body?: unknown): Promise<Body> {
    const answer = await call(who, method, path, body, WAIT)
    const failed = answer.status >= 400 || ('percent' in answer.body && answer.body.state !== 'succeeded')
    if (failed) throw new Error(`${method} ${path} failed: ${JSON.stringify(answer.body)}`)
    return answer.body as Body
  }

  async function login(who: Who, username: string): Promise<void> {
    const { body } = await http({ method: 'POST', path: '/v1/sessions', body: { username, password: passwords[who] } })
    tokens[who] = body.token as string
  }

  async function addTenant(who: 'ada' | 'bob'): Promise<void> {
    const { id } = await ok('operator', 'POST', '/v1/accounts', { name: who })
    await ok('operator', 'POST', '/v1/users', { name: who, username: who, password: passwords[who], inAccount: id })
    await login(who, who)
  }

  async function register(zone: string, cluster: string, index: number, known?: SimulatedHost): Promise<void> {
    const name = `host${index + 1}`
    const { id } = await ok('operator', 'POST', '/v1/hosts', { name, zone, cluster })
    const { token } = await ok('operator', 'POST', `/v1/hosts/${id}/registration-token`)
    const { identity } = await registerHost({ url: living().agentUrl, token: token as string, hostname: name })
    const host =
      known ??
      createSimulatedHost({
        name,
        memoryBytes: spec.hostMemoryBytes ?? 64 * GIB,
        cpus: spec.hostCpus ?? 16,
        bootMs: spec.bootMs,
        pools,
        cables: { plug: network.plug, unplug: network.unplug, addresses: network.addresses },
      })
    agents[index] = createSimulatedAgent({
      host,
      urls: agentUrls,
      identity,
      backoff: { firstMs: 20, longestMs: 200 },
    })
    hosts[index] = host
    hostIds[index] = id
    await until(`${name} is up`, async () =>
      (await call('operator', 'GET', `/v1/hosts/${id}`)).body.state === 'up' ? true : null,
    )
  }

  const upload: CloudEnvironment['upload'] = (who, image, bytes, node) =>
    http({ method: 'PUT', path: `/v1/images/${image}/content`, raw: bytes, token: tokens[who] }, node)

  const addImage: CloudEnvironment['addImage'] = async (who, options = {}) => {
    const { name = 'tiny', bytes = qcow2Fixture().bytes, sha256, public: offered } = options
    const created = await call(who, 'POST', '/v1/images', {
      name,
      ...(sha256 ? { sha256 } : {}),
      ...(offered ? { public: true } : {}),
    })
    if (created.status >= 400) return created
    await upload(who, created.body.resource, bytes)
    return until('the image task ends', async () => {
      const task = await call(who, 'GET', `/v1/tasks/${created.body.id}`)
      return task.body.finishedAt ? task : null
    })
  }

  async function furnish(): Promise<Furniture> {
    const make = async (path: string, body: object, who: Who = 'operator'): Promise<string> => {
      const made = await ok(who, 'POST', path, body)
      return (made.resource as string | undefined) ?? made.id
    }
    const zone = await make('/v1/zones', { name: 'zone1' })
    const fabric = await make('/v1/fabrics', { name: 'fabric1', zone, driver: 'simulated' })
    const cluster = await make('/v1/clusters', { name: 'cluster1', zone, fabric })
    for (let index = 0; index < (spec.hosts ?? 2); index++) await register(zone, cluster, index)
    const storageClass = await make('/v1/storage-classes', { name: 'Standard', zone })
    const pool = await make('/v1/storage-pools', {
      name: 'pool1',
      zone,
      cluster,
      class: storageClass,
      type: spec.pool ?? 'local',
      path: '/var/lib/basalt/pool1',
    })
    const imageStore = await make('/v1/image-stores', { name: 'images', path: join(directory, 'images') })
    const offering = await make('/v1/offerings', { name: 'small', vcpus: 1, memoryBytes: GIB })
    const image = (await addImage('operator', { public: true })).body.resource as string
    const network = await make('/v1/networks', { name: 'net1', zone, cidr: '10.0.0.0/24' }, 'ada')
    return { zone, fabric, cluster, storageClass, pool, imageStore, image, offering, network }
  }

  const setSetting: CloudEnvironment['setSetting'] = async (name, value) => {
    const { body } = await call('operator', 'GET', `/v1/settings?name=${name}`)
    await ok('operator', 'POST', `/v1/settings/${(body.items as Body[])[0]?.id}/set`, { value })
  }

  async function begin(): Promise<Furniture> {
    await setSetting('infrastructure.hostGraceMs', spec.hostGraceMs ?? 500)
    const bins = living().store.catalogue.resources.flatMap(({ recycle }) => recycle ?? [])
    if (!spec.recycleBin) for (const { retention } of bins) await setSetting(retention.name, 0)
    await addTenant('ada')
    await addTenant('bob')
    return spec.furnished === false ? ({} as Furniture) : furnish()
  }

  await login('operator', 'admin')
  if (spec.inherited) for (const who of ['ada', 'bob'] as const) await login(who, who)
  const furniture = spec.inherited ? ({} as Furniture) : await begin()

  return {
    directory,
    hosts,
    hostIds,
    network,
    furniture,
    controlPlane: living,
    nodes,
    passwords,
    call,
    ok,
    async items(who, path) {
      const { body } = await call(who, 'GET', path)
      return body.items as Body[]
    },
    addImage,
    upload,
    setSetting,
    createVm: (options = {}, who = 'ada') => {
      const { zone, offering, image, network: net } = furniture
      return call(
        who,
        'POST',
        '/v1/vms',
        { name: 'vm1', zone, offering, image, networks: [{ network: net }], ...options },
        WAIT,
      )
    },
    async rejoin(index) {
      await agents[index]?.close()
      hosts[index]?.faults.reconnect()
      await register(furniture.zone, furniture.cluster, index, hosts[index])
      return hostIds[index] ?? ''
    },
    async restart() {
      await first.crash()
      await first.start()
      await hostsAreBack()
    },
    async takeOver() {
      const former = first.controlPlane()
      // Its hosts have not heard of it for too long and turn to the other one; it does not learn that its lease is over.
      former.lease.stall()
      former.hub.close()
      ;[ports, otherPorts] = [otherPorts, ports]
      first.replace(await boot(parts, ports), ports)
      await hostsAreBack()
      return () => former.stop()
    },
    leftovers: () => leftovers(living().store, hosts, network),
    async snapshot() {
      const rows = await Promise.all(
        [
          'vm',
          'volume',
          'layer',
          'nic',
          'reservation',
          'network',
          'image',
          'cacheEntry',
          'storagePool',
          'poolMount',
        ].map(async (kind) => [kind, await living().store.all<Record<string, unknown>>(kind, {})] as const),
      )
      return {
        rows: Object.fromEntries(rows),
        hosts: hosts.map((host) => host.snapshot()),
        network: network.snapshot(),
      }
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.close()))
      await Promise.all(nodes.map((node) => node.stop()))
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
