import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { startOvsdbServer, type TestServer } from '../testing/server.ts'
import { connectOvsdb, named, type OvnNb, type OvsdbClient, ovnNb, type Uuid } from './index.ts'

const SCHEMA = { schemaPath: '/usr/share/ovn/ovn-nb.ovsschema', database: 'OVN_Northbound' }

let server: TestServer
let nb: OvsdbClient<OvnNb>

beforeAll(async () => {
  server = await startOvsdbServer(SCHEMA)
  nb = connectOvsdb({ schema: ovnNb, endpoints: [server.endpoint] })
  await nb.ready()
})

afterEach(async () => {
  await nb.transaction().delete('Logical_Switch', {}).delete('NB_Global', {}).commit()
})

afterAll(async () => {
  await nb.close()
  await server.dispose()
})

test('rows go in and come back as JavaScript values', async () => {
  const port = named('Logical_Switch_Port', 'port')
  const result = await nb
    .transaction()
    .insert('Logical_Switch_Port', { name: 'p1', addresses: ['02:00:00:00:00:01 10.0.0.2'], tag: 5 }, 'port')
    .insert('Logical_Switch', { name: 'blue', ports: [port], other_config: { subnet: '10.0.0.0/24' } }, 'network')
    .commit({ timeoutMs: 5_000, durable: true })
  const uuid = result.inserted('Logical_Switch_Port', 'port')
  expectTypeOf(uuid).toEqualTypeOf<Uuid<'Logical_Switch_Port'>>()

  const [network] = await nb.select('Logical_Switch', { name: 'blue' })
  expect(network).toMatchObject({ name: 'blue', ports: [uuid], other_config: { subnet: '10.0.0.0/24' }, copp: null })
  const [row] = await nb.select('Logical_Switch_Port', { _uuid: uuid })
  expect(row).toMatchObject({ _uuid: uuid, tag: 5, up: null, addresses: ['02:00:00:00:00:01 10.0.0.2'] })
})

test('update, mutate and delete count the rows they touch', async () => {
  await nb.transaction().insert('Logical_Switch', { name: 'a' }).insert('Logical_Switch', { name: 'b' }).commit()
  const result = await nb
    .transaction()
    .update('Logical_Switch', { name: 'a' }, { external_ids: { owner: 'x', shade: 'dark' } })
    .mutate('Logical_Switch', [['name', '!=', 'zz']], ['external_ids', 'insert', { kind: 'test' }])
    .mutate('Logical_Switch', {}, ['external_ids', 'delete', ['shade']])
    .select('Logical_Switch', [['external_ids', 'includes', { owner: 'x' }]], ['name', 'external_ids'])
    .delete('Logical_Switch', { name: 'b' })
    .commit()
  expect([0, 1, 2, 4].map((index) => result.count(index))).toEqual([1, 2, 2, 1])
  expect(result.rows('Logical_Switch', 3)).toEqual([{ name: 'a', external_ids: { kind: 'test', owner: 'x' } }])
})

test('a violated constraint names its code and leaves nothing behind', async () => {
  const transaction = nb
    .transaction()
    .insert('Logical_Switch', {
      name: 'kept-out',
      ports: [named('Logical_Switch_Port', 'one'), named('Logical_Switch_Port', 'two')],
    })
    .insert('Logical_Switch_Port', { name: 'same' }, 'one')
    .insert('Logical_Switch_Port', { name: 'same' }, 'two')
  await expect(transaction.commit()).rejects.toMatchObject({ code: 'constraint violation', operationIndex: null })
  expect(await nb.select('Logical_Switch', { name: 'kept-out' })).toEqual([])
})

test('a refused operation is named by its index', async () => {
  const transaction = nb
    .transaction()
    .comment('only a rehearsal')
    .insert('Logical_Switch', { name: 'never' })
    .insert('Load_Balancer', { name: 'lb', protocol: 'carrier-pigeon' as 'tcp' })
  await expect(transaction.commit()).rejects.toMatchObject({ code: 'constraint violation', operationIndex: 2 })
  await expect(nb.transaction().insert('NB_Global', {}).abort().commit()).rejects.toMatchObject({
    code: 'aborted',
    operationIndex: 1,
  })
  await expect(nb.transaction().assert('nobody_has_it').commit()).rejects.toMatchObject({ code: 'not owner' })
})

test('wait is a precondition, or waits for its time', async () => {
  await nb
    .transaction()
    .insert('NB_Global', { external_ids: { epoch: '4' } })
    .commit()
  const fenced = (epoch: string, timeoutMs: number) =>
    nb
      .transaction()
      .wait('NB_Global', [['external_ids', 'includes', { epoch }]], '!=', [], { timeoutMs })
      .update('NB_Global', {}, { name: `written in ${epoch}` })
      .commit()
  await fenced('4', 0)
  await expect(fenced('3', 0)).rejects.toMatchObject({ code: 'timed out', operationIndex: 0 })
  const waiting = fenced('5', 20_000)
  await nb
    .transaction()
    .update('NB_Global', {}, { external_ids: { epoch: '5' } })
    .commit()
  await waiting
  expect(await nb.select('NB_Global', {})).toMatchObject([{ name: 'written in 5' }])
})

test('a call past its deadline says whether anything may have happened', async () => {
  const waiting = nb.transaction().wait('NB_Global', {}, '!=', [], { timeoutMs: 60_000 }).commit({ timeoutMs: 50 })
  await expect(waiting).rejects.toMatchObject({
    code: 'outcome unknown',
    cause: expect.objectContaining({ code: 'deadline exceeded' }),
  })
  const nowhere = connectOvsdb({ schema: ovnNb, endpoints: [`unix:${server.directory}/nothing`] })
  await expect(nowhere.transaction().insert('NB_Global', {}).commit({ timeoutMs: 50 })).rejects.toMatchObject({
    code: 'deadline exceeded',
    cause: expect.objectContaining({ code: 'disconnected' }),
  })
  await nowhere.close()
})

test('a lock has one holder, passes on, and can be stolen', async () => {
  const other = connectOvsdb({ schema: ovnNb, endpoints: [server.endpoint] })
  const mine = nb.lock('leader')
  await mine.held({ timeoutMs: 5_000 })
  const theirs = other.lock('leader')
  await other.ready()
  await nb.transaction().assert('leader').commit()
  await expect(other.transaction().assert('leader').commit()).rejects.toMatchObject({ code: 'not owner' })
  await mine.release()
  await theirs.held({ timeoutMs: 5_000 })
  const thief = nb.lock('leader', { steal: true })
  await thief.held({ timeoutMs: 5_000 })
  await other.call('echo', [])
  expect(theirs.isHeld()).toBe(false)
  await thief.release()
  await other.close()
})

test('a closed client refuses calls', async () => {
  const client = connectOvsdb({ schema: ovnNb, endpoints: [server.endpoint] })
  await client.ready()
  await client.close()
  await client.close()
  await expect(client.select('NB_Global', {})).rejects.toMatchObject({ code: 'closed' })
})
