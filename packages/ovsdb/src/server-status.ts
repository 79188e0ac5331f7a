import type { Connection } from './connection.ts'
import { OvsdbError } from './errors.ts'
import { expectObject, isObject, type Json } from './json.ts'

const MONITOR_ID = 'server-status'

/** Watches the server's own `_Server` database (ovsdb-server(5)) over one connection. */
export interface ServerWatch {
  /**
   * Checks that the server has the database, belongs to its cluster's majority and, if asked, leads it.
   *
   * @throws {OvsdbError} `unknown database`, `not leader`
   */
  start(timeoutMs: number): Promise<void>
  /** Takes a notification; true if it was meant for this watch. */
  receive(method: string, params: readonly Json[]): boolean
}

/** What the server must be able to do for us. */
export interface ServerRequirement {
  readonly database: string
  readonly leaderOnly: boolean
}

/** Why the row forbids using this server; undefined if it does not. */
function objection(row: Json | undefined, { database, leaderOnly }: ServerRequirement): OvsdbError | undefined {
  if (!isObject(row) || row.name !== database || row.model !== 'clustered') return undefined
  if (row.connected !== true)
    return new OvsdbError('not leader', `the server is cut off from the cluster of ${database}`)
  if (leaderOnly && row.leader !== true) return new OvsdbError('not leader', `the server does not lead ${database}`)
  return undefined
}

/** New contents of the rows in an update of the `Database` table. */
function rowsOf(updates: Json | undefined): Json[] {
  const tables = expectObject(updates, 'table updates')
  const rows = tables.Database === undefined ? [] : Object.values(expectObject(tables.Database, 'a table update'))
  return rows.map((row) => (isObject(row) ? (row.new ?? null) : null))
}

/** A watch that closes the connection when the server stops being fit, so that the next endpoint is tried. */
export function createServerWatch(connection: Connection, requirement: ServerRequirement): ServerWatch {
  return {
    async start(timeoutMs) {
      const request = { Database: [{ columns: ['name', 'model', 'connected', 'leader'] }] }
      const rows = rowsOf(await connection.call('monitor', ['_Server', MONITOR_ID, request], timeoutMs))
      if (!rows.some((row) => isObject(row) && row.name === requirement.database)) {
        throw new OvsdbError('unknown database', `the server has no database ${requirement.database}`)
      }
      for (const row of rows) {
        const error = objection(row, requirement)
        if (error !== undefined) throw error
      }
    },
    receive(method, params) {
      if (method !== 'update' || params[0] !== MONITOR_ID) return false
      for (const row of rowsOf(params[1])) {
        const error = objection(row, requirement)
        if (error !== undefined) connection.close(error)
      }
      return true
    },
  }
}
