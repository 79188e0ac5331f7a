/** The embedded PostgreSQL of this node: started with it, and started again when it dies. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@basalt/kernel'
import type { Database as Server } from '@basalt/postgres'

export interface DatabaseServer {
  url: string
  /** It is this node's own, which nobody else reaches. */
  isEmbedded: boolean
  /** It does not answer: bring it back when it is ours and has died. */
  revive(): void
  stop(): Promise<void>
}

const RETRY_MS = 2_000

/** @param start starts the server, or finds the one that runs */
export async function startDatabaseServer(start: () => Promise<Server>, log: Log): Promise<DatabaseServer> {
  let server = await start()
  const isOurs = server.pid !== undefined
  const stopping = new AbortController()
  let reviving: Promise<void> | undefined

  async function revive(): Promise<void> {
    while (!stopping.signal.aborted) {
      const former = server.pid
      try {
        server = await start()
        if (server.pid !== former) log.info('the database server was started again', { pid: server.pid })
        return
      } catch (error) {
        log.error('the database server cannot be started', { error: String(error) })
        await sleep(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  return {
    url: server.url,
    isEmbedded: isOurs,
    revive() {
      if (!isOurs || stopping.signal.aborted) return
      reviving ??= revive().finally(() => {
        reviving = undefined
      })
    },
    async stop() {
      stopping.abort()
      await reviving
      await server.stop()
    },
  }
}
