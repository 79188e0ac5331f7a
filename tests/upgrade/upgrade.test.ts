/** From every frozen version, with data, to what the tree is now. */
import { isFor, type Kind, pathOf, type Resource, tableName } from '@basalt/resource'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expandSteps, unusedOf } from '../../tools/migrations/derive.ts'
import { fallbacksOf } from '../../tools/migrations/line.ts'
import { type Shape, shapeOf } from '../../tools/migrations/shape.ts'
import { followStream } from '../slice/support/event-stream.ts'
import {
  commonColumns,
  databaseOf,
  emptyDatabase,
  keptOf,
  lines,
  pluginsOf,
  rowsOf,
  schemaOf,
  type TestDatabase,
  upgrade,
  versions,
} from './support/frozen.ts'
import { SAMPLE_KEY, SAMPLE_SECRET } from './support/sample-cloud.ts'

const resources: readonly Resource[] = lines.flatMap((line) => line.resources)

/** As a new installation of the tree is. */
let fresh: Shape
/** As the definitions want it. */
let wanted: Shape
beforeAll(async () => {
  const [installed, defined] = [await emptyDatabase(), await emptyDatabase()]
  await upgrade(installed.database)
  fresh = await shapeOf(installed.database)
  for (const line of lines) await defined.database.script(line.fresh())
  wanted = await shapeOf(defined.database)
  await installed.close()
  await defined.close()
})

test('[core.resource] a version is frozen: there is something to upgrade from', () => {
  expect(versions.length).toBeGreaterThan(0)
})

test('[core.resource] a new installation has all that the definitions want; what else it has was frozen, and goes a version later', () => {
  expect(expandSteps(fresh, wanted, fallbacksOf(resources))).toEqual([])
  const latest = versions.at(-1) ?? ''
  const frozen = lines.flatMap((line) => Object.entries(keptOf(line, latest)?.shape.tables ?? {}))
  const known = new Map(frozen)
  // Triggers and functions are in no definition; they go with what they are for.
  const unused = unusedOf(fresh, wanted).filter(({ trigger, function: routine }) => !trigger && !routine)
  const alien = unused.filter(({ table = '', column }) =>
    column ? !known.get(table)?.columns[column] : !known.has(table),
  )
  expect(alien).toEqual([])
})

describe.each(versions)('from %s', (version) => {
  let left: TestDatabase
  let env: CloudEnvironment
  /** Ids of every kind that was there. */
  const ids = new Map<string, string[]>()

  beforeAll(async () => {
    left = await databaseOf(version)
    for (const resource of resources) {
      const table = tableName(resource)
      if (!lines.some((line) => keptOf(line, version)?.shape.tables[table])) continue
      const rows = await left.database.query<{ id: string }>(`select id from "${table}" order by id`)
      ids.set(
        resource.kind,
        rows.map(({ id }) => id),
      )
    }
  })
  afterAll(async () => {
    await env?.close()
    await left?.close()
  })

  test('[core.resource] its migrations make the schema that it had', async () => {
    const tables = Object.assign({}, ...lines.map((line) => keptOf(line, version)?.shape.tables))
    expect((await schemaOf(version)).tables).toEqual(tables)
  })

  test('[core.resource] [ops.upgrade] its database becomes what a new installation has, and keeps every value', async () => {
    const columns = commonColumns(await shapeOf(left.database), fresh)
    const before = await rowsOf(left.database, columns)
    await upgrade(left.database)
    expect(await shapeOf(left.database)).toEqual(fresh)
    expect(await rowsOf(left.database, columns)).toEqual(before)
  })

  test('[ops.upgrade] a node starts on it, people log in, and everything of every kind is read', async () => {
    const settings = { plugins: pluginsOf() }
    env = await cloud({ databaseUrl: left.url, masterKey: SAMPLE_KEY, inherited: true, recycleBin: true, settings })
    const served = (await env.call('operator', 'GET', '/v1/kinds')).body.items as Kind[]
    expect(served.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['vm', 'maintenanceWindow']))
    for (const resource of resources) {
      if (!isFor(resource.audience, 'operator') || !ids.has(resource.kind)) continue
      const path = pathOf(resource)
      const pages = [`${path}?limit=1000`, ...(resource.recycle ? [`${path}?limit=1000&recycled=true`] : [])]
      const items = (await Promise.all(pages.map((page) => env.items('operator', page)))).flat()
      const listed = items.map(({ id }) => id)
      expect(listed, resource.kind).toEqual(expect.arrayContaining(ids.get(resource.kind) ?? []))
    }
  })

  test('[ops.upgrade] what was sealed opens, and the audit verifies', async () => {
    const hooks = await env.controlPlane().store.all<{ secret: string }>('webhook', {})
    expect(hooks.map(({ secret }) => secret)).toContain(SAMPLE_SECRET)
    const { body } = await env.call('operator', 'POST', '/v1/audit/verify')
    expect(body).toMatchObject({ findings: [] })
    expect(body.rows).toBeGreaterThan(0)
  })

  test('[core.events] [ops.upgrade] who follows a VM reads all that happened to it, before and after', async () => {
    const [vm] = await env.items('ada', '/v1/vms?name=web')
    const credentials = { username: 'ada', password: env.passwords.ada }
    const { body } = await env.call(null, 'POST', '/v1/sessions', credentials)
    await env.ok('ada', 'PATCH', `/v1/vms/${vm?.id}`, { name: 'web after' })
    const { seen } = await followStream(
      env.controlPlane(),
      String(body.token),
      '0-0',
      `?resource=${vm?.id}`,
      (events) => events.at(-1)?.data.name === 'web after',
    )
    expect(seen[0]?.change).toBe('created')
    const versionsSeen = seen.map(({ data }) => data.version)
    expect(versionsSeen).toEqual(versionsSeen.map((_, index) => index + 1))
  })

  test('[ops.upgrade] work goes on: what was there is changed, what is new is made, what was deleted comes back', async () => {
    const zone = (await env.items('operator', '/v1/zones'))[0]?.id
    const network = await env.ok('ada', 'POST', '/v1/networks', { name: 'after', zone, cidr: '10.9.0.0/24' })
    await env.ok('ada', 'DELETE', `/v1/networks/${network.resource}`)
    const [binned] = await env.items('ada', '/v1/vms?recycled=true')
    await env.ok('ada', 'POST', `/v1/vms/${binned?.id}/undelete`)
    expect(await env.leftovers()).toEqual([])
  })
})
