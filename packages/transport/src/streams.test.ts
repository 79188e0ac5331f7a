import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, connect as netConnect } from 'node:net'
import { Duplex, PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { STREAM_PATH } from '@basalt/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Cloud, startCloud } from './test-support/cloud.ts'
import { tlsOptionsOf } from './tls-options.ts'

let cloud: Cloud

beforeEach(async () => {
  cloud = await startCloud()
})
afterEach(() => cloud.stop())

const MEBIBYTE = 1024 * 1024

test('bytes pass both ways to a local socket and the end passes too', async () => {
  const echo = createServer((socket) => socket.pipe(socket))
  const path = `${cloud.directory}/vnc.sock`
  echo.listen(path)
  await once(echo, 'listening')
  const vnc = async ({ display }: { display: string }) => {
    expect(display).toBe('main')
    const socket = netConnect(path)
    await once(socket, 'connect')
    return socket
  }
  await cloud.agent('host-1', { streams: { vnc } })
  const stream = await cloud.hub.openStream('host-1', 'vnc', { display: 'main' })
  const payload = randomBytes(3 * MEBIBYTE)
  stream.write(payload)
  const received: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stream) {
    received.push(chunk as Buffer)
    sizeBytes += (chunk as Buffer).length
    if (sizeBytes === payload.length) break
  }
  expect(Buffer.concat(received).equals(payload)).toBe(true)
  echo.close()
})

test('a slow reader stops the sender, memory stays bounded, and nothing is lost', async () => {
  const block = randomBytes(MEBIBYTE)
  const blocks = 128
  let produced = 0
  const source = new Readable({
    read() {
      produced += 1
      this.push(produced <= blocks ? block : null)
    },
  })
  const serial = async () => Duplex.from({ readable: source, writable: new PassThrough().resume() })
  await cloud.agent('host-1', { streams: { serial } })
  const stream = await cloud.hub.openStream('host-1', 'serial', {})
  const [expected, received] = [createHash('sha256'), createHash('sha256')]
  for (let n = 0; n < blocks; n++) expected.update(block)
  let [consumedBytes, largestLagBytes] = [0, 0]
  for await (const chunk of stream) {
    received.update(chunk as Buffer)
    consumedBytes += (chunk as Buffer).length
    // The sender gets many turns for each of ours; only flow control holds it back.
    for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve))
    largestLagBytes = Math.max(largestLagBytes, produced * MEBIBYTE - consumedBytes)
  }
  expect(received.digest('hex')).toBe(expected.digest('hex'))
  expect(largestLagBytes).toBeGreaterThan(MEBIBYTE)
  expect(largestLagBytes).toBeLessThan((blocks / 4) * MEBIBYTE)
})

test('a cut is told apart from the end', async () => {
  const serial = async () => new PassThrough()
  await cloud.agent('host-1', { streams: { serial } })
  const stream = await cloud.hub.openStream('host-1', 'serial', {})
  const failed = once(stream, 'end')
  stream.resume()
  cloud.cut()
  await expect(failed).rejects.toMatchObject({ code: 'STREAM_BROKEN' })
})

test('the end of the control side reaches the host', async () => {
  const local = new PassThrough()
  const collected: Buffer[] = []
  const host = Duplex.from({ writable: local, readable: new PassThrough() })
  local.on('data', (chunk: Buffer) => collected.push(chunk))
  const ended = once(local, 'end')
  await cloud.agent('host-1', { streams: { serial: async () => host } })
  const stream = await cloud.hub.openStream('host-1', 'serial', {})
  await pipeline(Readable.from([Buffer.from('last '), Buffer.from('words')]), stream).catch(() => undefined)
  await ended
  expect(Buffer.concat(collected).toString()).toBe('last words')
})

test('what the host cannot open is told, and so is a host that is not there', async () => {
  const vnc = async () => {
    throw Object.assign(new Error('The VM has no display.'), { code: 'NO_DISPLAY' })
  }
  await cloud.agent('host-1', { streams: { vnc } })
  await expect(cloud.hub.openStream('host-1', 'vnc', {})).rejects.toMatchObject({ code: 'NO_DISPLAY' })
  await expect(cloud.hub.openStream('host-1', 'serial', {})).rejects.toMatchObject({ code: 'STREAM_KIND_UNKNOWN' })
  await expect(cloud.hub.openStream('host-9', 'vnc', {})).rejects.toMatchObject({ code: 'HOST_DISCONNECTED' })
})

test('a host that does not open in time, or another host, gets no stream', async () => {
  await cloud.agent('host-1', { streams: { vnc: () => new Promise<never>(() => undefined) } })
  const opening = cloud.hub.openStream('host-1', 'vnc', {}, { timeoutMs: 100 })
  await expect(opening).rejects.toMatchObject({ code: 'HOST_TIMEOUT' })
  for (const name of ['', 'guess', '..%2Fcontrol']) {
    const socket = new WebSocket(`${cloud.url}${STREAM_PATH}${name}`, tlsOptionsOf(await cloud.identity('host-2')))
    await expect(once(socket, 'open')).rejects.toThrow('404')
  }
})
