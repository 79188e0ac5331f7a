import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { startOvsdbServer, type TestServer, untilState } from '../testing/server.ts'
import { connectOvsdb, named, type OvnNb, type OvsdbClient, ovnNb, type RowEvent } from './index.ts'

const SCHEMA = { schemaPath: '/usr/share/ovn/ovn-nb.ovsschema', database: 'OVN_Northbound' }
const TIMEOUT = { timeoutMs: 10_000 }
const REQUEST = { Logical_Switch: ['name', 'ports', 'external_ids'], Logical_Switch_Port: 'all' } as const

const open: { dispose(): Promise<void> }[] = []

async function start(clustered: boolean): Promise<TestServer> {
  const server = await startOvsdbServer({ ...SCHEMA, clustered })
  open.push(server)
  return server
}

function connect(...endpoints: string[]): OvsdbClient<OvnNb> {
  const backoff = { initialMs: 10, maxMs: 50 }
  const client = connectOvsdb({ schema: ovnNb, endpoints, backoff })
  open.push({ dispose: client.close })
  return client
}

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.dispose()
})

/** Kills the server and resolves when the clients have noticed: a call before that may have an unknown outcome. */
async function kill(server: TestServer, ...clients: OvsdbClient<OvnNb>[]): Promise<void> {
  const noticed = clients.map((client) => untilState(client, 'connecting'))
  await server.kill()
  await Promise.all(noticed)
}

const insertSwitch = (client: OvsdbClient<OvnNb>, name: string) =>
  client.transaction().insert('Logical_Switch', { name }).commit(TIMEOUT)

describe('on one server', () => {
  let server: TestServer
  let nb: OvsdbClient<OvnNb>

  beforeEach(async () => {
    server = await start(false)
    nb = connect(server.endpoint)
  })

  test('a replica follows inserts, changes and deletions', async () => {
    await insertSwitch(nb, 'before')
    const replica = await nb.monitor(REQUEST)
    const events: RowEvent<OvnNb, typeof REQUEST>[] = []
    replica.onChange((batch) => events.push(...batch))
    const switches = replica.table('Logical_Switch')
    expect([...switches.rows()].map((row) => row.name)).toEqual(['before'])
    expectTypeOf(switches.by('name', 'x')[0]?.ports).not.toBeNever()

    const port = named('Logical_Switch_Port', 'p')
    await nb
      .transaction()
      .insert('Logical_Switch_Port', { name: 'p', options: { a: '1' } }, 'p')
      .update('Logical_Switch', { name: 'before' }, { name: 'after', ports: [port], external_ids: { x: 'y' } })
      .commit(TIMEOUT)
    // Updates come before the reply to the transaction that caused them.
    const ports = replica.table('Logical_Switch_Port')
    expect(switches.by('name', 'before')).toEqual([])
    expect(switches.by('name', 'after')[0]).toMatchObject({
      external_ids: { x: 'y' },
      ports: [ports.by('name', 'p')[0]?._uuid],
    })

    const steps: Pick<OvnNb['Logical_Switch_Port'], 'tag' | 'options' | 'addresses'>[] = [
      { tag: 5, options: { a: '2', b: '3' }, addresses: ['x', 'y'] },
      { tag: 6, options: { b: '3' }, addresses: ['y', 'z'] },
      { tag: null, options: {}, addresses: ['z'] },
    ]
    for (const step of steps) {
      await nb.transaction().update('Logical_Switch_Port', { name: 'p' }, step).commit(TIMEOUT)
      const row = ports.by('name', 'p')[0]
      expect({ ...row, addresses: [...(row?.addresses ?? [])].sort() }).toMatchObject(step)
    }
    await nb.transaction().delete('Logical_Switch', {}).commit(TIMEOUT)
    expect([switches.size, ports.size]).toEqual([0, 0])
    expect(
      events.filter(({ table }) => table === 'Logical_Switch').map(({ before, after }) => [before?.name, after?.name]),
    ).toEqual([
      ['before', 'after'],
      ['after', undefined],
    ])
  })

  test('conditions replicate only matching rows', async () => {
    const replica = await nb.monitor({ Logical_Switch: { columns: ['name'], where: [['name', '==', 'mine']] } })
    await insertSwitch(nb, 'theirs')
    await insertSwitch(nb, 'mine')
    expect([...replica.table('Logical_Switch').rows()].map((row) => row.name)).toEqual(['mine'])
  })

  test('waitFor resolves on the change, or rejects at its deadline, on abort and on close', async () => {
    const replica = await nb.monitor(REQUEST)
    const found = replica.waitFor((copy) => copy.table('Logical_Switch').by('name', 'awaited')[0], TIMEOUT)
    await insertSwitch(nb, 'awaited')
    expect((await found).name).toBe('awaited')
    const never = (options: { timeoutMs: number; signal?: AbortSignal }) => replica.waitFor(() => false, options)
    await expect(never({ timeoutMs: 10 })).rejects.toMatchObject({ code: 'deadline exceeded' })
    await expect(never({ ...TIMEOUT, signal: AbortSignal.timeout(10) })).rejects.toMatchObject({ name: 'TimeoutError' })
    const pending = expect(never(TIMEOUT)).rejects.toMatchObject({ code: 'closed' })
    await replica.close()
    await pending
    await insertSwitch(nb, 'unseen')
    expect(replica.table('Logical_Switch').by('name', 'unseen')).toEqual([])
  })

  test('a refused request rejects and does not harm the connection', async () => {
    await nb.ready()
    const wrong = { Logical_Switch: { where: [['name', 'between' as '==', 'x']] } } as const
    await expect(nb.monitor(wrong)).rejects.toMatchObject({ code: 'unknown function' })
    expect(nb.state()).toMatchObject({ kind: 'ready' })
  })

  test('after kill -9 and a restart the replica loads again and reports only differences', async () => {
    await insertSwitch(nb, 'old')
    const replica = await nb.monitor(REQUEST)
    const events: (string | undefined)[] = []
    replica.onChange((batch) => events.push(...batch.map(({ before, after }) => (before ?? after)?.name)))
    await kill(server, nb)
    server.start()
    await insertSwitch(nb, 'new')
    await replica.waitFor((copy) => copy.isCurrent() && copy.table('Logical_Switch').by('name', 'new')[0], TIMEOUT)
    expect(events).toEqual(['new'])
    expect(replica.loads).toEqual({ full: 2, resumed: 0 })
  })

  test('calls wait for the server to return, those in flight learn that their outcome is unknown', async () => {
    await nb.ready()
    const inFlight = nb.transaction().wait('NB_Global', {}, '!=', [], { timeoutMs: 60_000 }).commit(TIMEOUT)
    const lost = expect(inFlight).rejects.toMatchObject({ code: 'outcome unknown' })
    await nb.call('list_dbs', [])
    await kill(server, nb)
    await lost
    const waiting = insertSwitch(nb, 'patient')
    server.start()
    await waiting
    expect(await nb.select('Logical_Switch', {}, TIMEOUT)).toMatchObject([{ name: 'patient' }])
  })

  test('a queued lock is queued again after a restart', async () => {
    const lock = nb.lock('leader')
    await lock.held(TIMEOUT)
    await kill(server, nb)
    server.start()
    await nb.call('list_dbs', [], TIMEOUT)
    await lock.held(TIMEOUT)
    await nb.transaction().assert('leader').commit(TIMEOUT)
  })
})

describe('in a cluster', () => {
  test('a replica resumes after the last transaction it has seen', async () => {
    const server = await start(true)
    const [nb, other] = [connect(server.endpoint), connect(server.endpoint)]
    await insertSwitch(nb, 'old')
    const replica = await nb.monitor(REQUEST)
    const events: (string | undefined)[] = []
    replica.onChange((batch) => events.push(...batch.map(({ before, after }) => (before ?? after)?.name)))
    nb.reconnect()
    await insertSwitch(other, 'missed')
    await replica.waitFor((copy) => copy.table('Logical_Switch').by('name', 'missed')[0], TIMEOUT)
    expect(replica.loads).toEqual({ full: 1, resumed: 1 })

    await kill(server, nb, other)
    server.start()
    await insertSwitch(other, 'later')
    await replica.waitFor((copy) => copy.table('Logical_Switch').by('name', 'later')[0], TIMEOUT)
    expect(replica.loads).toEqual({ full: 1, resumed: 2 })
    expect(events).toEqual(['missed', 'later'])
  })

  test('a client that wants the leader finds it, and follows it', async () => {
    const first = await start(true)
    const bootstrap = connect(first.endpoint)
    await bootstrap.ready(TIMEOUT)
    const members = [first]
    for (let count = 0; count < 2; count++) {
      const member = await startOvsdbServer({ ...SCHEMA, clustered: first })
      open.push(member)
      members.push(member)
    }
    const endpoints = members.map((member) => member.endpoint)
    for (const endpoint of endpoints) await connect(endpoint).ready({ timeoutMs: 20_000 })

    const backoff = { initialMs: 10, maxMs: 50 }
    const nb = connectOvsdb({ schema: ovnNb, endpoints: endpoints.reverse(), leaderOnly: true, backoff })
    open.push({ dispose: nb.close })
    await nb.ready({ timeoutMs: 20_000 })
    expect(nb.state()).toMatchObject({ kind: 'ready', endpoint: first.endpoint })
    const replica = await nb.monitor(REQUEST)
    await kill(first, nb)
    await nb.transaction().insert('Logical_Switch', { name: 'survived' }).commit({ timeoutMs: 20_000 })
    await replica.waitFor((copy) => copy.table('Logical_Switch').by('name', 'survived')[0], TIMEOUT)
    expect(nb.state()).not.toMatchObject({ endpoint: first.endpoint })
  })
})
