/** Several control-plane nodes on one database, in this process. */
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ControlPlane } from '@basalt/control-plane'
import { until } from './wait.ts'

export const FIRST_NODE = 'node-1'

export interface NodePorts {
  api: number
  agents: number
}

/** A control-plane node of a test. */
export interface TestNode {
  readonly name: string
  /** What it keeps beside the database. */
  readonly dataDir: string
  /** As it was started last. */
  controlPlane(): ControlPlane
  lives(): boolean
  /** As if its process had been killed. */
  crash(): Promise<void>
  /** Hands over and ends. */
  stop(): Promise<void>
  /** A new life under the same name, on the same ports. */
  start(): Promise<void>
  /**
   * As if its process stood still: its lease is not renewed, and it does not notice. Whatever it does next, it does after waking up.
   * Answers with the way to let its clock go on.
   */
  stall(): () => void
  /** Another control plane is this node from now on; the former one lives on. */
  replace(controlPlane: ControlPlane, ports: NodePorts): void
}

/** Everything that a node keeps beside the database. */
export const dataDirOf = (directory: string, node: string): string =>
  join(directory, node === FIRST_NODE ? 'control-plane' : node)

interface Start {
  count: number
  directory: string
  ports(index: number): NodePorts | Promise<NodePorts>
  boot(node: string, ports: NodePorts): Promise<ControlPlane>
}

/** What a node that joins is handed. */
async function handOver(directory: string, node: string): Promise<void> {
  const [from, to] = [dataDirOf(directory, FIRST_NODE), dataDirOf(directory, node)]
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const name of ['authority', 'master.key']) await cp(join(from, name), join(to, name), { recursive: true })
}

async function createNode(name: string, dataDir: string, at: NodePorts, boot: Start['boot']): Promise<TestNode> {
  let ports = at
  let running = await boot(name, ports)
  let alive = true
  return {
    name,
    dataDir,
    controlPlane: () => running,
    lives: () => alive,
    async crash() {
      alive = false
      await running.crash()
    },
    async stop() {
      if (!alive) return
      alive = false
      await running.stop()
    },
    async start() {
      running = await boot(name, ports)
      alive = true
    },
    stall: () => running.lease.stall(),
    replace(controlPlane, newPorts) {
      running = controlPlane
      ports = newPorts
    },
  }
}

/** The first node makes authority and keys, the others get them from it. */
export async function startNodes({ count, directory, ports, boot }: Start): Promise<[TestNode, ...TestNode[]]> {
  const nodes: [TestNode, ...TestNode[]] = [
    await createNode(FIRST_NODE, dataDirOf(directory, FIRST_NODE), await ports(0), boot),
  ]
  for (let index = 1; index < count; index++) {
    const name = `node-${index + 1}`
    await handOver(directory, name)
    nodes.push(await createNode(name, dataDirOf(directory, name), await ports(index), boot))
  }
  // Hosts go to any of them, and are reached from each only then.
  await until('the nodes reach each other', () =>
    nodes.every((node) => nodes.every(({ name }) => name === node.name || node.controlPlane().peers.isUp(name))),
  )
  return nodes
}
