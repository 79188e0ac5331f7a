import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@basalt/testkit/ports'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Connection, type ConnectionOptions, createConnection } from './connection.ts'
import { openSocket } from './endpoint.ts'
import { OvsdbError } from './errors.ts'
import { createJsonFramer } from './framing.ts'
import type { JsonObject } from './json.ts'

let directory: string
let listener: net.Server
let peer: net.Socket
let connection: Connection
const notifications: unknown[] = []

async function connect(options: Partial<ConnectionOptions> = {}): Promise<void> {
  const path = join(directory, 'sock')
  listener = net.createServer().listen(path)
  await once(listener, 'listening')
  const accepted = once(listener, 'connection')
  const socket = await openSocket({ kind: 'unix', path }, { timeoutMs: 5_000 })
  peer = ((await accepted) as [net.Socket])[0]
  connection = createConnection(socket, {
    onNotification: (method, params) => notifications.push([method, params]),
    probeIntervalMs: 0,
    ...options,
  })
}

/** The next message our side sends to the peer. */
async function received(): Promise<JsonObject> {
  const framer = createJsonFramer()
  for (;;) {
    const [chunk] = (await once(peer, 'data')) as [Buffer]
    const [message] = framer.push(chunk)
    if (message !== undefined) return message
  }
}

beforeEach(async () => {
  notifications.length = 0
  directory = await mkdtemp(join(tmpdir(), 'ovsdb-'))
})

afterEach(async () => {
  connection.close(new OvsdbError('closed', 'the test ended'))
  peer.destroy()
  listener.close()
  await rm(directory, { recursive: true, force: true })
})

test('an echo request is answered with its parameters', async () => {
  await connect()
  peer.write('{"id":"x","method":"echo","params":["are","you","there"]}')
  expect(await received()).toEqual({ id: 'x', result: ['are', 'you', 'there'], error: null })
})

test('silence is probed, and a peer that stays silent is given up', async () => {
  await connect({ probeIntervalMs: 20 })
  expect(await received()).toMatchObject({ method: 'echo', params: [] })
  expect(await connection.closed).toMatchObject({ code: 'disconnected', details: 'no traffic for 40 ms' })
})

test('replies find their calls in any order, notifications their handler', async () => {
  await connect()
  const calls = [connection.call('first', [], 5_000), connection.call('second', [], 5_000)]
  await received()
  peer.write('{"id":99,"result":"unasked","error":null}{"id":2,"result":"b","error":null}')
  peer.write('{"id":null,"method":"update","params":[1]}{"id":1,"result":null,"error":"unknown monitor"}')
  expect(await calls[1]).toBe('b')
  await expect(calls[0]).rejects.toMatchObject({ code: 'unknown monitor' })
  expect(notifications).toEqual([['update', [1]]])
})

test('a lost connection leaves the outcome of transactions, and only theirs, unknown', async () => {
  await connect()
  const transaction = connection.call('transact', ['db'], 5_000)
  const read = connection.call('get_schema', ['db'], 5_000)
  await received()
  peer.destroy()
  await expect(transaction).rejects.toMatchObject({ code: 'outcome unknown' })
  await expect(read).rejects.toMatchObject({ code: 'disconnected' })
  await expect(connection.call('transact', ['db'], 5_000)).rejects.toMatchObject({ code: 'disconnected' })
})

test('a transaction past its deadline is cancelled', async () => {
  await connect()
  const transaction = connection.call('transact', ['db'], 20)
  expect(await received()).toMatchObject({ method: 'transact', id: 1 })
  const cancel = received()
  await expect(transaction).rejects.toMatchObject({ code: 'outcome unknown' })
  expect(await cancel).toEqual({ id: null, method: 'cancel', params: [1] })
})

test.each([
  ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n', 'protocol error'],
  ['parameters that are no array', '{"method":"update","params":7}', 'protocol error'],
  ['an endless message', `{"x":"${'x'.repeat(5_000)}`, 'message too large'],
])('%s ends the connection and fails its calls', async (_, bytes, code) => {
  await connect({ maxMessageBytes: 1_000 })
  const call = connection.call('list_dbs', [], 5_000)
  peer.write(bytes)
  await expect(call).rejects.toMatchObject({ code: 'disconnected', cause: expect.objectContaining({ code }) })
  expect(await connection.closed).toMatchObject({ code })
})

test('opening a socket can be given up', async () => {
  await connect()
  const stopping = new AbortController()
  // A TLS handshake that the peer never answers.
  const port = await freePort()
  const silent = net.createServer().listen(port, '127.0.0.1')
  await once(silent, 'listening')
  const accepted = once(silent, 'connection')
  const tls = { ca: '', cert: '', key: '' }
  const opening = openSocket(
    { kind: 'ssl', host: '127.0.0.1', port },
    { timeoutMs: 10_000, tls, signal: stopping.signal },
  )
  const givenUp = expect(opening).rejects.toMatchObject({ code: 'closed' })
  const [stuck] = (await accepted) as [net.Socket]
  stopping.abort()
  await givenUp
  stuck.destroy()
  silent.close()
})
