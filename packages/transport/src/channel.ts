import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { encode } from './frames.ts'

/** Why a control channel was closed, as WebSocket close codes (RFC 6455, 7.4.2: 4000-4999 are the application's). */
export const CLOSE = {
  normal: 1000,
  invalidMessage: 4400,
  refused: 4403,
  silent: 4408,
  replaced: 4409,
  /** Another node has fewer hosts; the reason is its URL, when known. */
  moved: 4410,
  overloaded: 4429,
} as const

/** A peer that reads so slowly that this much piles up is cut off: the rest of the process matters more. */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024
/** Progress is worth less than results and goes first when the peer reads slowly. */
const MAX_BUFFERED_BYTES_FOR_PROGRESS = 1024 * 1024
/** After so many intervals without a sign of life a side counts as gone, where both ping at every interval. */
export const SILENT_INTERVALS = 3
/** How long a closing handshake may take before the socket is cut. */
const CLOSE_TIMEOUT_MS = 2000

/** JSON messages over one WebSocket. */
export interface Channel<Out> {
  /** Sends now, in one write, or drops the messages when the socket is no longer open. @throws TransportError MESSAGE_TOO_LARGE */
  send(...messages: Out[]): void
  /** Begins to ping, and cuts the connection when nothing at all has come for `silentMs`. */
  keepAlive(pace: { readonly pingMs: number; readonly silentMs: number }): void
  /** The same where the other side pings. */
  expectPings(pace: { readonly pingMs: number; readonly silentMs: number }): void
  /** Asks for a sign of life. */
  ping(): void
  /** Since when nothing at all has come from the peer. */
  silentForMs(): number
  /** Closes with a reason of at most 123 bytes, and cuts the socket if the peer does not answer. */
  close(code: number, reason: string): void
  /** Ends the connection at once; not a byte follows. */
  cut(): void
}

export interface ChannelHandlers<In> {
  parse(json: string): In
  onMessage(message: In): void
  /** Called once, however the connection ended. */
  onClose(code: number, reason: string): void
}

/**
 * Frames an open or opening WebSocket. A message that cannot be understood closes it, since what follows cannot be trusted.
 * @param wire what the WebSocket writes to, where that is known
 */
export function createChannel<In, Out extends { readonly type: string }>(
  socket: WebSocket,
  handlers: ChannelHandlers<In>,
  wire?: Duplex,
): Channel<Out> {
  let lastSignMs = performance.now()
  let keepAliveTimer: NodeJS.Timeout | undefined

  const silentForMs = (): number => performance.now() - lastSignMs
  function ping(): void {
    if (socket.readyState === socket.OPEN) socket.ping()
  }
  /** Twice for each ping, so that silence is noticed in time. */
  function everyHalf({ pingMs, silentMs }: { pingMs: number; silentMs: number }, onLife: () => void): void {
    clearInterval(keepAliveTimer)
    keepAliveTimer = setInterval(() => (silentForMs() >= silentMs ? socket.terminate() : onLife()), pingMs / 2)
  }
  function close(code: number, reason: string): void {
    socket.close(code, reason.slice(0, 120))
    setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref()
  }
  function receive(data: RawData, isBinary: boolean): void {
    lastSignMs = performance.now()
    // Frames still arrive after close() until the peer answers it.
    if (socket.readyState !== socket.OPEN) return
    let message: In
    try {
      if (isBinary) throw new Error('A binary message.')
      message = handlers.parse(String(data))
    } catch (error) {
      close(CLOSE.invalidMessage, (error as Error).message)
      return
    }
    handlers.onMessage(message)
  }
  function send(message: Out): void {
    if (socket.readyState !== socket.OPEN) return
    if (message.type === 'progress' && socket.bufferedAmount > MAX_BUFFERED_BYTES_FOR_PROGRESS) return
    socket.send(encode(message))
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate()
  }
  function isAlive(): void {
    lastSignMs = performance.now()
  }
  socket.on('message', receive)
  socket.on('ping', isAlive)
  socket.on('pong', isAlive)
  // The close event follows and tells all.
  socket.on('error', () => undefined)
  socket.once('close', (code, reason) => {
    clearInterval(keepAliveTimer)
    handlers.onClose(code, reason.toString())
  })
  return {
    close,
    cut: () => socket.terminate(),
    send(...messages) {
      wire?.cork()
      try {
        for (const message of messages) send(message)
      } finally {
        wire?.uncork()
      }
    },
    ping,
    silentForMs,
    keepAlive(pace) {
      let isDue = false
      everyHalf(pace, () => {
        isDue = !isDue
        if (isDue) ping()
      })
    },
    expectPings: (pace) => everyHalf(pace, () => undefined),
  }
}
