import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { TinyImageError } from './errors.ts'
import { runTool } from './tools.ts'

/** One binary package as apt would install it now; `sha256` is the hash of its .deb file. */
export interface DebianPackage {
  name: string
  version: string
  sha256: string
}

/** Where apt looks. `aptConfig` is a file in the sense of APT_CONFIG (apt.conf(5)); without it the system's own. */
export interface AptSource {
  aptConfig?: string
}

/** The meta package whose dependency is today's kernel for virtual machines. */
const kernelMetaPackage = 'linux-image-cloud-amd64'
const kernelPackage = /^linux-(image|binary|modules|base)-\d/
const libraryPackage = /^(lib|zlib)/
const noExtras = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`)
const refreshLists = 'Refresh the package lists: apt-get update (on Debian, with the main archive enabled).'

function aptEnvironment(source: AptSource): Record<string, string> {
  return source.aptConfig ? { APT_CONFIG: source.aptConfig } : {}
}

/** Reads `apt-cache depends --recurse` into package -> what it depends on. */
export function parseDependencies(text: string): Map<string, string[]> {
  const graph = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n')) {
    const dependency = /^\s+\|?(?:Pre)?Depends: (\S+)$/.exec(line)
    if (dependency?.[1]) current.push(dependency[1])
    else if (/^\S/.test(line)) {
      current = graph.get(line.trim()) ?? []
      graph.set(line.trim(), current)
    }
  }
  return graph
}

/** Everything reachable from `start` over edges to packages that `follow` accepts, `start` excluded. */
function reach(graph: Map<string, string[]>, start: string, follow: RegExp): string[] {
  const found = new Set<string>()
  const queue = [start]
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const next of graph.get(name) ?? []) {
      if (!follow.test(next) || !graph.has(next) || found.has(next)) continue
      found.add(next)
      queue.push(next)
    }
  }
  return [...found]
}

/** Reads the stanzas of `apt-cache show`. */
export function parsePackages(text: string): DebianPackage[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}: (\\S+)$`, 'm').exec(stanza)?.[1]
    const name = field('Package')
    const version = field('Version')
    const sha256 = field('SHA256')
    return name && version && sha256 ? [{ name, version, sha256 }] : []
  })
}

/**
 * The packages the image is made of, sorted by name: kernel, busybox, guest agent and the agent's libraries.
 * @throws TinyImageError PACKAGE_UNAVAILABLE when the package lists do not know one of them.
 */
export async function resolvePackages(source: AptSource): Promise<DebianPackage[]> {
  const env = aptEnvironment(source)
  const roots = [kernelMetaPackage, 'busybox-static', 'qemu-guest-agent']
  const text = await runTool('apt-cache', ['depends', '--recurse', ...noExtras, ...roots], { env }).catch((cause) => {
    throw unavailable(roots, cause)
  })
  const graph = parseDependencies(text.toString('utf8'))
  const kernel = reach(graph, kernelMetaPackage, kernelPackage)
  if (kernel.length === 0) throw unavailable([kernelMetaPackage])
  const names = [...kernel, 'busybox-static', 'qemu-guest-agent', ...reach(graph, 'qemu-guest-agent', libraryPackage)]
  const shown = await runTool('apt-cache', ['show', '--no-all-versions', ...names], { env })
  const packages = parsePackages(shown.toString('utf8')).sort((a, b) => (a.name < b.name ? -1 : 1))
  const missing = names.filter((name) => !packages.some((known) => known.name === name))
  if (missing.length > 0) throw unavailable(missing)
  return packages
}

function unavailable(names: string[], cause?: unknown): TinyImageError {
  if (cause instanceof TinyImageError && cause.code === 'TOOL_MISSING') return cause
  return new TinyImageError('PACKAGE_UNAVAILABLE', `apt does not know ${names.join(', ')}.`, refreshLists, { cause })
}

/** Directory of apt's package lists; its change time tells whether the lists were refreshed. */
export async function aptListsDirectory(source: AptSource): Promise<string> {
  const text = await runTool('apt-config', ['shell', 'LISTS', 'Dir::State::lists/d'], { env: aptEnvironment(source) })
  return /^LISTS='(.*)'$/m.exec(text.toString('utf8'))?.[1] ?? '/var/lib/apt/lists/'
}

/**
 * Downloads the packages and unpacks them into `rootDirectory` (nothing is installed, no maintainer script runs).
 * apt checks every file against the signed lists.
 * @throws TinyImageError PACKAGE_UNAVAILABLE when the mirror cannot be reached or lacks a file.
 */
export async function unpackPackages(
  packages: readonly DebianPackage[],
  directories: { downloads: string; root: string },
  source: AptSource,
): Promise<void> {
  await mkdir(directories.downloads, { recursive: true })
  await mkdir(directories.root, { recursive: true })
  // apt's download user could not write into a private directory; as root it then warns and goes on, so say it plainly.
  const sandbox = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []
  const wanted = packages.map(({ name, version }) => `${name}=${version}`)
  const options = { cwd: directories.downloads, env: aptEnvironment(source), timeoutMs: 600_000 }
  await runTool('apt-get', ['-q', ...sandbox, 'download', ...wanted], options).catch((cause) => {
    throw unavailable(wanted, cause)
  })
  const files = (await readdir(directories.downloads)).filter((name) => name.endsWith('.deb')).sort()
  for (const file of files) {
    await runTool('dpkg-deb', ['-x', join(directories.downloads, file), directories.root])
    // A package carries the mode of "/" too; keep the tree ours to clean up.
    await chmod(directories.root, 0o700)
  }
}
