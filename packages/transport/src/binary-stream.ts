import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { transportError } from './errors.ts'

/** Longer writes are cut, so that neither side ever holds more than this in one message. */
const LARGEST_MESSAGE_BYTES = 64 * 1024
const NORMAL_CLOSURE = 1000

/** Options for the WebSocket of a stream, on both sides. */
export const STREAM_SOCKET_OPTIONS = {
  maxPayload: LARGEST_MESSAGE_BYTES,
  perMessageDeflate: false,
  // A slow reader may take this long to empty what was sent before the end.
  closeTimeout: 600_000,
} as const

/**
 * A byte stream over a WebSocket of its own. TCP carries the flow control: a reader that does not read pauses the socket, and a write
 * is done when the kernel has taken it. `end()` closes both directions. A connection that breaks off destroys the stream with
 * STREAM_BROKEN, so that a cut is never mistaken for the end.
 */
export function createBinaryStream(socket: WebSocket): Duplex {
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => send(socket, chunk, done),
    final(done) {
      socket.close(NORMAL_CLOSURE)
      done()
    },
    destroy(error, done) {
      if (error !== null || socket.readyState === socket.OPEN) socket.terminate()
      done(error)
    },
  })
  socket.on('message', (data: RawData) => {
    if (!stream.push(data)) socket.pause()
  })
  // The close event follows and tells all.
  socket.on('error', () => undefined)
  socket.once('close', (code) => {
    if (stream.destroyed) return
    if (code === NORMAL_CLOSURE) stream.push(null)
    else stream.destroy(transportError('STREAM_BROKEN', `The stream's connection broke off (code ${code}).`))
  })
  return stream
}

function send(socket: WebSocket, chunk: Buffer, done: (error?: Error | null) => void): void {
  const message = chunk.subarray(0, LARGEST_MESSAGE_BYTES)
  const rest = chunk.subarray(LARGEST_MESSAGE_BYTES)
  socket.send(message, { binary: true }, (error) => {
    if (error || rest.length === 0) done(error)
    else send(socket, rest, done)
  })
}
