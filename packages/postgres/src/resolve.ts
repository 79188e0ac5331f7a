import pg from 'pg'
import { PostgresError } from './errors.ts'
import { type Database, type StartPostgresOptions, startPostgres } from './start.ts'

/** The oldest server we run on, as PostgreSQL counts (`server_version_num`): 15.0. */
const OLDEST_VERSION_NUMBER = 150_000
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Gives the database to use: the one `DATABASE_URL` names, else the embedded one.
 * @param env environment variables; only DATABASE_URL is read
 * @param embedded how to start the embedded server when it is needed
 */
export async function resolveDatabase(
  env: Readonly<Record<string, string | undefined>>,
  embedded: StartPostgresOptions,
): Promise<Database> {
  const url = env.DATABASE_URL
  if (url === undefined || url === '') return startPostgres(embedded)
  await checkServer(url)
  return { url, socketDir: undefined, pid: undefined, adopted: true, stop: async () => undefined }
}

async function checkServer(url: string): Promise<void> {
  const version = await readVersion(url)
  if (version.number >= OLDEST_VERSION_NUMBER) return
  const remedy = 'Upgrade it, or unset DATABASE_URL to use the embedded one.'
  throw new PostgresError('DATABASE_TOO_OLD', `PostgreSQL ${version.text} is older than 15.`, remedy)
}

async function readVersion(url: string): Promise<{ number: number; text: string }> {
  const client = createClient(url)
  try {
    await client.connect()
    const { rows } = await client.query<{ number: number; text: string }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
    )
    if (rows[0] === undefined) throw new Error('The server gave no version.')
    return rows[0]
  } catch (cause) {
    const remedy = 'Check host, port, user, password and that the server accepts connections from here.'
    const message = `The PostgreSQL of DATABASE_URL does not answer: ${(cause as Error).message}.`
    throw new PostgresError('DATABASE_UNREACHABLE', message, remedy, { cause })
  } finally {
    await client.end().catch(() => undefined)
  }
}

function createClient(url: string): pg.Client {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('It does not begin with postgresql://.')
    return new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  } catch (cause) {
    // The text itself is left out: it may hold a password.
    const remedy = 'Write it as postgresql://user:password@host:5432/database.'
    throw new PostgresError('DATABASE_URL_INVALID', 'DATABASE_URL cannot be understood.', remedy, { cause })
  }
}
