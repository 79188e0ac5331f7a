/** How the database finds the rows of statements that are planned once and written again and again. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database as Server, startPostgres } from '@basalt/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../database.ts'
import { resourcesOf } from '../kernel.ts'
import { schemaDdl } from '../schema.ts'
import { createSealer } from '../sealing.ts'
import { createStore } from '../store.ts'
import { newTask } from '../tasks/row.ts'
import { SYSTEM } from './system-sql.ts'

let server: Server
let directory: string
let database: Database

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plans-'))
  server = await startPostgres({ dataDir: join(directory, 'data') })
  database = openDatabase(server.url)
  await database.script(schemaDdl(resourcesOf([])))
})
afterAll(async () => {
  await database.close()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

function anOpenTask() {
  const [id, resource, account] = [randomUUID(), randomUUID(), randomUUID()]
  const caller = { user: account, account, operator: false }
  const accepted = { id, title: 'box.open', account, action: 'box.open', resourceKind: 'box', resource, caller }
  const begun = { state: 'running', previousState: null, message: '', step: 'lift', request: null, trace: null }
  const payload = { input: {}, ids: {}, claims: [] }
  return newTask(accepted, { name: 'box.open', version: 1 }, 'one', { ...begun, payload })
}

test('[core.saga] [core.scale] a fence looks at its own task, however few were open when that was planned', async () => {
  const store = createStore(database, resourcesOf([]), createSealer(Buffer.alloc(32)))
  await store.commit(Array.from({ length: 1_000 }, anOpenTask))
  await database.script('update task set finished_at = now(); analyze task')
  const plan = await database.flush((query) =>
    query<{ 'QUERY PLAN': string }>(`explain ${SYSTEM.fence}`, [JSON.stringify([{ task: randomUUID(), epoch: 1 }])]),
  )
  const text = plan.map((row) => row['QUERY PLAN']).join('\n')
  expect(text).toContain('task_pkey')
  expect(text).not.toContain('task_open_idx')
})
