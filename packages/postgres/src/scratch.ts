import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A database of one's own on a shared server. */
export interface ScratchDatabase {
  readonly url: string
  readonly name: string
  /** Ends its connections and removes it. */
  drop(): Promise<void>
}

/**
 * Makes an empty database with a random name on the server of this connection string, for a test to use and drop.
 * @param template a database to copy, for example one with the tables already made; nobody may be connected to it
 */
export async function createScratchDatabase(url: string, template = 'template0'): Promise<ScratchDatabase> {
  const name = `scratch_${randomBytes(8).toString('hex')}`
  await execute(url, `create database ${name} template ${pg.escapeIdentifier(template)}`)
  const scratchUrl = new URL(url)
  scratchUrl.pathname = `/${name}`
  return { url: scratchUrl.href, name, drop: () => execute(url, `drop database if exists ${name} with (force)`) }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
