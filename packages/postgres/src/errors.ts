/** Stable codes of everything this package can refuse or fail with. */
export type PostgresErrorCode =
  | 'BINARIES_MISSING'
  | 'DATABASE_TOO_OLD'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_URL_INVALID'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_NOT_USABLE'
  | 'DATA_DIR_OTHER_VERSION'
  | 'DISK_FULL'
  | 'PORT_IN_USE'
  | 'POSTGRES_NOT_STARTED'
  | 'POSTGRES_NOT_STOPPED'
  | 'SETTING_INVALID'

/** A failure of the database's life cycle. `remedy` tells the operator what to do next. */
export class PostgresError extends Error {
  readonly code: PostgresErrorCode
  readonly remedy: string

  constructor(code: PostgresErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(`${message} ${remedy}`, options)
    this.name = 'PostgresError'
    this.code = code
    this.remedy = remedy
  }
}

/** Turns what `initdb` or `postgres` wrote before giving up into an error with the right code and remedy. */
export function errorFromServerLog(log: string, dataDir: string): PostgresError {
  const lastLines = log.trim().split('\n').slice(-12).join('\n')
  const cause = new Error(lastLines === '' ? 'The server wrote no message.' : lastLines)
  if (/No space left on device|Disk quota exceeded/.test(log)) {
    return new PostgresError('DISK_FULL', `The disk of ${dataDir} is full.`, 'Free space on it, then start again.', {
      cause,
    })
  }
  if (/Address already in use/.test(log)) {
    const remedy = 'Choose another port, or stop the program that listens there.'
    return new PostgresError('PORT_IN_USE', 'The port for PostgreSQL is taken.', remedy, { cause })
  }
  if (/lock file ".*" already exists|pre-existing shared memory block/.test(log)) {
    const remedy = 'Stop the server that uses it, then start again.'
    return new PostgresError('DATA_DIR_IN_USE', `Another server uses ${dataDir}.`, remedy, { cause })
  }
  if (/unrecognized configuration parameter|invalid value for parameter/.test(log)) {
    const remedy = `Correct the setting: ${/FATAL: +(.*)/.exec(log)?.[1] ?? lastLines}`
    return new PostgresError('SETTING_INVALID', 'PostgreSQL refused a setting.', remedy, { cause })
  }
  const message = `PostgreSQL did not start in ${dataDir}: ${lastLines.split('\n').at(-1) ?? ''}`
  return new PostgresError('POSTGRES_NOT_STARTED', message, `Read ${dataDir}/log for the reason.`, { cause })
}
