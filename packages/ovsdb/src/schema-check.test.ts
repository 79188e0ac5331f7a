import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { firstOutcome, startOvsdbServer } from '../testing/server.ts'
import { backoffDelayMs, compareSchema, connectOvsdb, defineDatabase, ovnNb, ovnSb, vswitch } from './index.ts'
import type { Json } from './json.ts'

const readSchema = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Json
const NB_PATH = '/usr/share/ovn/ovn-nb.ovsschema'

test.each([
  [ovnNb, NB_PATH],
  [ovnSb, '/usr/share/ovn/ovn-sb.ovsschema'],
  [vswitch, '/usr/share/openvswitch/vswitch.ovsschema'],
])('a generated schema equals its source', (schema, path) => {
  const difference = compareSchema<object>(schema as typeof schema & { rowTypes?: object }, readSchema(path))
  expect(difference).toEqual({ serverVersion: schema.version, missing: [], changed: [] })
})

interface Future {
  readonly Logical_Switch: { readonly name: string; readonly ports: string; readonly mood: string }
  readonly Hologram: { readonly name: string }
}

const future = defineDatabase<Future>('OVN_Northbound', '99.0.0', {
  Logical_Switch: { name: 'string', ports: 'string', mood: 'string' },
  Hologram: { name: 'string' },
})

test('missing tables and columns and changed types are named', () => {
  expect(compareSchema(future, readSchema(NB_PATH))).toMatchObject({
    missing: ['Logical_Switch.mood', 'Hologram'],
    changed: ['Logical_Switch.ports'],
  })
  const needs = { Logical_Switch: ['name'] } as const
  expect(compareSchema(future, readSchema(NB_PATH), needs)).toMatchObject({ missing: [], changed: [] })
})

test('a client whose needs the server does not meet is not connected', async () => {
  const server = await startOvsdbServer({ schemaPath: NB_PATH, database: 'OVN_Northbound' })
  const local = connectOvsdb({ schema: ovnNb, endpoints: [server.endpoint] })
  await local.ready()
  await local.close()
  const ask = async (client: ReturnType<typeof connectOvsdb<Future>>) => {
    const state = await firstOutcome(client)
    await client.close()
    return state.kind === 'connecting' ? state.error : state
  }
  const endpoints = [server.endpoint]
  expect(await ask(connectOvsdb({ schema: future, endpoints }))).toMatchObject({ code: 'schema mismatch' })
  const needs = { Logical_Switch: ['name'] } as const
  expect(await ask(connectOvsdb({ schema: future, endpoints, needs }))).toMatchObject({ kind: 'ready' })
  const other = { ...future, name: 'Elsewhere' }
  expect(await ask(connectOvsdb({ schema: other, endpoints }))).toMatchObject({ code: 'unknown database' })
  await server.dispose()
})

test('delays grow to their bound, half of them random', () => {
  const backoff = { initialMs: 100, maxMs: 1_000 }
  const lowest = [0, 1, 2, 3, 4, 2_000].map((round) => backoffDelayMs(round, backoff, 0))
  const highest = [0, 1, 2, 3, 4, 2_000].map((round) => backoffDelayMs(round, backoff, 1))
  expect(lowest).toEqual([50, 100, 200, 400, 500, 500])
  expect(highest).toEqual([100, 200, 400, 800, 1_000, 1_000])
})
