import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TinyImageError } from './errors.ts'
import { runTool } from './tools.ts'

/** A kernel module, uncompressed. */
export interface KernelModule {
  name: string
  content: Buffer
}

/** Where an unpacked kernel package keeps its parts. */
export interface KernelTree {
  release: string
  imagePath: string
  modulesDirectory: string
}

const moduleFile = /^(.+)\.ko(\.xz)?$/

function normalized(name: string): string {
  return name.replaceAll('-', '_')
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * Finds kernel and modules below `root`. Debian 12 ships /lib/modules, later releases /usr/lib/modules.
 * @throws TinyImageError PACKAGE_CONTENT
 */
export async function findKernel(root: string): Promise<KernelTree> {
  const boot = await namesIn(join(root, 'boot'))
  const image = boot.find((name) => name.startsWith('vmlinuz-'))
  if (image) {
    const release = image.slice('vmlinuz-'.length)
    for (const place of ['usr/lib/modules', 'lib/modules']) {
      const modulesDirectory = join(root, place, release)
      const content = await namesIn(modulesDirectory)
      if (content.includes('kernel')) return { release, imagePath: join(root, 'boot', image), modulesDirectory }
    }
  }
  throw lacks('a kernel image with its modules')
}

function lacks(what: string): TinyImageError {
  const remedy = 'Use Debian 12 or 13, or report which release you are on.'
  return new TinyImageError('PACKAGE_CONTENT', `The kernel package lacks ${what}.`, remedy)
}

/** Names in the `depends=` entry of a module's .modinfo section. */
export function moduleDependencies(content: Buffer): string[] {
  const at = content.indexOf('\0depends=', 0, 'latin1')
  if (at < 0) return []
  const start = at + '\0depends='.length
  return content
    .toString('latin1', start, content.indexOf(0, start))
    .split(',')
    .filter((name) => name !== '')
}

async function readModule(path: string): Promise<Buffer> {
  return path.endsWith('.xz') ? runTool('xz', ['-dc', path]) : readFile(path)
}

/**
 * Reads the wanted modules and what they depend on, in loading order. Debian's package has no modules.dep (depmod
 * runs on installation), so dependencies come from the modules themselves. Built-in modules need no file; optional
 * ones may be absent.
 * @throws TinyImageError PACKAGE_CONTENT when a required module is neither a file nor built in.
 */
export async function collectModules(
  tree: KernelTree,
  wanted: { required: readonly string[]; optional: readonly string[] },
): Promise<KernelModule[]> {
  const files = new Map<string, string>()
  for (const path of await readdir(tree.modulesDirectory, { recursive: true })) {
    const match = moduleFile.exec(basename(path))
    if (match?.[1]) files.set(normalized(match[1]), join(tree.modulesDirectory, path))
  }
  const builtinList = await readFile(join(tree.modulesDirectory, 'modules.builtin'), 'utf8')
  const builtin = new Set(builtinList.split('\n').map((path) => normalized(basename(path, '.ko'))))
  const collected = new Map<string, KernelModule>()
  const add = async (rawName: string, required: boolean): Promise<void> => {
    const name = normalized(rawName)
    if (collected.has(name) || builtin.has(name)) return
    const path = files.get(name)
    if (!path && required) throw lacks(`the module ${name}`)
    if (!path) return
    const content = await readModule(path)
    for (const dependency of moduleDependencies(content)) await add(dependency, true)
    collected.set(name, { name, content })
  }
  for (const name of wanted.required) await add(name, true)
  for (const name of wanted.optional) await add(name, false)
  return [...collected.values()]
}
