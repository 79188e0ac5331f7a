import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nodeGroups, removeGroup } from './cgroups.ts'
import { baseEnvironment, type CommandOptions, type CommandOutput, run } from './command.ts'
import { LabError } from './errors.ts'
import { joinGroups, startHolder } from './holder.ts'
import {
  identify,
  isAlive,
  killAll,
  type ProcessIdentity,
  processesWithRun,
  startDetached,
  waitFor,
} from './process.ts'
import type { LabStore, NodeState, ServiceState } from './state.ts'

/** Marks what belongs to a lab even after its files are gone. */
export const LAB_ENVIRONMENT_VARIABLE = 'BASALT_LAB'

/** A daemon that detaches by itself and writes a pid file. */
export interface DaemonSpec {
  name: string
  command: string
  args: string[]
  /** Absolute inside the node, below /run. */
  pidFile: string
}

/**
 * How to start a process in a node. Its output goes to `logFile` (absolute, in the root namespace) if given, with
 * `inherit` its standard streams are the caller's, else they are pipes.
 */
export interface SpawnOptions {
  env?: Record<string, string>
  logFile?: string
  inherit?: boolean
}

/** A set of namespaces (network, mount, UTS) held by one process, with directories and a name of its own. */
export interface LabNode {
  readonly name: string
  /** The node's directory in the root namespace; `data` in it is the caller's, `run`, `etc`, `var` are the node's. */
  readonly directory: string
  holderPid(): number
  isRunning(): boolean
  /** Ends everything of an earlier life, makes the namespaces and all that `furnish` does. @throws LabError LAB_HOST_OFF */
  boot(furnish: () => Promise<void>): Promise<void>
  /** SIGKILL to every process in it; the namespaces go with the last one. */
  kill(): Promise<void>
  exec(command: string, args?: readonly string[], options?: CommandOptions): Promise<CommandOutput>
  spawn(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess
  /** Starts a daemon unless the one started before still runs. */
  ensureDaemon(spec: DaemonSpec): Promise<void>
  isDaemonAlive(name: string): boolean
  startService(name: string, service: ServiceState): Promise<ProcessIdentity>
}

/** The node of this name; `hostsFile` becomes its /etc/hosts. Nothing runs before `boot`. */
export function createNode(store: LabStore, name: string, hostsFile: string): LabNode {
  const directory = join(store.directory, name)
  const runDirectory = join(directory, 'run')
  const state = (): NodeState | undefined => store.read()?.nodes[name]
  const change = (edit: (node: NodeState) => void) =>
    store.update((lab) => {
      const node = lab.nodes[name] ?? { ready: false, processes: {}, services: {} }
      lab.nodes[name] = node
      edit(node)
    })
  const environmentOf = (env: Record<string, string> = {}) => ({ ...env, [LAB_ENVIRONMENT_VARIABLE]: store.directory })

  const node: LabNode = {
    name,
    directory,
    holderPid() {
      const holder = state()?.holder
      if (!holder || !isAlive(holder)) throw new LabError('LAB_HOST_OFF', `${name} is not running.`)
      return holder.pid
    },
    isRunning: () => state()?.ready === true && isAlive(state()?.holder),
    async boot(furnish) {
      await node.kill()
      const holder = await startHolder({ name, directory, hostsFile, env: environmentOf() })
      change((each) => Object.assign(each, { holder, ready: false, processes: {} }))
      await furnish()
      node.holderPid()
      change((each) => {
        each.ready = true
      })
    },
    async kill() {
      await killAll(() => processesWithRun(runDirectory))
      for (const group of nodeGroups(store.directory, name)) await removeGroup(group.directory)
    },
    exec(command, args = [], options = {}) {
      const [program, ...rest] = enter(node, command, args)
      const shown = `${name}: ${[command, ...args].join(' ')}`
      return run(program, rest, { ...options, env: environmentOf(options.env) }, shown)
    },
    spawn(command, args = [], options = {}) {
      const [program, ...rest] = enter(node, command, args)
      const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a', 0o600)
      const streams = options.inherit ? 'inherit' : 'pipe'
      const child = spawn(program, rest, {
        cwd: '/',
        env: baseEnvironment(environmentOf(options.env)),
        stdio: log === undefined ? streams : ['ignore', log, log],
      })
      if (log !== undefined) closeSync(log)
      return child
    },
    isDaemonAlive: (daemon) => isAlive(state()?.processes[daemon]),
    async ensureDaemon(spec) {
      if (node.isDaemonAlive(spec.name)) return
      const pidFile = join(directory, spec.pidFile)
      // Who started it may have died before it could make a note of it.
      const isUnknown = processesWithRun(runDirectory).some(({ pid }) => pid === readPid(pidFile))
      if (!isUnknown) await node.exec(spec.command, spec.args)
      const identity = await identityFromPidFile(pidFile, spec.name)
      change((each) => {
        each.processes[spec.name] = identity
      })
    },
    async startService(service, spec) {
      const [program, ...rest] = enter(node, spec.command, spec.args)
      const options = { env: environmentOf(spec.env), logFile: spec.logFile }
      const identity = await startDetached(program, rest, options)
      change((each) => {
        each.processes[service] = identity
        each.services[service] = spec
      })
      return identity
    },
  }
  return node
}

/** The words that run a command in all of a node's namespaces, the program first. */
function enter(node: LabNode, command: string, args: readonly string[]): [string, ...string[]] {
  const target = ['-t', String(node.holderPid()), '-m', '-u', '-n', '-C']
  // Only the unified hierarchy keeps processes from crossing the borders of cgroup namespaces.
  const groups = nodeGroups(dirname(node.directory), node.name).filter((group) => group.unified)
  const leaves = groups.map((group) => group.leaf)
  return joinGroups(leaves, ['nsenter', ...target, '--', command, ...args])
}

async function identityFromPidFile(file: string, name: string): Promise<ProcessIdentity> {
  let identity: ProcessIdentity | undefined
  await waitFor(`${name} to write ${file} below ${dirname(file)}`, 20_000, () => {
    identity = identify(readPid(file))
    return identity !== undefined
  })
  return identity as ProcessIdentity
}

function readPid(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').trim()) || 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
