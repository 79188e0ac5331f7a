import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from './process.ts'

/** Where the processes of a node are in the unified hierarchy: beside, not in, the groups libvirt makes (cgroups(7)). */
const LEAF = 'system'

/** A node's group in one of the machine's cgroup hierarchies. Absolute paths in the root namespace. */
export interface NodeGroup {
  /** The hierarchy's mount point. */
  hierarchy: string
  /** The node sees this as the root of the hierarchy. */
  directory: string
  /** Where processes that enter the node join. */
  leaf: string
  unified: boolean
}

/** Makes a node's groups: libvirt would else put the VMs of all hosts of all labs into the same ones. */
export function makeGroups(labDirectory: string, node: string): NodeGroup[] {
  const groups = nodeGroups(labDirectory, node)
  for (const group of groups) {
    const lab = join(group.hierarchy, labGroup(labDirectory))
    mkdirSync(group.leaf, { recursive: true })
    if (group.unified) for (const parent of [group.hierarchy, lab]) enableControllers(parent)
    else for (const each of [lab, group.directory]) inheritCpuset(group.hierarchy, each)
  }
  return groups
}

/** The groups a node has when it was booted. */
export function nodeGroups(labDirectory: string, node: string): NodeGroup[] {
  return hierarchies().map(({ hierarchy, unified }) => {
    const directory = join(hierarchy, labGroup(labDirectory), node)
    return { hierarchy, directory, leaf: unified ? join(directory, LEAF) : directory, unified }
  })
}

/** The lab's groups that exist, one for each hierarchy. */
export function labGroups(labDirectory: string): string[] {
  return hierarchies()
    .map(({ hierarchy }) => join(hierarchy, labGroup(labDirectory)))
    .filter((directory) => existsSync(directory))
}

/** Removes a group and those below it. Its processes are dead, but the kernel may still be letting go of them. */
export async function removeGroup(directory: string): Promise<void> {
  await waitFor(`the cgroup ${directory} to empty`, 10_000, () => isRemoved(directory))
}

function isRemoved(directory: string): boolean {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !isRemoved(join(directory, entry.name))) return false
    }
    rmdirSync(directory)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EBUSY') return false
    if (code === 'ENOENT') return true
    throw error
  }
}

function labGroup(labDirectory: string): string {
  return `basalt-lab-${createHash('sha256').update(labDirectory).digest('hex').slice(0, 12)}`
}

/** A mounted cgroup hierarchy of the machine. */
interface Hierarchy {
  hierarchy: string
  unified: boolean
}

/**
 * Hierarchies that nodes do not see: on a machine with the old ones (cgroup v1) the unified one. libvirt would take
 * controllers from both, and then not recognize its own VMs' groups when it is restarted.
 */
export function hiddenHierarchies(): string[] {
  const mounted = mountedHierarchies()
  const isMixed = mounted.some(({ unified }) => !unified)
  return mounted.filter(({ unified }) => unified && isMixed).map(({ hierarchy }) => hierarchy)
}

function hierarchies(): Hierarchy[] {
  const hidden = hiddenHierarchies()
  return mountedHierarchies().filter(({ hierarchy }) => !hidden.includes(hierarchy))
}

/** From mountinfo (proc(5)): the mount point is the fifth field, the type follows the lone dash. */
function mountedHierarchies(): Hierarchy[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const fields = line.split(' ')
      const hierarchy = fields[4] ?? ''
      const type = fields[fields.indexOf('-') + 1]
      const isCgroup = type === 'cgroup' || type === 'cgroup2'
      return isCgroup && hierarchy.startsWith('/sys/fs/cgroup') ? [{ hierarchy, unified: type === 'cgroup2' }] : []
    })
}

/** Hands on what controllers there are; a delegated tree may refuse, then the VMs simply go without. */
function enableControllers(directory: string): void {
  const controllers = readFileSync(join(directory, 'cgroup.controllers'), 'utf8').trim().split(' ').filter(Boolean)
  for (const controller of controllers) {
    try {
      writeFileSync(join(directory, 'cgroup.subtree_control'), `+${controller}`)
    } catch (error) {
      if (!['EBUSY', 'EINVAL', 'ENOENT', 'EOPNOTSUPP'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error
    }
  }
}

/** A new group of the old cpuset hierarchy takes no process before it was given processors and memory. */
function inheritCpuset(hierarchy: string, directory: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const target = join(directory, file)
    if (existsSync(target)) writeFileSync(target, readFileSync(join(hierarchy, file), 'utf8'))
  }
}
