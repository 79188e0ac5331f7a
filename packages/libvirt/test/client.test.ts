import { once } from 'node:events'
import { until } from '@basalt/testkit/wait'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EVENT_KINDS } from '../src/events.ts'
import { MESSAGE_STATUS, MESSAGE_TYPE } from '../src/framing.ts'
import {
  connectLibvirt,
  type DomainRef,
  type LibvirtClient,
  type LibvirtClientOptions,
  writeDomain,
  XdrWriter,
} from '../src/index.ts'
import { KEEPALIVE_PROGRAM, type PROCEDURES } from '../src/procedures.ts'
import { type Peer, type Received, startPeer } from './peer.ts'

const DOMAIN: DomainRef = { name: 'web', uuid: '6d7f3c1e-0a4b-4f6e-9c55-2f1f0f6b7a01', id: 1 }
const withCode = (code: string) => expect.objectContaining({ code })

let peer: Peer
let clients: LibvirtClient[]

beforeEach(async () => {
  peer = await startPeer()
  clients = []
})

afterEach(async () => {
  for (const client of clients) client.close()
  await peer.dispose()
})

const connect = async (options: LibvirtClientOptions = {}): Promise<LibvirtClient> => {
  const reconnect = { initialDelayMs: 1, maxDelayMs: 20 }
  const client = await connectLibvirt({ socketPath: peer.socketPath, reconnect, ...options })
  clients.push(client)
  return client
}

/** The calls of a procedure the peer has got and not answered yet. */
const collect = (procedure: keyof typeof PROCEDURES): Received[] => {
  const calls: Received[] = []
  peer.on(procedure, (received) => calls.push(received))
  return calls
}

/** Writes the body of an error reply. */
const writeError = (writer: XdrWriter, code: number, domain: number, message: string): XdrWriter => {
  writer.int32(code).int32(domain)
  writer.optional(message, (text) => writer.string(text)).int32(2)
  for (let i = 0; i < 4; i++) writer.uint32(0)
  return writer.int32(0).int32(0).uint32(0)
}

const answerHostname = () => peer.on('connectGetHostname', ({ reply }) => reply((w) => w.string('host-1')))

describe('connecting', () => {
  test('a libvirt older than 7.0 is refused with both versions named', async () => {
    peer.on('connectGetLibVersion', ({ reply }) => reply((w) => w.uint64(6_010_002n)))
    const error = await connect().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'LIBVIRT_TOO_OLD', message: expect.stringMatching(/6\.10\.2.*7\.0\.0/) })
  })

  test('SASL alone is refused, polkit is asked', async () => {
    peer.on('authList', ({ reply }) => reply((w) => w.array([1], (type) => w.int32(type))))
    await expect(connect()).rejects.toEqual(withCode('LIBVIRT_AUTH_UNSUPPORTED'))
    peer.on('authList', ({ reply }) => reply((w) => w.array([1, 2], (type) => w.int32(type))))
    peer.on('authPolkit', ({ reply }) => reply((w) => w.int32(1)))
    answerHostname()
    expect(await (await connect()).host.hostname()).toBe('host-1')
  })

  test('nobody listening is told with the cause', async () => {
    await peer.stop()
    const error = await connect().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED', cause: { syscall: 'connect' } })
  })

  test('a daemon that accepts and says nothing costs a deadline, not for ever', async () => {
    peer.on('authList', () => undefined)
    await expect(connect({ callTimeoutMs: 30 })).rejects.toEqual(withCode('LIBVIRT_CALL_TIMEOUT'))
  })
})

describe('calls', () => {
  test('replies find their calls in any order, and no more are under way than allowed', async () => {
    const libvirt = await connect({ maxInFlight: 2 })
    const calls = collect('domainLookupByName')
    const results = ['a', 'b', 'c'].map((name) => libvirt.domains.lookupByName(name))
    await until('two calls', () => calls.length === 2)
    const answer = (index: number, name: string) => calls[index]?.reply((w) => writeDomain(w, { ...DOMAIN, name }))
    answer(1, 'b')
    await until('the third call', () => calls.length === 3)
    answer(2, 'c')
    answer(0, 'a')
    expect((await Promise.all(results)).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test('a call past its deadline is rejected; its late reply disturbs nobody', async () => {
    const libvirt = await connect()
    const calls = collect('domainSuspend')
    await expect(libvirt.domains.suspend(DOMAIN, { timeoutMs: 20 })).rejects.toEqual(withCode('LIBVIRT_CALL_TIMEOUT'))
    calls[0]?.reply()
    answerHostname()
    expect(await libvirt.host.hostname()).toBe('host-1')
  })

  test('a call that waits for a slot is rejected at its deadline, and never sent', async () => {
    const libvirt = await connect({ maxInFlight: 1 })
    const calls = collect('domainSuspend')
    const first = libvirt.domains.suspend(DOMAIN)
    const second = libvirt.domains.suspend(DOMAIN, { timeoutMs: 20 })
    await expect(second).rejects.toEqual(withCode('LIBVIRT_CALL_TIMEOUT'))
    calls[0]?.reply()
    await first
    answerHostname()
    await libvirt.host.hostname()
    expect(calls).toHaveLength(1)
  })

  test('arguments that cannot be sent reject the call and leave the connection alone', async () => {
    const libvirt = await connect()
    answerHostname()
    await expect(libvirt.domains.lookupByName('a\0b')).rejects.toEqual(withCode('LIBVIRT_BAD_ARGUMENT'))
    await expect(libvirt.domains.lookupByUuid('a')).rejects.toEqual(withCode('LIBVIRT_BAD_ARGUMENT'))
    expect(await libvirt.host.hostname()).toBe('host-1')
  })

  test('an error number newer than this client keeps its number', async () => {
    const libvirt = await connect()
    peer.on('connectGetHostname', ({ reply }) => reply((w) => writeError(w, 9_999, 9_999, 'new'), MESSAGE_STATUS.error))
    await expect(libvirt.host.hostname()).rejects.toMatchObject({
      ...{ code: 'LIBVIRT_UNKNOWN_ERROR', errorNumber: 9_999, domain: 'UNKNOWN', message: 'new' },
    })
  })

  test('closing rejects what is under way, and every later call', async () => {
    const libvirt = await connect()
    const pending = libvirt.host.hostname()
    libvirt.close()
    await expect(pending).rejects.toEqual(withCode('LIBVIRT_CLOSED'))
    await expect(libvirt.host.hostname()).rejects.toEqual(withCode('LIBVIRT_CLOSED'))
  })
})

describe('a garbled peer', () => {
  const breaks = async (send: (received: Received) => void): Promise<void> => {
    const libvirt = await connect({ reconnect: { initialDelayMs: 60_000, maxDelayMs: 60_000 } })
    const disconnected = once(libvirt.connection, 'disconnected')
    peer.on('connectGetHostname', send)
    const rejected = expect(libvirt.host.hostname()).rejects.toEqual(withCode('LIBVIRT_PROTOCOL'))
    expect(await disconnected).toEqual([withCode('LIBVIRT_PROTOCOL')])
    await rejected
  }

  test.each<[string, (received: Received) => void]>([
    ['an impossible length', ({ socket }) => socket.write(Buffer.alloc(64, 0xff))],
    ['text', ({ socket }) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a reply cut short', ({ reply }) => reply((w) => w.uint32(400))],
    ['a reply too long', ({ reply }) => reply((w) => w.string('host').uint32(7))],
    ['a reply with an unknown status', ({ reply }) => reply((w) => w.string('host'), 9)],
    ['an error without a body', ({ reply }) => reply(undefined, MESSAGE_STATUS.error)],
    ['a reply to nothing', ({ send }) => send({ type: MESSAGE_TYPE.reply, serial: 77 })],
    ['a reply of another procedure', ({ send }) => send({ type: MESSAGE_TYPE.reply, procedure: 1 })],
    ['another version', ({ send }) => send({ type: MESSAGE_TYPE.reply, version: 2 })],
    ['an unknown type', ({ send }) => send({ type: 9 })],
    ['a call', ({ send }) => send({ type: MESSAGE_TYPE.call })],
    ['data of a stream never opened', ({ send }) => send({ type: MESSAGE_TYPE.stream, serial: 77 })],
  ])('%s ends the connection with a clear error', (_what, send) => breaks(send))

  test('an event that cannot be read ends the connection', async () => {
    const libvirt = await connect()
    peer.on('connectDomainEventCallbackRegisterAny', ({ reply }) => reply((w) => w.int32(0)))
    await libvirt.subscribe('lifecycle', () => undefined)
    const disconnected = once(libvirt.connection, 'disconnected')
    peer.on('connectGetHostname', ({ send }) =>
      send({ type: MESSAGE_TYPE.event, procedure: EVENT_KINDS.lifecycle.procedure, serial: 0 }, Buffer.alloc(8)),
    )
    const pending = expect(libvirt.host.hostname()).rejects.toEqual(withCode('LIBVIRT_PROTOCOL'))
    expect(await disconnected).toEqual([withCode('LIBVIRT_PROTOCOL')])
    await pending
  })

  test('no bytes make the client hang or fail otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const libvirt = await connect({ reconnect: { initialDelayMs: 60_000, maxDelayMs: 60_000 } })
        peer.on('connectGetHostname', ({ socket }) => socket.end(bytes))
        await expect(libvirt.host.hostname()).rejects.toMatchObject({
          code: expect.stringMatching(/^LIBVIRT_(PROTOCOL|DISCONNECTED)$/),
        })
        libvirt.close()
      }),
      { numRuns: 50 },
    )
  })
})

describe('keepalive', () => {
  const pingOf = (received: Received) => received.send({ program: KEEPALIVE_PROGRAM, procedure: 1, type: 2, serial: 0 })
  const isKeepalive = (procedure: number) => (received: Received) =>
    received.message.program === KEEPALIVE_PROGRAM && received.message.procedure === procedure

  test("the daemon's pings are answered", async () => {
    const libvirt = await connect()
    peer.on('connectGetHostname', pingOf)
    const pending = expect(libvirt.host.hostname()).rejects.toEqual(withCode('LIBVIRT_CLOSED'))
    await until('the pong', () => peer.received.some(isKeepalive(2)))
    libvirt.close()
    await pending
  })

  test('a silent daemon is pinged, then given up', async () => {
    const libvirt = await connect({ keepalive: { intervalMs: 10, maxUnanswered: 3 } })
    expect(await once(libvirt.connection, 'disconnected')).toEqual([withCode('LIBVIRT_DISCONNECTED')])
    expect(peer.received.filter(isKeepalive(1)).length).toBeGreaterThanOrEqual(3)
  })
})

describe('reconnecting', () => {
  test('what is under way is rejected, what comes meanwhile waits, events flow again', async () => {
    const libvirt = await connect()
    const registrations = collect('connectDomainEventCallbackRegisterAny')
    const reboots: DomainRef[] = []
    const subscribed = libvirt.subscribe('reboot', ({ domain }) => reboots.push(domain))
    await until('the registration', () => registrations.length === 1)
    registrations[0]?.reply((w) => w.int32(0))
    const stop = await subscribed

    const pending = libvirt.host.hostname()
    const failures: unknown[] = []
    libvirt.connection.on('reconnectFailed', (error) => failures.push(error))
    const disconnected = once(libvirt.connection, 'disconnected')
    const reconnected = once(libvirt.connection, 'reconnected')
    await peer.stop()
    await expect(pending).rejects.toEqual(withCode('LIBVIRT_DISCONNECTED'))
    expect(await disconnected).toEqual([withCode('LIBVIRT_DISCONNECTED')])
    const waiting = libvirt.host.hostname()
    const tooShort = await libvirt.host.hostname({ timeoutMs: 10 }).catch((error: unknown) => error)
    expect(tooShort).toMatchObject({ code: 'LIBVIRT_CALL_TIMEOUT', cause: { code: expect.any(String) } })
    await until('a failed attempt', () => failures.length > 0)

    answerHostname()
    await peer.listen()
    await until('the registration again', () => registrations.length === 2)
    registrations[1]?.reply((w) => w.int32(5))
    await reconnected
    expect(await waiting).toBe('host-1')
    const reboot = writeDomain(new XdrWriter().int32(5), DOMAIN).toBuffer()
    const sendReboot = () =>
      registrations[1]?.send({ type: MESSAGE_TYPE.event, procedure: EVENT_KINDS.reboot.procedure, serial: 0 }, reboot)
    sendReboot()
    await until('the event', () => reboots.length > 0)
    expect(reboots).toEqual([DOMAIN])
    stop()
    sendReboot()
    await libvirt.host.hostname()
    expect(reboots).toHaveLength(1)
  })

  test('a client closed while it reconnects stays closed', async () => {
    const libvirt = await connect()
    const failed = once(libvirt.connection, 'reconnectFailed')
    await peer.stop()
    await failed
    const waiting = expect(libvirt.host.hostname()).rejects.toEqual(withCode('LIBVIRT_CLOSED'))
    libvirt.close()
    await waiting
    const before = peer.received.length
    await peer.listen()
    expect(peer.received).toHaveLength(before)
  })
})

describe('streams', () => {
  const STREAM_STATUS = { end: MESSAGE_STATUS.ok, abort: MESSAGE_STATUS.error, data: MESSAGE_STATUS.more }

  const open = async () => {
    const opened = collect('domainOpenConsole')
    const libvirt = await connect()
    const opening = libvirt.openConsole(DOMAIN)
    await until('the console to be opened', () => opened.length === 1)
    opened[0]?.reply()
    const stream = await opening
    const send = (status: number, body?: Uint8Array) => opened[0]?.send({ type: MESSAGE_TYPE.stream, status }, body)
    const packets = () => peer.received.map(({ message }) => message).filter(({ type }) => type === MESSAGE_TYPE.stream)
    return { libvirt, stream, send, packets, socket: opened[0]?.socket }
  }

  test('end() sends all data and finishes when the daemon confirms', async () => {
    const { stream, send, packets } = await open()
    const data = Buffer.alloc(600_000, 'x')
    stream.end(data)
    await until('the finish', () => packets().some(({ status }) => status === STREAM_STATUS.end))
    const sent = packets().filter(({ status }) => status === STREAM_STATUS.data)
    expect(Buffer.concat(sent.map(({ body }) => body)).equals(data)).toBe(true)
    expect(Math.max(...sent.map(({ body }) => body.length))).toBeLessThanOrEqual(262_120)
    expect(stream.writableFinished).toBe(false)
    send(STREAM_STATUS.end)
    stream.resume()
    await until('the close', () => stream.closed)
    expect(stream.errored).toBeNull()
  })

  test('destroy() aborts', async () => {
    const { stream, packets, socket } = await open()
    stream.destroy()
    await until('the abort', () => packets().some(({ status }) => status === STREAM_STATUS.abort))
    await until('the connection of its own to end', () => socket?.destroyed === true)
  })

  test('a reader that stops makes the daemon wait, and loses nothing', async () => {
    const { stream, send, socket } = await open()
    const total = 8 * 1024 * 1024
    const block = Buffer.alloc(64 * 1024, 'y')
    for (let sent = 0; sent < total; sent += block.length) send(STREAM_STATUS.data, block)
    await until('data', () => stream.readableLength > 0)
    await until('the socket to fill up', () => (socket?.writableLength ?? 0) > total / 2)
    expect(stream.readableLength).toBeLessThan(total / 8)
    send(STREAM_STATUS.data, Buffer.alloc(0))
    let received = 0
    for await (const chunk of stream) received += (chunk as Buffer).length
    expect(received).toBe(total)
  })

  test('a writer waits for a daemon that does not read, and can still give up', async () => {
    const { stream, socket } = await open()
    socket?.pause()
    let written = 0
    const block = Buffer.alloc(64 * 1024)
    while (stream.write(block)) written += block.length
    expect(written).toBeLessThan(8 * 1024 * 1024)
    stream.destroy()
    await until('the stream to close', () => stream.closed)
  })

  test("the daemon's error fails the stream", async () => {
    const { stream, send } = await open()
    const failed = once(stream, 'error')
    send(STREAM_STATUS.abort, writeError(new XdrWriter(), 39, 38, 'I/O failure').toBuffer())
    expect(await failed).toMatchObject([{ code: 'LIBVIRT_RPC', domain: 'STREAMS', message: 'I/O failure' }])
  })

  test('a lost connection fails the stream, and closing the client destroys it', async () => {
    const first = await open()
    const failed = once(first.stream, 'error')
    peer.disconnect()
    expect(await failed).toMatchObject([{ code: 'LIBVIRT_DISCONNECTED' }])
    const second = await open()
    second.libvirt.close()
    await until('the stream to close', () => second.stream.closed)
  })

  test('a console that cannot be opened is refused with the reason, and its connection ends', async () => {
    const libvirt = await connect({ callTimeoutMs: 50 })
    const opened = collect('domainOpenConsole')
    await expect(libvirt.openConsole(DOMAIN)).rejects.toEqual(withCode('LIBVIRT_CALL_TIMEOUT'))
    await until('the connection to end', () => opened[0]?.socket.destroyed === true)
  })
})
