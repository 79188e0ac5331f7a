import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '@basalt/testkit/wait'

const run = promisify(execFile)

/** Directories the daemon writes to: each gets a private one in its place. */
const PRIVATE_DIRECTORIES = ['/run', '/etc/libvirt', '/var/lib/libvirt', '/var/log', '/var/cache/libvirt']

/** The first process in them keeps the namespaces, and reaps what its daemons leave behind. Nobody outlives it. */
const HOLDER = ['--mount', '--uts', '--net', '--pid', '--fork', '--kill-child', '--mount-proc']

/** Migration needs hosts that tell themselves apart. */
const libvirtdConf = () => `host_uuid = "${randomUUID()}"
auth_unix_rw = "none"
unix_sock_rw_perms = "0700"
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
`

const QEMU_CONF = `user = "root"
group = "root"
security_driver = "none"
dynamic_ownership = 0
remember_owner = 0
stdio_handler = "file"
namespaces = []
`

/** A libvirtd of its own, in namespaces of its own. */
export interface TestLibvirtd {
  /** Directory that exists inside and outside under the same path; goes away with the daemon. */
  readonly directory: string
  readonly socketPath: string
  /** `kill -9`: its guests go on running. */
  kill(): Promise<void>
  /** Starts the daemon (again), and waits for its socket. */
  start(): Promise<void>
  /** Ends the daemon, its guests and the namespaces, and removes all files. */
  stop(): Promise<void>
}

/** Why no libvirtd can be started here; undefined when it can. */
export async function libvirtdMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root'
  for (const path of ['/usr/sbin/libvirtd', '/usr/bin/qemu-system-x86_64']) {
    if (!(await exists(path))) return `needs ${path}`
  }
  return run('unshare', [...HOLDER, 'true']).then(
    () => undefined,
    (error: Error) => `needs namespaces: ${error.message}`,
  )
}

/** Starts a libvirtd with private directories, which sees nothing of the machine's own. */
export async function startLibvirtd(hostName = 'libvirt-test'): Promise<TestLibvirtd> {
  const directory = await mkdtemp(join(tmpdir(), 'lv-'))
  const root = join(directory, 'root')
  await prepareDirectories(root, hostName)
  const command = ['unshare', ...HOLDER, '--propagation', 'private', 'sh', '-c', 'sleep infinity & wait']
  // Ends with the test run, even one that is killed.
  const unshare = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { stdio: 'ignore' })
  const stopHolder = async (): Promise<void> => {
    await stopProcess(unshare)
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const holder = await namespaceInit(unshare)
    const enter = ['-t', String(holder), '-m', '-u', '-n', '-p', '--']
    await mountPrivate(enter, root, hostName)
    return daemonIn({ directory, root, enter, stopHolder })
  } catch (error) {
    await stopHolder()
    throw error
  }
}

interface Namespace {
  readonly directory: string
  readonly root: string
  readonly enter: readonly string[]
  readonly stopHolder: () => Promise<void>
}

async function daemonIn({ directory, root, enter, stopHolder }: Namespace): Promise<TestLibvirtd> {
  const socketPath = join(root, 'run/libvirt/libvirt-sock')
  const pidFile = join(root, 'run/libvirtd.pid')
  let daemon: ChildProcess | undefined
  const libvirtd: TestLibvirtd = {
    directory,
    socketPath,
    start: async () => {
      await rm(socketPath, { force: true })
      await rm(pidFile, { force: true })
      daemon = spawn('nsenter', [...enter, 'libvirtd', '--pid-file', '/run/libvirtd.pid'], { stdio: 'ignore' })
      await until('libvirtd to listen', () => accepts(socketPath), 20_000)
    },
    kill: async () => {
      const pid = (await readFile(pidFile, 'utf8')).trim()
      const ended = daemon && daemon.exitCode === null && daemon.signalCode === null ? once(daemon, 'exit') : undefined
      await run('nsenter', [...enter, 'kill', '-9', pid])
      await ended
    },
    stop: stopHolder,
  }
  try {
    await libvirtd.start()
    return libvirtd
  } catch (error) {
    await stopHolder()
    throw error
  }
}

async function prepareDirectories(root: string, hostName: string): Promise<void> {
  for (const path of PRIVATE_DIRECTORIES) await mkdir(join(root, path), { recursive: true })
  for (const path of ['run/libvirt', 'run/lock', 'var/log/libvirt/qemu']) {
    await mkdir(join(root, path), { recursive: true })
  }
  await writeFile(join(root, 'etc/libvirt/libvirtd.conf'), libvirtdConf())
  await writeFile(join(root, 'etc/libvirt/qemu.conf'), QEMU_CONF)
  await writeFile(join(root, 'hosts'), `127.0.0.1 localhost ${hostName}\n`)
  await copyCapabilities(CAPABILITIES_CACHE, join(root, 'var/cache/libvirt/qemu/capabilities'))
}

async function mountPrivate(enter: readonly string[], root: string, hostName: string): Promise<void> {
  const inside = (...command: string[]) => run('nsenter', [...enter, ...command])
  for (const path of PRIVATE_DIRECTORIES) {
    await mkdir(path, { recursive: true })
    await inside('mount', '--bind', join(root, path), path)
  }
  await inside('mount', '--bind', join(root, 'hosts'), '/etc/hosts')
  await inside('hostname', hostName)
  await inside('ip', 'link', 'set', 'lo', 'up')
}

/** Probing QEMU takes libvirt seconds; a cache of the same machine's earlier runs spares it that. */
const CAPABILITIES_CACHE = '/var/cache/libvirt/qemu/capabilities'

async function copyCapabilities(from: string, to: string): Promise<void> {
  if (await exists(from)) await cp(from, to, { recursive: true })
}

/** The first process in the new pid namespace: the only child of `unshare`. */
async function namespaceInit(unshare: ChildProcess): Promise<number> {
  const children = `/proc/${unshare.pid}/task/${unshare.pid}/children`
  let found: number | undefined
  await until('the namespaces', async () => {
    if (unshare.exitCode !== null) throw new Error(`unshare ended with ${unshare.exitCode}`)
    const [first] = (await readFile(children, 'utf8')).trim().split(' ')
    found = first ? Number(first) : undefined
    return found !== undefined && (await isInit(found))
  })
  if (found === undefined) throw new Error('unshare has no child')
  return found
}

/** Whether the process runs its shell already: then its /proc has been mounted. */
async function isInit(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).startsWith('sh\0')
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
