/** Clients as they should be: they repeat what was not answered under the same key, to any node, and wait as long as they are told. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Call, type CloudEnvironment, httpClient, type TestNode } from '@basalt/testkit'
import type { Random } from './random.ts'

/** A change that was accepted: its key, and what the platform said of it. */
export interface Accepted {
  key: string
  action: string
  resource: string
  /** Null where it was done at once. */
  task: string | null
}

export interface Tenant {
  name: string
  token: string
  network: string
}

/** What all clients saw. */
export interface ChaosRecord {
  accepted: Accepted[]
  /** Answers that no client can do anything with, and those that break a promise. */
  wrong: string[]
  /** Requests whose answer was lost, by themselves or because the client hung up. */
  lostAnswers: number
  /** Refusals for a while, by code. */
  refusals: Map<string, number>
  /** Tasks by action and end. */
  ends: Map<string, number>
  /** Creates and deletes that have ended. */
  done: number
}

export const newRecord = (): ChaosRecord => ({
  accepted: [],
  wrong: [],
  lostAnswers: 0,
  refusals: new Map(),
  ends: new Map(),
  done: 0,
})

export const count = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1)

interface Kind {
  kind: string
  path: string
  body(client: Client, name: string): object
}

export interface ClientDeps {
  env: CloudEnvironment
  record: ChaosRecord
}

interface Client extends ClientDeps {
  name: string
  tenant: Tenant
  random: Random
}

const VM: Kind = {
  kind: 'vm',
  path: '/v1/vms',
  body: ({ env, tenant }, name) => {
    const { zone, offering, image } = env.furniture
    return { name, zone, offering, image, networks: [{ network: tenant.network }] }
  },
}
const NETWORK: Kind = {
  kind: 'network',
  path: '/v1/networks',
  body: ({ env }, name) => ({ name, zone: env.furniture.zone, cidr: '10.1.0.0/24' }),
}
const TAG: Kind = { kind: 'tag', path: '/v1/tags', body: (_, name) => ({ name }) }

/** Half of all is VMs. */
const MIX = [VM, VM, NETWORK, TAG] as const

/** Part of the requests whose client does not wait for the answer. */
const HANGS_UP = 0.03
const ATTEMPTS = 400
/** A delete may fail when its host or its network was away; its client asks again. */
const DELETES = 40

/** Causes that tell of the platform itself rather than of what was disturbed. */
const OURS = ['INTERNAL', 'JOURNAL_REJECTED', 'STEP_FAILED', 'CONFLICT', 'WRONG_STATE', 'NOT_FOUND']

function pickNode({ env, random }: Client): TestNode | undefined {
  const living = env.nodes.filter(({ lives }) => lives())
  return living[random.between(0, living.length - 1)]
}

/** One attempt; null when it has no answer. */
async function send(client: Client, call: Call): Promise<Answer | null> {
  const node = pickNode(client)
  if (!node) return null
  const { apiUrl, caPem } = node.controlPlane()
  const signal = client.random.chance(HANGS_UP) ? AbortSignal.timeout(client.random.between(1, 60)) : undefined
  try {
    return await httpClient(apiUrl, caPem)({ ...call, token: client.tenant.token, signal })
  } catch {
    client.record.lostAnswers++
    return null
  }
}

/** Asks until there is an answer that is not "later". */
async function ask(client: Client, call: Call): Promise<Answer> {
  const { record, random } = client
  const seen: string[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await send(client, call)
    const code = String(answer?.body.code ?? '')
    seen.push(answer ? `${answer.status} ${code}` : 'lost')
    if (answer && answer.status < 500 && answer.status !== 429) return answer
    if (answer) {
      count(record.refusals, `${answer.status} ${code}`)
      const seconds = Number(answer.headers['retry-after'])
      if (answer.status === 500 || !(seconds > 0))
        record.wrong.push(`${call.method} ${call.path} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
      await sleep(Math.max(seconds || 0, 0.1) * 1_000 + random.between(0, 200))
    } else await sleep(random.between(50, 400))
  }
  throw new Error(`${call.method} ${call.path} was never answered: ${seen.slice(-10).join(', ')}`)
}

async function endOf(client: Client, task: string): Promise<Answer['body']> {
  for (let pauseMs = 100; ; pauseMs = Math.min(1_500, pauseMs * 2)) {
    const answer = await ask(client, { method: 'GET', path: `/v1/tasks/${task}` })
    if (answer.status !== 200) {
      client.record.wrong.push(`the task ${task} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
      return {}
    }
    if (answer.body.finishedAt) return answer.body
    await sleep(pauseMs)
  }
}

/** A change from its first request to its end. Null when it was refused for good, which nothing here may be. */
async function change(client: Client, action: string, call: Call): Promise<{ id: string; state: string } | null> {
  const { record, random, name } = client
  const key = `${name}/${record.accepted.length}/${random.next()}`
  const prefer: { [name: string]: string } = random.chance(0.6) ? { prefer: 'wait=20' } : {}
  const answer = await ask(client, { ...call, headers: { 'idempotency-key': key, ...prefer } })
  if (answer.status >= 300) {
    record.wrong.push(
      `${call.method} ${call.path} (${key}) was answered ${answer.status} ${JSON.stringify(answer.body)}`,
    )
    return null
  }
  const isTask = typeof answer.body.percent === 'number'
  const resource = String(isTask ? answer.body.resource : (answer.body.id ?? call.path.split('/').at(-1)))
  const task = isTask ? String(answer.body.id) : null
  record.accepted.push({ key, action, resource, task })
  const end = task ? await endOf(client, task) : { state: 'succeeded' }
  const { code } = (end.cause ?? {}) as { code?: string }
  if (code && OURS.includes(code))
    record.wrong.push(`the task ${task}, ${action}, failed: ${JSON.stringify(end.cause)}`)
  count(record.ends, `${action} ${end.state}${code ? ` ${code}` : ''}`)
  return { id: resource, state: String(end.state) }
}

/** One resource from its creation to its end, whatever comes between. */
async function liveOne(client: Client, { kind, path, body }: Kind, name: string): Promise<void> {
  const { record } = client
  const made = await change(client, `${kind}.create`, { method: 'POST', path, body: body(client, name) })
  record.done++
  if (!made) return
  for (let attempt = 0; attempt < DELETES; attempt++) {
    const gone = await change(client, `${kind}.delete`, { method: 'DELETE', path: `${path}/${made.id}` })
    if (!gone || gone.state === 'succeeded') break
    await sleep(200)
  }
  record.done++
}

/** A client that makes and deletes `rounds` resources, one after the other. */
export async function runClient(
  deps: ClientDeps,
  options: { name: string; tenant: Tenant; rounds: number; random: Random },
): Promise<void> {
  const client = { ...deps, ...options }
  for (let round = 0; round < options.rounds; round++)
    await liveOne(client, client.random.pick(MIX), `${options.name}-${round}`)
}
