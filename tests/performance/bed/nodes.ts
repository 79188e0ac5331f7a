/** Control-plane nodes of a bed: the real program, each in a process of its own; the first begins, others join by token. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@basalt/kernel'
import { buildNodeProgram, type NodeProcess, nodeProcess, until } from '@basalt/testkit'

/** Built once, however many beds there are. */
let program: Promise<string> | undefined

function builtProgram(): Promise<string> {
  program ??= mkdtemp(join(tmpdir(), 'program-')).then(buildNodeProgram)
  return program
}

export interface FirstNode {
  directory: string
  databaseUrl: string
  password: string
  /** Where the built console is, if it serves one. */
  consoleDir?: string
}

export async function startNode({ directory, databaseUrl, password, consoleDir }: FirstNode): Promise<NodeProcess> {
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  const node = await nodeProcess({
    directory,
    program: await builtProgram(),
    name: 'node-1',
    databaseUrl,
    settings: { operator: { username: 'admin', passwordFile }, consoleDir },
  })
  await node.start()
  return node
}

/** Nodes that live, and reach all others that do, as they see it themselves. */
const WELL = `select count(*) as count from node
  where state = 'up' and (health -> 'peers' ->> 'ok')::boolean and (health -> 'peers' ->> 'reachable')::int = $1`

/** Nodes look at their peers each 10 s. */
const PEERS_MS = 60_000

/** So many nodes live and reach each other. */
export async function allReachable(database: Database, nodes: number): Promise<void> {
  const isSo = async (): Promise<boolean> => {
    const [row] = await database.query<{ count: number }>(WELL, [nodes - 1])
    return row?.count === nodes
  }
  await until(`${nodes} nodes reach each other`, isSo, PEERS_MS)
}

/** @param nodes those that are there */
export async function joinNode(directory: string, nodes: readonly NodeProcess[], token: string): Promise<NodeProcess> {
  const [first] = nodes
  if (!first) throw new Error('there is no node to join')
  const node = await nodeProcess({ directory, program: await builtProgram(), name: `node-${nodes.length + 1}` })
  const code = await node.join(first.agentUrl, token)
  if (code !== 0) throw new Error(`${node.name} could not join: ${node.log()}`)
  await node.start()
  return node
}
