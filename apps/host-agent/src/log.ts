import { createLog as createSharedLog, type Facts, type LogLevel } from '@basalt/observe'

export { errorFields, type LogLevel } from '@basalt/observe'

/** What a line carries besides its message; ids of resources under their kind's name. */
export type LogFields = Facts

/** Writes one JSON object a line, in the shape that the control plane's log has. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void

/** @param write takes a whole line; standard error by default */
export function createLog(least: LogLevel = 'info', write?: (line: string) => void): Log {
  const log = createSharedLog({ level: least, ...(write ? { write } : {}) })
  return (level, message, fields) => log[level](message, fields)
}
