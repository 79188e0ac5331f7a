import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOutage, openDatabase } from '@basalt/kernel'
import { startPostgres } from '@basalt/postgres'
import { until } from '@basalt/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { startDatabaseServer } from './database-server.ts'

test('[core.isolation] the embedded database that was killed is started again, and answers are 503 until then', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'database-server-'))
  const settings = { dataDir: join(directory, 'data'), settings: { fsync: 'off' } }
  let pid: number | undefined
  const server = await startDatabaseServer(
    async () => {
      const started = await startPostgres(settings)
      pid = started.pid
      return started
    },
    { info() {}, error() {} },
  )
  const seen: boolean[] = []
  const database = openDatabase(server.url, {
    onChange(answers) {
      seen.push(answers)
      if (!answers) server.revive()
    },
  })
  onTestFinished(async () => {
    await database.close()
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  })
  await database.script('create table kept (id int); insert into kept values (1)')

  const former = pid as number
  process.kill(former, 'SIGKILL')
  const errors: unknown[] = []
  const ask = () =>
    database.query('select id from kept').catch((error: unknown) => {
      errors.push(error)
      return null
    })
  await until('the outage shows', async () => (await ask()) === null)
  const rows = await until('the database answers again', ask)

  expect(rows).toEqual([{ id: 1 }])
  await until('the start is over', () => pid !== former)
  expect(errors.every(isOutage)).toBe(true)
  expect(seen).toEqual([false, true])
})
