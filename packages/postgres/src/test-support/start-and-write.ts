// A program for the tests: starts the server, commits one row, reports it on standard output, and stays until it is killed.
// Arguments: data directory, `true` or `false` for diesWithParent.
import pg from 'pg'
import { startPostgres } from '../start.ts'

const [dataDir = '', diesWithParent] = process.argv.slice(2)
const database = await startPostgres({ dataDir, diesWithParent: diesWithParent === 'true' })
const client = new pg.Client({ connectionString: database.url })
await client.connect()
await client.query('create table if not exists kept (writer int)')
await client.query('insert into kept values ($1)', [process.pid])
await client.end()
console.log(JSON.stringify({ pid: database.pid, adopted: database.adopted, uid: process.getuid?.() }))
setInterval(() => undefined, 60_000)
