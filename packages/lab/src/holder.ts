import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hiddenHierarchies, makeGroups } from './cgroups.ts'
import { baseEnvironment } from './command.ts'
import { LabError } from './errors.ts'
import { identityOf, type ProcessIdentity } from './process.ts'

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

/** Joins the cgroups named before `--`, then becomes the command after it. */
const JOIN_SCRIPT = `
set -eu
until [ "$1" = -- ]; do
  echo $$ >"$1/cgroup.procs"
  shift
done
shift
exec "$@"
`

/**
 * Furnishes the namespaces, says so, and stays. A fixed text: names and paths come as parameters.
 * sysfs shows the network namespace it was mounted in, so it is mounted again; the cgroup tree beneath it is carried
 * over, with the node's own groups as the roots of its hierarchies.
 */
const HOLDER_SCRIPT = `
set -eu
directory=$1 name=$2 hosts=$3
shift 3
hostname "$name"
until [ "$1" = -- ]; do
  mount --bind "$directory/$1" "/$1"
  shift
done
shift
mkdir /run/cgroup
mount --rbind /sys/fs/cgroup /run/cgroup
mount -t sysfs sysfs /sys
mount --rbind /run/cgroup /sys/fs/cgroup
umount -l /run/cgroup
rmdir /run/cgroup
until [ "$1" = -- ]; do
  mount --bind "$2" "$1"
  if [ -d "$1/system" ]; then echo $$ >"$1/system/cgroup.procs"; fi
  shift 2
done
shift
for hidden in "$@"; do umount -l "$hidden"; done
mount --bind "$hosts" /etc/hosts
sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
echo ready
exec sleep infinity >/dev/null 2>&1
`

/** Which namespaces to make: their host name, directory, /etc/hosts, and the environment of the process that keeps them. */
export interface HolderSpec {
  name: string
  directory: string
  hostsFile: string
  env: Record<string, string>
}

/** The words that run a command as a member of these cgroups, the program first. */
export function joinGroups(directories: string[], command: [string, ...string[]]): [string, ...string[]] {
  return directories.length === 0 ? command : ['sh', '-c', JOIN_SCRIPT, 'join', ...directories, '--', ...command]
}

/** Makes the directories, cgroups and namespaces of a node, and the process that keeps them until it is killed. */
export async function startHolder({ name, directory, hostsFile, env }: HolderSpec): Promise<ProcessIdentity> {
  makeDirectories(directory)
  const groups = makeGroups(dirname(directory), name)
  const parameters = [directory, name, hostsFile, ...PRIVATE_DIRECTORIES, '--']
  const roots = groups.flatMap((group) => [group.hierarchy, group.directory])
  const script = ['sh', '-c', HOLDER_SCRIPT, 'holder', ...parameters, ...roots, '--', ...hiddenHierarchies()]
  const joined = groups.map((group) => group.directory)
  const unshare = ['--mount', '--uts', '--net', '--cgroup', '--propagation', 'private']
  const [program, ...rest] = joinGroups(joined, ['unshare', ...unshare, ...script])
  const child = spawn(program, rest, {
    detached: true,
    cwd: '/',
    env: baseEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const identity = await identityOf(child, 'unshare')
  await holderReady(child, name)
  child.unref()
  return identity
}

function makeDirectories(directory: string): void {
  rmSync(join(directory, 'run'), { recursive: true, force: true })
  for (const each of [...PRIVATE_DIRECTORIES, ...USUAL_DIRECTORIES]) {
    mkdirSync(join(directory, each), { recursive: true, mode: 0o755 })
  }
}

/** The script says `ready` before it becomes `sleep`; what it says on standard error before is the reason of a failure. */
function holderReady(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    child.stderr?.on('data', (text) => {
      complaint += text
    })
    child.stdout?.once('data', () => {
      child.stdout?.destroy()
      child.stderr?.destroy()
      resolve()
    })
    child.once('close', () => {
      reject(new LabError('LAB_COMMAND_FAILED', `The namespaces of ${name} could not be made: ${complaint.trim()}`))
    })
  })
}
