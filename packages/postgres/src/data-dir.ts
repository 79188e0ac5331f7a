import { execFile } from 'node:child_process'
import { chown, mkdir, mkdtemp, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, launchUnder } from './account.ts'
import type { Binaries } from './binaries.ts'
import { errorFromServerLog, PostgresError } from './errors.ts'

const run = promisify(execFile)

/** The only role there is, and the database that always exists. */
export const SUPERUSER = 'postgres'

/** Resolves the data directory's path even while it does not exist yet; makes its parents. */
export async function resolveDataDir(dataDir: string): Promise<string> {
  await mkdir(dirname(dataDir), { recursive: true })
  return join(await realpath(dirname(dataDir)), basename(dataDir))
}

/**
 * Says whether the directory holds a database already.
 * @throws PostgresError when it holds something else, or a database of another major version
 */
export async function holdsDatabase(dataDir: string, binaries: Binaries): Promise<boolean> {
  const entries = await listOrEmpty(dataDir)
  if (entries.length === 0) return false
  if (!entries.includes('PG_VERSION')) {
    const remedy = 'Name an empty or a new directory.'
    throw new PostgresError('DATA_DIR_NOT_USABLE', `${dataDir} holds files that are no PostgreSQL database.`, remedy)
  }
  const madeBy = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()
  if (madeBy === binaries.majorVersion) return true
  const message = `${dataDir} was made by PostgreSQL ${madeBy}, and this is PostgreSQL ${binaries.majorVersion}.`
  const remedy = `Move it over with PostgreSQL ${madeBy}'s pg_dumpall, or run PostgreSQL ${madeBy} and set DATABASE_URL.`
  throw new PostgresError('DATA_DIR_OTHER_VERSION', message, remedy)
}

/**
 * Makes an empty database. It grows beside the final place and is renamed into it when complete and on disk, so that a crash
 * leaves either nothing or all of it.
 * @param durable false skips flushing to disk, for databases that are thrown away
 */
export async function initialise(
  dataDir: string,
  binaries: Binaries,
  account: Account,
  durable: boolean,
): Promise<void> {
  const prefix = `${dataDir}.init-`
  await removeLeftovers(prefix)
  const unfinished = await mkdtemp(prefix)
  if (account.kind === 'switched') await chown(unfinished, account.uid, account.gid)
  try {
    await runInitdb(unfinished, binaries, account, durable)
    await moveInto(unfinished, dataDir)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function runInitdb(directory: string, binaries: Binaries, account: Account, durable: boolean): Promise<void> {
  const options = [
    `--username=${SUPERUSER}`,
    '--encoding=UTF8',
    // PostgreSQL's own collation: the sort order of indexes does not change with the machine's libc.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    // Whoever may enter the socket's directory is trusted; over TCP a password is needed, and none is set at first.
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]
  const launch = await launchUnder(account, [binaries.initdb, `--pgdata=${directory}`, ...options], true)
  try {
    await run(launch.command, launch.args, { ...launch.options, cwd: '/' })
  } catch (cause) {
    const { stderr } = cause as { stderr?: string }
    throw errorFromServerLog(`${stderr ?? ''}\n${(cause as Error).message}`, directory)
  }
}

async function moveInto(unfinished: string, dataDir: string): Promise<void> {
  try {
    // Replaces an empty directory, and only an empty one.
    await rename(unfinished, dataDir)
  } catch (cause) {
    const remedy = `If it is the root of a file system, name a directory below it, such as ${join(dataDir, 'data')}.`
    throw new PostgresError('DATA_DIR_NOT_USABLE', `${dataDir} cannot be replaced.`, remedy, { cause })
  }
  const parent = await open(dirname(dataDir), 'r')
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}

async function removeLeftovers(prefix: string): Promise<void> {
  const parent = dirname(prefix)
  const leftovers = (await readdir(parent)).filter((entry) => join(parent, entry).startsWith(prefix))
  await Promise.all(leftovers.map((entry) => rm(join(parent, entry), { recursive: true, force: true })))
}

async function listOrEmpty(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}
