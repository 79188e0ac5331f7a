/** NOTIFY as it arrives, on a connection of its own that is opened again whenever it breaks. */
import pg from 'pg'

const RETRY_MS = 1_000

/**
 * @param onNotice called for each notice, and as soon as it listens, at first and again, since some may have been missed until then
 * @returns ends it
 */
export function listenTo(url: string, channel: string, onNotice: () => void): () => void {
  let stopped = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  function retry(failed: pg.Client): void {
    if (stopped || client !== failed) return
    client = undefined
    failed.end().catch(() => {})
    timer = setTimeout(connect, RETRY_MS)
    timer.unref()
  }

  function connect(): void {
    const opened = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 })
    client = opened
    // The connection breaks with the database, which everybody else reports too.
    opened.on('error', () => retry(opened))
    opened.on('end', () => retry(opened))
    opened.on('notification', () => onNotice())
    opened
      .connect()
      .then(() => opened.query(`listen "${channel}"`))
      .then(() => stopped || onNotice())
      .catch(() => retry(opened))
  }

  connect()
  return () => {
    stopped = true
    clearTimeout(timer)
    client?.end().catch(() => {})
  }
}
