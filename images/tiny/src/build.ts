import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { constants, copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { kernelParameters, writeBootDisk } from './disk.ts'
import { TinyImageError } from './errors.ts'
import { guestFiles } from './guest-files.ts'
import { buildInitrd, firstModules, laterModules } from './initrd.ts'
import { findKernel } from './kernel.ts'
import { type AptSource, aptListsDirectory, type DebianPackage, resolvePackages, unpackPackages } from './packages.ts'

/** Raised whenever the builder itself makes different bytes from the same packages. */
const builderVersion = 1

/** What `buildTinyImage` takes. All paths may be relative. */
export interface BuildOptions extends AptSource {
  /** Directory kept between calls; images are found there again by the content of their inputs. */
  cacheDir: string
  /** Where the qcow2 goes; replaced atomically, untouched when it holds the right bytes already. */
  output: string
  /** Called with a short sentence before each longer step. */
  onProgress?: (message: string) => void
}

/** The image, with `sha256` and `sizeBytes` of the qcow2 file and the size the guest sees. */
export interface TinyImage {
  path: string
  sha256: string
  sizeBytes: number
  virtualSizeBytes: number
}

/** Kernel, initrd and disk in the cache; for callers that boot without a disk. */
export interface TinyImageParts {
  kernelPath: string
  initrdPath: string
  diskPath: string
  sha256: string
  sizeBytes: number
  virtualSizeBytes: number
}

type PartsRecord = Pick<TinyImageParts, 'sha256' | 'sizeBytes' | 'virtualSizeBytes'>

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(temporary, content)
  await rename(temporary, path)
}

/** Asking apt takes a second; its answer holds until its lists change, so it is remembered by their change time. */
async function currentPackages(options: Omit<BuildOptions, 'output'>): Promise<DebianPackage[]> {
  const lists = await aptListsDirectory(options)
  const changed = await stat(lists, { bigint: true }).catch(() => undefined)
  const record = join(options.cacheDir, `packages-${hashOf([lists, String(changed?.mtimeNs)]).slice(0, 24)}.json`)
  const known = changed && (await readJson<DebianPackage[]>(record))
  if (known) return known
  options.onProgress?.('Asking apt for kernel, busybox and guest agent')
  const packages = await resolvePackages(options)
  await replaceFile(record, JSON.stringify(packages))
  return packages
}

async function makeParts(directory: string, packages: DebianPackage[], options: Omit<BuildOptions, 'output'>) {
  const work = await mkdtemp(join(options.cacheDir, 'building-'))
  try {
    const root = join(work, 'root')
    options.onProgress?.(`Downloading and unpacking ${packages.length} packages`)
    await unpackPackages(packages, { downloads: join(work, 'downloads'), root }, options)
    options.onProgress?.('Putting the image together')
    const tree = await findKernel(root)
    const made = join(work, 'made')
    await mkdir(made)
    const [kernelPath, initrdPath, diskPath] = ['vmlinuz', 'initrd.img', 'disk.qcow2'].map((name) => join(made, name))
    if (!kernelPath || !initrdPath || !diskPath) throw new Error('unreachable: three names give three paths')
    await copyFile(tree.imagePath, kernelPath)
    await writeFile(initrdPath, await buildInitrd(root, tree))
    const disk = await writeBootDisk({ kernelPath, initrdPath, workDirectory: work, output: diskPath })
    const record: PartsRecord = {
      sha256: await sha256OfFile(diskPath),
      sizeBytes: (await stat(diskPath)).size,
      virtualSizeBytes: disk.virtualSizeBytes,
    }
    await writeFile(join(made, 'image.json'), JSON.stringify(record))
    await moveUnlessPresent(made, directory)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Two builds at a time make the same bytes: the second one to finish keeps the first one's. */
async function moveUnlessPresent(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  }
}

/**
 * Kernel, initrd and disk of the tiny image in the cache, made when absent.
 * @throws TinyImageError TOOL_MISSING, PACKAGE_UNAVAILABLE, PACKAGE_CONTENT, ARCHITECTURE_UNSUPPORTED
 */
export async function buildTinyImageParts(given: Omit<BuildOptions, 'output'>): Promise<TinyImageParts> {
  if (process.arch !== 'x64') {
    const remedy = 'Use a cloud image of your architecture instead.'
    throw new TinyImageError(
      'ARCHITECTURE_UNSUPPORTED',
      `The tiny image is built for amd64, not ${process.arch}.`,
      remedy,
    )
  }
  const options = { ...given, cacheDir: resolve(given.cacheDir) }
  await mkdir(options.cacheDir, { recursive: true, mode: 0o700 })
  const packages = await currentPackages(options)
  const inputs = [builderVersion, packages, guestFiles, firstModules, laterModules, kernelParameters]
  const directory = join(options.cacheDir, `image-${hashOf(inputs).slice(0, 24)}`)
  const read = () => readJson<PartsRecord>(join(directory, 'image.json'))
  let record = await read()
  if (!record) {
    await makeParts(directory, packages, options)
    record = await read()
  }
  if (!record) throw new Error(`${directory} vanished while it was built`)
  const [kernelPath, initrdPath, diskPath] = [
    join(directory, 'vmlinuz'),
    join(directory, 'initrd.img'),
    join(directory, 'disk.qcow2'),
  ]
  return { kernelPath, initrdPath, diskPath, ...record }
}

/**
 * Builds the tiny test guest from the packages of the Debian system it runs on (12 or 13, amd64) and writes it to
 * `output`. The first call downloads about 35 MB; later calls with the same package lists take milliseconds.
 * @throws TinyImageError TOOL_MISSING, PACKAGE_UNAVAILABLE, PACKAGE_CONTENT, ARCHITECTURE_UNSUPPORTED
 */
export async function buildTinyImage(options: BuildOptions): Promise<TinyImage> {
  const parts = await buildTinyImageParts(options)
  const path = resolve(options.output)
  const { sha256, sizeBytes, virtualSizeBytes } = parts
  const present = await stat(path).catch(() => undefined)
  if (present?.size !== sizeBytes || (await sha256OfFile(path)) !== sha256) {
    await mkdir(dirname(path), { recursive: true })
    const temporary = `${path}.${process.pid}.new`
    await copyFile(parts.diskPath, temporary, constants.COPYFILE_FICLONE)
    await rename(temporary, path)
  }
  return { path, sha256, sizeBytes, virtualSizeBytes }
}
