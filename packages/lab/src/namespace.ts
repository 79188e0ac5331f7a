import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { baseEnvironment, type CommandOptions, type CommandOutput, run } from './command.ts'
import { LabError } from './errors.ts'
import {
  identify,
  identityOf,
  isAlive,
  killAll,
  type ProcessIdentity,
  processesWithRun,
  startDetached,
  waitFor,
} from './process.ts'
import type { LabStore, NodeState, ServiceState } from './state.ts'

/** Directories of the machine of which every node has its own; all but /run outlive a loss of power. */
const PRIVATE_DIRECTORIES = [
  'run',
  'etc/libvirt',
  'etc/openvswitch',
  'etc/ovn',
  'var/lib/libvirt',
  'var/lib/openvswitch',
  'var/lib/ovn',
  'var/log',
  'var/cache/libvirt',
]

/** Made inside the private directories, as packages and boot scripts do on a real machine. */
const USUAL_DIRECTORIES = [
  'run/openvswitch',
  'run/ovn',
  'run/libvirt',
  'run/lock',
  'run/netns',
  'var/log/openvswitch',
  'var/log/ovn',
  'var/log/libvirt/qemu',
  'data',
]

/** Marks what belongs to a lab even after its files are gone. */
export const LAB_ENVIRONMENT_VARIABLE = 'BASALT_LAB'

/**
 * Furnishes the namespaces, says so, and stays. A fixed text: names and paths come as parameters.
 * sysfs shows the network namespace it was mounted in, so it is mounted again; the cgroup tree beneath it is carried over.
 */
const HOLDER_SCRIPT = `
set -eu
directory=$1 name=$2 hosts=$3
shift 3
hostname "$name"
for path in "$@"; do mount --bind "$directory/$path" "/$path"; done
mkdir /run/cgroup
mount --rbind /sys/fs/cgroup /run/cgroup
mount -t sysfs sysfs /sys
mount --rbind /run/cgroup /sys/fs/cgroup
umount -l /run/cgroup
rmdir /run/cgroup
mount --bind "$hosts" /etc/hosts
sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
echo ready
exec sleep infinity >/dev/null 2>&1
`

/** A daemon that detaches by itself and writes a pid file. */
export interface DaemonSpec {
  name: string
  command: string
  args: string[]
  /** Absolute inside the node, below /run. */
  pidFile: string
}

/** A process started in a node; the output goes to `logFile` (absolute, in the root namespace) or to the child's pipes. */
export interface SpawnOptions {
  env?: Record<string, string>
  logFile?: string
}

/** A set of namespaces (network, mount, UTS) held by one process, with directories and a name of its own. */
export interface LabNode {
  readonly name: string
  /** The node's directory in the root namespace; `data` in it is the caller's, `run`, `etc`, `var` are the node's. */
  readonly directory: string
  holderPid(): number
  isRunning(): boolean
  /** Makes the namespaces, links and all that `furnish` does; everything of an earlier life ends first. */
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
      makeDirectories(directory)
      const holder = await startHolder(node, hostsFile, environmentOf())
      change((each) => Object.assign(each, { holder, ready: false, processes: {} }))
      await furnish()
      change((each) => {
        each.ready = true
      })
    },
    kill: () => killAll(() => processesWithRun(runDirectory)),
    exec: (command, args = [], options = {}) =>
      run('nsenter', enter(node.holderPid(), command, args), { ...options, env: environmentOf(options.env) }),
    spawn(command, args = [], options = {}) {
      const log = options.logFile === undefined ? 'pipe' : openSync(options.logFile, 'a', 0o600)
      const child = spawn('nsenter', enter(node.holderPid(), command, args), {
        cwd: '/',
        env: baseEnvironment(environmentOf(options.env)),
        stdio: [log === 'pipe' ? 'pipe' : 'ignore', log, log],
      })
      if (log !== 'pipe') closeSync(log)
      return child
    },
    isDaemonAlive: (daemon) => isAlive(state()?.processes[daemon]),
    async ensureDaemon(spec) {
      if (node.isDaemonAlive(spec.name)) return
      await node.exec(spec.command, spec.args)
      const identity = await identityFromPidFile(join(directory, spec.pidFile), spec.name)
      change((each) => {
        each.processes[spec.name] = identity
      })
    },
    async startService(service, spec) {
      const identity = await startDetached('nsenter', enter(node.holderPid(), spec.command, spec.args), {
        env: environmentOf(spec.env),
        logFile: spec.logFile,
      })
      change((each) => {
        each.processes[service] = identity
        each.services[service] = spec
      })
      return identity
    },
  }
  return node
}

function enter(holderPid: number, command: string, args: readonly string[]): string[] {
  return ['-t', String(holderPid), '-m', '-u', '-n', '--', command, ...args]
}

function makeDirectories(directory: string): void {
  rmSync(join(directory, 'run'), { recursive: true, force: true })
  for (const each of [...PRIVATE_DIRECTORIES, ...USUAL_DIRECTORIES]) {
    mkdirSync(join(directory, each), { recursive: true, mode: 0o755 })
  }
}

async function startHolder(node: LabNode, hostsFile: string, env: Record<string, string>): Promise<ProcessIdentity> {
  const script = ['sh', '-c', HOLDER_SCRIPT, 'holder', node.directory, node.name, hostsFile, ...PRIVATE_DIRECTORIES]
  const child = spawn('unshare', ['--mount', '--uts', '--net', '--propagation', 'private', ...script], {
    detached: true,
    cwd: '/',
    env: baseEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const identity = await identityOf(child, 'unshare')
  await holderReady(child, node.name)
  child.unref()
  return identity
}

/** The script says `ready` before it becomes `sleep`; what it says on standard error before is the reason of a failure. */
function holderReady(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    child.stderr?.on('data', (text) => {
      complaint += text
    })
    child.stdout?.once('data', () => {
      child.removeAllListeners('exit')
      child.stdout?.destroy()
      child.stderr?.destroy()
      resolve()
    })
    child.once('close', () => {
      reject(new LabError('LAB_COMMAND_FAILED', `The namespaces of ${name} could not be made: ${complaint.trim()}`))
    })
  })
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
