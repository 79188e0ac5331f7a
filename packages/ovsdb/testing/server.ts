import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { OvsdbClient } from '../src/client.ts'
import type { LinkState } from '../src/link.ts'

const run = promisify(execFile)

/** A child process with a way to end it. */
export interface Daemon {
  /** Ends the process with the signal and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a program in the foreground. */
export function startDaemon(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Daemon {
  const child: ChildProcess = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...env } })
  const exited = once(child, 'exit')
  exited.catch(() => undefined)
  return {
    async stop(signal = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await exited
    },
  }
}

/** Settings of {@link startOvsdbServer}. */
export interface ServerOptions {
  /** Path of an `.ovsschema` file. */
  readonly schemaPath: string
  /** Name of the database in it; needed to make a cluster. */
  readonly database: string
  /** Make it a member of a cluster (of one, or of the one whose member is given), which keeps a transaction history. */
  readonly clustered?: boolean | TestServer
  /** Further `--remote` or other arguments. */
  readonly args?: readonly string[]
}

/** A private `ovsdb-server` for tests, with a unix socket in a directory of its own. */
export interface TestServer {
  readonly directory: string
  readonly socketPath: string
  /** `unix:` and the socket's path. */
  readonly endpoint: string
  /** Address of this member for others that join its cluster. */
  readonly raftAddress: string
  /** `kill -9`; the data stay. */
  kill(): Promise<void>
  /** Starts it again on the same data and socket. */
  start(): void
  /** Runs `ovs-appctl` against it and resolves with its output. */
  control(...args: string[]): Promise<string>
  /** Ends it and removes its directory. */
  dispose(): Promise<void>
}

/** Creates a database from the schema and starts a server on it. */
export async function startOvsdbServer(options: ServerOptions): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'ovsdb-'))
  const databasePath = join(directory, 'db')
  const socketPath = join(directory, 'sock')
  const controlPath = join(directory, 'ctl')
  const raftAddress = `unix:${join(directory, 'raft')}`
  const { clustered, schemaPath } = options
  if (typeof clustered === 'object') {
    await run('ovsdb-tool', ['join-cluster', databasePath, options.database, raftAddress, clustered.raftAddress])
  } else if (clustered === true) await run('ovsdb-tool', ['create-cluster', databasePath, schemaPath, raftAddress])
  else await run('ovsdb-tool', ['create', databasePath, schemaPath])

  const args = [
    `--remote=punix:${socketPath}`,
    `--unixctl=${controlPath}`,
    '--no-chdir',
    '-vconsole:off',
    '-vsyslog:off',
    ...(options.args ?? []),
    databasePath,
  ]
  const env = { OVS_RUNDIR: directory, OVS_LOGDIR: directory }
  let daemon: Daemon | undefined

  const server: TestServer = {
    directory,
    socketPath,
    endpoint: `unix:${socketPath}`,
    raftAddress,
    async kill() {
      await daemon?.stop('SIGKILL')
    },
    start() {
      daemon = startDaemon('ovsdb-server', args, env)
    },
    async control(...command) {
      const { stdout } = await run('ovs-appctl', ['-t', controlPath, ...command])
      return stdout
    },
    async dispose() {
      await daemon?.stop('SIGKILL')
      await rm(directory, { recursive: true, force: true })
    },
  }
  server.start()
  return server
}

/** Resolves with the client's state once its first attempt to connect has succeeded or failed. */
export function firstOutcome<Tables>(client: OvsdbClient<Tables>): Promise<LinkState> {
  return new Promise((resolve) => {
    const unsubscribe = client.onState((state) => {
      unsubscribe()
      resolve(state)
    })
  })
}

/** Resolves when the client's state is of this kind. */
export function untilState<Tables>(client: OvsdbClient<Tables>, kind: LinkState['kind']): Promise<void> {
  return new Promise((resolve) => {
    if (client.state().kind === kind) return resolve()
    const unsubscribe = client.onState((state) => {
      if (state.kind !== kind) return
      unsubscribe()
      resolve()
    })
  })
}
