import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The server keeps its own log: one file for each day of the week, overwritten a week later. */
export const COLLECTOR_SETTINGS: Readonly<Record<string, string>> = {
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
}

/** What one start of the server writes. */
export interface ServerLog {
  /** File descriptor for its standard output and error, used until its collector runs. */
  readonly output: number
  /** Everything written since the log was opened. */
  read(): Promise<string>
  close(): Promise<void>
}

/** Opens `<dataDir>.start.log`. A file, not a pipe: the server may outlive us, and writing to a pipe without a reader fails. */
export async function openServerLog(dataDir: string): Promise<ServerLog> {
  const collectedDir = join(dataDir, 'log')
  const sizesBefore = new Map<string, number>()
  for (const name of await list(collectedDir)) sizesBefore.set(name, (await stat(join(collectedDir, name))).size)
  const startLogPath = `${dataDir}.start.log`
  const startLog = await open(startLogPath, 'w', 0o600)
  return {
    output: startLog.fd,
    close: () => startLog.close(),
    async read() {
      const parts = [await readFile(startLogPath, 'utf8')]
      for (const name of await list(collectedDir)) {
        const content = await readFile(join(collectedDir, name))
        const before = sizesBefore.get(name) ?? 0
        parts.push(content.subarray(before <= content.length ? before : 0).toString('utf8'))
      }
      return parts.join('\n')
    },
  }
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}
