import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { labGroups } from './cgroups.ts'
import { run } from './command.ts'
import { LAB_ENVIRONMENT_VARIABLE } from './namespace.ts'
import { type ProcessIdentity, processesWithEnvironment, processesWithRun } from './process.ts'
import { rootLegAlias } from './switch.ts'

/** Something that belongs to a lab, found by looking at the machine and not at the lab's own notes. */
export interface Leftover {
  kind: 'process' | 'namespace' | 'interface' | 'mount' | 'cgroup' | 'file'
  /** What it is, for a human. */
  what: string
}

/** Everything on the machine that belongs to the lab in `labDirectory`: nothing after down(). */
export async function findLeftovers(labDirectory: string): Promise<Leftover[]> {
  const processes = labProcesses(labDirectory)
  return [
    ...processes.map(({ pid }): Leftover => ({ kind: 'process', what: `${pid} ${commandLine(pid)}` })),
    ...namespacesOf(processes).map((what): Leftover => ({ kind: 'namespace', what })),
    ...(await labInterfaces(labDirectory)).map((what): Leftover => ({ kind: 'interface', what })),
    ...labGroups(labDirectory).map((what): Leftover => ({ kind: 'cgroup', what })),
    ...labMounts(labDirectory).map((what): Leftover => ({ kind: 'mount', what })),
    ...(existsSync(labDirectory) ? [{ kind: 'file', what: labDirectory } as const] : []),
  ]
}

/** Every process of a lab: those inside its nodes, whoever started them, and those the lab started. */
export function labProcesses(labDirectory: string): ProcessIdentity[] {
  const inside = nodeDirectories(labDirectory).flatMap((node) => processesWithRun(join(node, 'run')))
  const started = processesWithEnvironment(LAB_ENVIRONMENT_VARIABLE, labDirectory)
  return [...new Map([...inside, ...started].map((each) => [each.pid, each])).values()]
}

/** The lab's interfaces in the root namespace, by their alias. */
export async function labInterfaces(labDirectory: string): Promise<string[]> {
  const { stdout } = await run('ip', ['-json', 'link', 'show'])
  return (JSON.parse(stdout) as { ifname: string; ifalias?: string }[])
    .filter((each) => each.ifalias === rootLegAlias(labDirectory))
    .map((each) => each.ifname)
}

function nodeDirectories(labDirectory: string): string[] {
  if (!existsSync(labDirectory)) return []
  return readdirSync(labDirectory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(labDirectory, entry.name))
}

function namespacesOf(processes: ProcessIdentity[]): string[] {
  const own = new Set(['net', 'mnt', 'uts'].map((kind) => readlinkSync(`/proc/self/ns/${kind}`)))
  const links = processes.flatMap(({ pid }) => ['net', 'mnt', 'uts'].flatMap((kind) => namespaceLink(pid, kind)))
  return [...new Set(links)].filter((link) => !own.has(link))
}

function namespaceLink(pid: number, kind: string): string[] {
  return ignoringGone(() => [readlinkSync(`/proc/${pid}/ns/${kind}`)], [])
}

function commandLine(pid: number): string {
  return ignoringGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(), '')
}

/** A process may end between being listed and being looked at. */
function ignoringGone<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise
    throw error
  }
}

function labMounts(labDirectory: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ').some((field) => field === labDirectory || field.startsWith(`${labDirectory}/`)))
}
