/**
 * Three nodes, many clients, and everything that can go wrong going wrong at random: what was accepted ends exactly once, and nothing is
 * left. `BASALT_CHAOS` is the number of creates and deletes, `BASALT_CHAOS_SEED` the seed.
 */
import { type CloudEnvironment, cloud, reconcile, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditOfBooks, NOTHING, openWork } from './support/books.ts'
import { newRecord, runClient, type Tenant } from './support/clients.ts'
import { type DatabaseLink, openDatabaseLink } from './support/database-link.ts'
import { createDisturbances } from './support/disturbances.ts'
import { createRandom } from './support/random.ts'

const SEED = Number(process.env.BASALT_CHAOS_SEED ?? 20_261_125)
const CHANGES = Number(process.env.BASALT_CHAOS ?? 600)
const CLIENTS = 200
/** Changes for each disturbance. */
const PER_DISTURBANCE = 40
const MINUTES = Math.max(4, CHANGES / 200)
const GIB = 2 ** 30

let env: CloudEnvironment
let tenants: [Tenant, ...Tenant[]]
const links = new Map<string, DatabaseLink>()
const networkChanges = new Map<string, number>()

beforeAll(async () => {
  env = await cloud({
    nodes: 3,
    hosts: 4,
    hostCpus: 256,
    hostMemoryBytes: 512 * GIB,
    lease: { leaseMs: 3_000, renewMs: 300 },
    bootMs: 5,
    async databaseUrlFor(node, url) {
      const link = links.get(node) ?? (await openDatabaseLink(url))
      links.set(node, link)
      return link.url
    },
    networkDrivers: (simulated, node) => () => {
      const driver = simulated.connect()
      const noted =
        <A extends unknown[]>(work: (...given: A) => Promise<void>) =>
        (...given: A): Promise<void> => {
          networkChanges.set(node, (networkChanges.get(node) ?? 0) + 1)
          return work(...given)
        }
      const { takeLease, ensureNetwork, removeNetwork, ensurePort, removePort } = driver
      return {
        ...driver,
        takeLease: noted(takeLease),
        ensureNetwork: noted(ensureNetwork),
        removeNetwork: noted(removeNetwork),
        ensurePort: noted(ensurePort),
        removePort: noted(removePort),
      }
    },
  })
  const tenantOf = async (name: 'ada' | 'bob'): Promise<Tenant> => {
    const body = { name: 'wide', zone: env.furniture.zone, cidr: '10.64.0.0/16' }
    const network = String((await env.ok(name, 'POST', '/v1/networks', body)).resource)
    const login = await env.call(null, 'POST', '/v1/sessions', { username: name, password: env.passwords[name] })
    return { name, token: String(login.body.token), network }
  }
  tenants = [await tenantOf('ada'), await tenantOf('bob')]
}, 120_000)

afterAll(async () => {
  await env?.close()
  for (const link of links.values()) await link.close()
})

const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort()
    .map(([name, times]) => `${times} ${name}`)
    .join(', ') || 'none'

test('[core.mn-ha] [core.isolation] [core.saga] what was accepted ends exactly once, whatever goes wrong, and nothing is left', {
  timeout: MINUTES * 60_000,
}, async () => {
  const random = createRandom(SEED)
  const record = newRecord()
  const wrong: string[] = []
  const rounds = (client: number): number => {
    const pairs = Math.floor(CHANGES / 2)
    return Math.floor(pairs / CLIENTS) + (client < pairs % CLIENTS ? 1 : 0)
  }
  console.info(`chaos: seed ${SEED}, ${CLIENTS} clients, ${CHANGES} creates and deletes`)
  const begunAt = performance.now()
  const since = new Date(await env.controlPlane().store.now()).toISOString()
  const disturbances = createDisturbances(
    {
      env,
      random: random.fork('disturbances'),
      links,
      networkChanges: (node) => networkChanges.get(node) ?? 0,
      wrong,
    },
    CHANGES >= 5_000,
  )
  let struck = 0
  const pace = setInterval(() => {
    if (record.done < (struck + 1) * PER_DISTURBANCE || record.done >= CHANGES) return
    struck++
    disturbances.strike()
  }, 20)
  await Promise.all(
    Array.from({ length: CLIENTS }, (_, client) =>
      runClient(
        { env, record },
        {
          name: `c${client}`,
          tenant: tenants[client % tenants.length] ?? tenants[0],
          rounds: rounds(client),
          random: random.fork(`client ${client}`),
        },
      ),
    ),
  ).finally(() => clearInterval(pace))
  const counts = await disturbances.over()
  await until('every node has its lease', () => env.nodes.every((node) => node.controlPlane().lease.isHeld()), 60_000)
  await until('the hosts are back', () => env.hostIds.every((id) => env.controlPlane().peers.routes.host(id)), 60_000)
  console.info(
    [
      `chaos: ${Math.round(performance.now() - begunAt)} ms; ${record.accepted.length} changes accepted, ${record.lostAnswers} answers lost`,
      `disturbances: ${listed(counts)}`,
      `refused for a while: ${listed(record.refusals)}`,
      `ends: ${listed(record.ends)}`,
    ].join('\n'),
  )
  // All of the books are looked at, whatever the first of them says.
  expect.soft([...wrong, ...record.wrong]).toEqual([])
  expect.soft(record.done).toBe(CHANGES)
  expect(
    await until(
      'nothing is open',
      async () => {
        const open = await openWork(env)
        return (open as { tasks: number }).tasks === 0 ? open : null
      },
      60_000,
    ),
  ).toEqual(NOTHING)
  expect.soft(await auditOfBooks(env, record.accepted, since)).toEqual([])
  expect.soft(await env.leftovers()).toEqual([])
  for (const host of env.hosts) expect.soft(host.snapshot().domains).toEqual([])
  for (const { name } of await env.items('operator', '/v1/reconcilers'))
    expect.soft(await reconcile(env, String(name)), `reconciler ${name}`).toMatchObject({ found: 0, unseen: 0 })
})
