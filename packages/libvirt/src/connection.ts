import { type Call, createCallTable, DEFAULT_CALL_TIMEOUT_MS, encodeArguments } from './calls.ts'
import { LibvirtError, unexpectedMessage } from './errors.ts'
import { MESSAGE_STATUS, MESSAGE_TYPE, type Message } from './framing.ts'
import { type Keepalive, startKeepalive } from './keepalive.ts'
import { connectSocket, type MessageSocket, runMessageSocket } from './message-socket.ts'
import {
  KEEPALIVE_PROCEDURE,
  KEEPALIVE_PROGRAM,
  PROCEDURES,
  PROTOCOL_VERSION,
  type ProcedureName,
  REMOTE_PROGRAM,
} from './procedures.ts'
import type { LibvirtStream } from './stream.ts'
import { createStreamTable } from './stream-table.ts'
import type { XdrWriter } from './xdr.ts'

/** Settings of one connection. */
export interface ConnectionOptions {
  /** Path of the daemon's unix socket. */
  socketPath: string
  /** Deadline of calls that set none. Default 30 000. */
  callTimeoutMs?: number
  /**
   * Calls sent and not answered at a time, default 4. It has to stay below `max_client_requests` of libvirtd.conf
   * (default 5): at that number the daemon stops reading from the client, keepalive included.
   */
  maxInFlight?: number
  /** After `intervalMs` of silence the daemon is pinged; after `maxUnanswered` pings in vain it counts as gone. */
  keepalive?: { intervalMs: number; maxUnanswered: number } | undefined
}

/** What the owner of a connection hears. */
export interface ConnectionHandlers {
  /** An asynchronous message of the main program. Throwing ends the connection. */
  onEvent(message: Message): void
  /** The connection ended, whoever ended it. Called once; calls under way have been rejected. */
  onEnd(reason: LibvirtError): void
}

/** A connection on which procedures can be called. */
export interface Connection {
  readonly call: Call
  /** Calls a procedure that opens a stream; resolves when the daemon has opened it. */
  openStream(
    procedure: ProcedureName,
    encode: (writer: XdrWriter) => unknown,
    timeoutMs?: number,
  ): Promise<LibvirtStream>
  /** Ends the connection; calls and streams under way fail with `LIBVIRT_CLOSED`. */
  close(): void
}

/**
 * Connects to the daemon's socket. Nothing has been called yet: the daemon wants authentication and opening first.
 * @throws LibvirtError `LIBVIRT_CONNECT_FAILED`.
 */
export async function openConnection(options: ConnectionOptions, handlers: ConnectionHandlers): Promise<Connection> {
  const { callTimeoutMs = DEFAULT_CALL_TIMEOUT_MS, maxInFlight = 4 } = options
  const socket = runMessageSocket(await connectSocket(options.socketPath, callTimeoutMs), {
    onMessage: (message) => {
      keepalive?.received()
      dispatch(message)
    },
    onEnd: (reason) => {
      keepalive?.stop()
      calls.fail(reason)
      streams.fail(reason)
      handlers.onEnd(reason)
    },
  })
  const streams = createStreamTable(socket)
  const calls = createCallTable({
    maxInFlight,
    send: ({ procedure, body }, serial) => {
      const { program, number } = PROCEDURES[procedure]
      socket.send({ program, procedure: number, type: MESSAGE_TYPE.call, serial, status: MESSAGE_STATUS.ok }, body)
    },
  })
  const keepalive = options.keepalive && keepaliveOn(socket, options.keepalive)

  const dispatch = (message: Message): void => {
    if (message.version !== PROTOCOL_VERSION) throw unexpectedMessage(message)
    if (message.program === KEEPALIVE_PROGRAM) answerKeepalive(socket, message)
    else if (message.type === MESSAGE_TYPE.reply) calls.reply(message)
    else if (message.type === MESSAGE_TYPE.stream && calls.wasSent(message.serial)) streams.receive(message)
    else if (message.type === MESSAGE_TYPE.event && message.program === REMOTE_PROGRAM) handlers.onEvent(message)
    else throw unexpectedMessage(message)
  }

  return {
    call: async (procedure, encode, decode, { timeoutMs = callTimeoutMs } = {}) =>
      calls.call({ procedure, body: encodeArguments(encode) }, decode, timeoutMs),
    openStream: async (procedure, encode, timeoutMs = callTimeoutMs) => {
      const opening = streams.expect(procedure)
      try {
        return await calls
          .call({ procedure, body: encodeArguments(encode) }, opening.opened, timeoutMs)
          .then(opening.take)
      } catch (error) {
        opening.abandon()
        throw error
      }
    },
    close: () => socket.end(new LibvirtError('LIBVIRT_CLOSED', 'The connection to libvirt has been closed')),
  }
}

function answerKeepalive(socket: MessageSocket, message: Message): void {
  if (message.procedure === KEEPALIVE_PROCEDURE.ping) sendKeepalive(socket, KEEPALIVE_PROCEDURE.pong)
}

function sendKeepalive(socket: MessageSocket, procedure: number): void {
  const header = { program: KEEPALIVE_PROGRAM, procedure, serial: 0 }
  socket.send({ ...header, type: MESSAGE_TYPE.event, status: MESSAGE_STATUS.ok })
}

function keepaliveOn(socket: MessageSocket, settings: { intervalMs: number; maxUnanswered: number }): Keepalive {
  return startKeepalive({
    ...settings,
    sendPing: () => sendKeepalive(socket, KEEPALIVE_PROCEDURE.ping),
    onDead: (silentMs) =>
      socket.end(new LibvirtError('LIBVIRT_DISCONNECTED', `libvirt has been silent for ${Math.round(silentMs)} ms`)),
  })
}
