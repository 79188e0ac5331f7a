/**
 * Whole VMs on simulated hosts: from the request to the guest running, every step of the saga durable, on a control plane with audit and
 * events as always. BENCH_VMS, BENCH_HOSTS and BENCH_CALLERS say how many.
 */
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { asker } from './api.ts'
import type { Measure } from './bench.ts'
import { groupCommittedInserts } from './inserts.ts'
import { parameter, rounded, spreadOf } from './statistics.ts'

const VMS = parameter('BENCH_VMS', 200)
const HOSTS = parameter('BENCH_HOSTS', 4)
const CALLERS = parameter('BENCH_CALLERS', 64)
const ROUNDS = 5
/** What a VM's creation wrote at least, were it six plain records: the yardstick writes so many rows for each. */
const RECORDS = 6

/** Runs `work` for each number below `count`, `CALLERS` at a time; answers with how many a second were done. */
async function perSecond(count: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const began = performance.now()
  let next = 0
  const caller = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return count / ((performance.now() - began) / 1000)
}

interface Place {
  token: string
  network: string
}

/** A network with room for many, and a session of the tenant whose VMs they are. */
async function prepare(env: CloudEnvironment): Promise<Place> {
  await env.setSetting('identity.requestsPerSecond', 1_000_000)
  const { zone } = env.furniture
  const made = await env.ok('ada', 'POST', '/v1/networks', { name: 'wide', zone, cidr: '10.64.0.0/14' })
  const session = await env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: env.passwords.ada })
  return { token: session.body.token as string, network: made.resource as string }
}

function creator(env: CloudEnvironment, { token, network }: Place): () => Promise<void> {
  const { apiUrl, caPem: ca } = env.controlPlane()
  const { zone, offering, image } = env.furniture
  let number = 0
  return asker(`${apiUrl}/v1/vms`, {
    token,
    ca,
    method: 'POST',
    callers: CALLERS,
    // The answer comes when the guest runs.
    headers: { prefer: 'wait=300' },
    body: () => JSON.stringify({ name: `vm${++number}`, zone, offering, image, networks: [{ network }] }),
  })
}

async function countRunning(env: CloudEnvironment): Promise<number> {
  const { body } = await env.call('ada', 'GET', '/v1/vms?q=state%3Drunning&count=true&limit=1')
  return Number(body.count)
}

export async function bench(): Promise<Measure[]> {
  const env = await cloud({ hosts: HOSTS, hostMemoryBytes: 2 ** 44, hostCpus: 100_000 })
  const inserts = await groupCommittedInserts(RECORDS)
  try {
    const create = creator(env, await prepare(env))
    const [ours, yardstick]: [number[], number[]] = [[], []]
    await perSecond(CALLERS, create)
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await perSecond(VMS, create))
      yardstick.push(await inserts.perSecond(CALLERS))
    }
    const running = await countRunning(env)
    const wanted = CALLERS + ROUNDS * VMS
    if (running !== wanted) throw new Error(`${wanted} VMs were asked for and ${running} run`)
    const [mine, theirs] = [spreadOf(ours), spreadOf(yardstick)]
    return [
      {
        measure: `create VM, whole saga, ${VMS} VMs a round on ${HOSTS} simulated hosts, ${CALLERS} callers`,
        unit: 'VMs/s',
        ours: rounded(mine.median, 1),
        yardstick: rounded(theirs.median, 1),
        spread: { ours: mine, yardstick: theirs },
        beside: `${RECORDS} group-committed inserts through pg`,
        reach: '2,000 VMs/s',
        reached: mine.median >= 2_000,
      },
    ]
  } finally {
    await inserts.close()
    await env.close()
  }
}
