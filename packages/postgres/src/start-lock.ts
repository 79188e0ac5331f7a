import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { PostgresError } from './errors.ts'
import { waitFor } from './wait.ts'

/**
 * Runs the work while no other process on this machine starts the same data directory.
 *
 * The lock is a socket in Linux's abstract namespace (unix(7)): the kernel frees it the moment its process dies, so there is
 * nothing stale to clean up after a `kill -9`.
 */
export async function withStartLock<T>(dataDir: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const name = `\0basalt-postgres-${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`
  const server = await waitFor(() => tryListen(name), timeoutMs)
  if (server === undefined) {
    const remedy = 'Wait until it has finished, or end it, then start again.'
    throw new PostgresError('DATA_DIR_IN_USE', `Another process has been starting ${dataDir} all the time.`, remedy)
  }
  try {
    return await work()
  } finally {
    server.close()
  }
}

async function tryListen(name: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  server.unref()
  server.listen(name)
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}
