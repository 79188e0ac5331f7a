import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { PostgresError } from './errors.ts'

/** The number in the socket's file name; nothing listens on this port unless it was asked for. */
export const DEFAULT_PORT = 5432

// struct sockaddr_un has room for 107 characters and an end mark (unix(7)).
const LONGEST_SOCKET_PATH = 107

/** Says where the server's socket goes: beside the data directory, or in the temporary directory when that path is too long. */
export function chooseSocketDir(dataDir: string, port: number): string {
  const beside = `${dataDir}.socket`
  if (`${beside}/.s.PGSQL.${port}`.length <= LONGEST_SOCKET_PATH) return beside
  const short = createHash('sha256').update(dataDir).digest('hex').slice(0, 20)
  return join(tmpdir(), `basalt-postgres-${short}`)
}

/**
 * Makes the directory and gives it to the server's account alone: whoever can enter it is let in without a password.
 * Removes the socket and its lock file that a killed server left; the caller made sure that none runs.
 * @throws PostgresError when somebody else made it before
 */
export async function prepareSocketDir(socketDir: string, account: Account): Promise<void> {
  const owner = account.kind === 'switched' ? account.uid : process.getuid?.()
  await mkdir(socketDir, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await stat(socketDir)
  if (!found.isDirectory() || (found.uid !== owner && found.uid !== process.getuid?.())) {
    const remedy = 'Remove it, then start again.'
    throw new PostgresError('DATA_DIR_NOT_USABLE', `${socketDir} belongs to another user.`, remedy)
  }
  const leftovers = (await readdir(socketDir)).filter((name) => name.startsWith('.s.PGSQL.'))
  await Promise.all(leftovers.map((name) => rm(join(socketDir, name), { force: true })))
  if (account.kind === 'switched') await chown(socketDir, account.uid, account.gid)
  await chmod(socketDir, 0o700)
}
