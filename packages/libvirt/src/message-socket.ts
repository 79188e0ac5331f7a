import { connect, type Socket } from 'node:net'
import { LibvirtError } from './errors.ts'
import { encodeMessage, type Message, MessageDecoder, type MessageHeader } from './framing.ts'
import { PROTOCOL_VERSION } from './procedures.ts'

/** A socket that carries whole messages. */
export interface MessageSocket {
  /** Sends a message; `onFlushed` is called when the kernel has taken it, or with the reason why it could not. */
  send(header: Omit<MessageHeader, 'version'>, body?: Uint8Array, onFlushed?: (error?: Error | null) => void): void
  /** Stops reading, or goes on. */
  setPaused(paused: boolean): void
  /** Ends the connection with a reason. */
  end(reason: LibvirtError): void
}

/** What the owner of a {@link MessageSocket} hears. */
export interface MessageSocketHandlers {
  /** A message came in. Throwing ends the connection with what was thrown. */
  onMessage(message: Message): void
  /** The connection ended, whoever ended it. Called once. */
  onEnd(reason: LibvirtError): void
}

/**
 * Connects to the daemon's unix socket.
 * @throws LibvirtError `LIBVIRT_CONNECT_FAILED`.
 */
export function connectSocket(socketPath: string, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const fail = (cause: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(new LibvirtError('LIBVIRT_CONNECT_FAILED', `Cannot connect to libvirt at ${socketPath}`, { cause }))
    }
    const timer = setTimeout(() => fail(new Error(`No connection within ${timeoutMs} ms`)), timeoutMs)
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(socket)
    })
  })
}

/** Sends and receives messages on a connected socket. Anything malformed ends the connection. */
export function runMessageSocket(socket: Socket, handlers: MessageSocketHandlers): MessageSocket {
  const decoder = new MessageDecoder()
  let ended = false

  const end = (reason: LibvirtError): void => {
    if (ended) return
    ended = true
    socket.destroy()
    handlers.onEnd(reason)
  }

  socket.on('error', (cause) => {
    end(new LibvirtError('LIBVIRT_DISCONNECTED', 'The connection to libvirt failed', { cause }))
  })
  socket.on('close', () => end(new LibvirtError('LIBVIRT_DISCONNECTED', 'libvirt closed the connection')))
  socket.on('data', (chunk) => {
    try {
      for (const message of decoder.push(chunk)) {
        if (ended) return
        handlers.onMessage(message)
      }
    } catch (error) {
      end(asProtocolError(error))
    }
  })

  return {
    send: (header, body = Buffer.alloc(0), onFlushed) => {
      const bytes = encodeMessage({ ...header, version: PROTOCOL_VERSION }, body)
      if (ended) onFlushed?.(new LibvirtError('LIBVIRT_DISCONNECTED', 'The connection to libvirt has ended'))
      else socket.write(bytes, onFlushed)
    },
    setPaused: (paused) => {
      if (paused) socket.pause()
      else socket.resume()
    },
    end,
  }
}

function asProtocolError(error: unknown): LibvirtError {
  if (error instanceof LibvirtError) return error
  return new LibvirtError('LIBVIRT_PROTOCOL', 'A message of libvirt could not be handled', { cause: error })
}
