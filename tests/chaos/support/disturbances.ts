/** What goes wrong, by chance: nodes are killed and stand still, the database is cut off, hosts and their agents go. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type CloudEnvironment, type TestNode, until } from '@basalt/testkit'
import type { DatabaseLink } from './database-link.ts'
import type { Random } from './random.ts'

export interface Scene {
  env: CloudEnvironment
  random: Random
  links: ReadonlyMap<string, DatabaseLink>
  /** Changes that a node has asked of the network. */
  networkChanges(node: string): number
  /** What broke a promise. */
  wrong: string[]
}

interface Stage extends Scene {
  /** Nodes that are disturbed at the moment. */
  busy: Set<string>
}

/** Resolves when it is over and all is as before; false when there was nothing to disturb at this moment. */
type Disturbance = (stage: Stage) => Promise<boolean>

/** One node serves at any time, so that something can go on; it may lose its database or its hosts all the same. */
async function onNode(stage: Stage, work: (node: TestNode) => Promise<void>): Promise<boolean> {
  const { env, random, busy } = stage
  const free = env.nodes.filter(({ name }) => !busy.has(name))
  const node = free[random.between(0, free.length - 1)]
  if (!node || free.length === 1) return false
  busy.add(node.name)
  await work(node).finally(() => busy.delete(node.name))
  return true
}

const killNode: Disturbance = (stage) =>
  onNode(stage, async (node) => {
    await node.crash()
    await sleep(stage.random.between(100, 2_500))
    await node.start()
  })

const stopNode: Disturbance = (stage) =>
  onNode(stage, async (node) => {
    await node.stop()
    await sleep(stage.random.between(100, 500))
    await node.start()
  })

/** Work that was on its way when the lease was lost has been refused by then. */
const SETTLED_MS = 300

/** The node sleeps for longer than its lease, and wakes: it writes nothing and sends nothing. */
const stallNode: Disturbance = (stage) =>
  onNode(stage, async (node) => {
    const { links, networkChanges, wrong, random } = stage
    const { lease, hub } = node.controlPlane()
    const wake = node.stall()
    await until('the lease is lost', () => !lease.isHeld())
    await sleep(SETTLED_MS)
    const told = (): object => ({
      commits: links.get(node.name)?.commits(),
      networkChanges: networkChanges(node.name),
      hosts: hub.hosts().length,
    })
    const before = told()
    await sleep(random.between(100, 2_000))
    const after = told()
    if (JSON.stringify({ ...before, hosts: 0 }) !== JSON.stringify(after))
      wrong.push(`${node.name} had no lease: ${JSON.stringify(before)} then ${JSON.stringify(after)}`)
    wake()
    await until('it has a lease again', () => lease.isHeld())
  })

const cutDatabase =
  (how: 'cut' | 'freeze'): Disturbance =>
  (stage) =>
    onNode(stage, async (node) => {
      const link = stage.links.get(node.name)
      link?.[how]()
      await sleep(stage.random.between(50, 4_500))
      link?.mend()
      await until('the node is back', () => node.controlPlane().lease.isHeld(), 30_000)
    })

/** Some connections of every node break at once; they may dial anew immediately. */
const snapConnections: Disturbance = async ({ links, random }) => {
  for (const link of links.values()) link.snap(() => random.chance(0.5))
  return true
}

const onHost = (stage: Stage) => stage.env.hosts[stage.random.between(0, stage.env.hosts.length - 1)]

const cutAgent: Disturbance = async (stage) => {
  const host = onHost(stage)
  host?.faults.disconnect()
  await sleep(stage.random.between(20, 3_000))
  host?.faults.reconnect()
  return true
}

const COMMANDS = [
  'hypervisor.start',
  'hypervisor.powerOff',
  'hypervisor.remove',
  'storage.clone',
  'storage.remove',
] as const

/** The agent does not come back to a command for a while. */
const pauseCommand: Disturbance = async (stage) => {
  const hung = onHost(stage)?.faults.hangNext(stage.random.pick(COMMANDS))
  await sleep(stage.random.between(500, 6_000))
  hung?.release()
  return true
}

/** A command has its effect, its answer is lost with the connection. */
const loseAnswer: Disturbance = async (stage) => {
  onHost(stage)?.faults.loseReplyAfter(stage.random.pick(COMMANDS))
  return true
}

const losePower: Disturbance = async (stage) => {
  onHost(stage)?.faults.crash()
  return true
}

const hangNetwork: Disturbance = async ({ env, random }) => {
  const hung = env.network.faults.hangNext(random.pick(['ensurePort', 'removePort', 'ensureNetwork', 'removeNetwork']))
  await sleep(random.between(200, 4_000))
  hung.release()
  return true
}

const loseNetworkAnswer: Disturbance = async ({ env, random }) => {
  env.network.faults.loseReplyAfter(random.pick(['ensurePort', 'removePort', 'ensureNetwork', 'removeNetwork']))
  return true
}

const ALL = {
  'node killed': killNode,
  'node stopped': stopNode,
  'node stood still': stallNode,
  'database cut': cutDatabase('cut'),
  'database frozen': cutDatabase('freeze'),
  'connections snapped': snapConnections,
  'agent cut off': cutAgent,
  'command hung': pauseCommand,
  'answer of a host lost': loseAnswer,
  'network hung': hangNetwork,
  'answer of the network lost': loseNetworkAnswer,
} satisfies { [name: string]: Disturbance }

/** Whoever waits for a guest's port when its host goes waits for a minute: not for a short run. */
const PATIENT = { ...ALL, 'host lost power': losePower }

/** What matters most is there more often. */
const OFTEN: readonly [string, ...string[]] = ['node killed', 'node stood still', 'database cut', 'agent cut off']

export interface Disturbances {
  /** Begins one; several may be under way. */
  strike(): void
  /** Resolves when all are over; answers how many of each there were. */
  over(): Promise<Map<string, number>>
}

/** @param patient whether there is time for those after which something takes a minute */
export function createDisturbances(scene: Scene, patient: boolean): Disturbances {
  const all: { [name: string]: Disturbance } = patient ? PATIENT : ALL
  const names: readonly [string, ...string[]] = [...OFTEN, ...Object.keys(all)]
  const stage: Stage = { ...scene, busy: new Set() }
  const counts = new Map<string, number>()
  const running = new Set<Promise<void>>()
  return {
    strike() {
      const name = stage.random.pick(names)
      const work = Promise.resolve(all[name]?.(stage))
        .then((struck) => void (struck && counts.set(name, (counts.get(name) ?? 0) + 1)))
        .catch((error: unknown) => void stage.wrong.push(`${name}: ${error instanceof Error ? error.stack : error}`))
        .finally(() => running.delete(work))
      running.add(work)
    },
    async over() {
      while (running.size > 0) await Promise.all(running)
      for (const host of stage.env.hosts) host.faults.clear()
      stage.env.network.faults.clear()
      return counts
    },
  }
}
