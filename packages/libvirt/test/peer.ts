import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeMessage, MESSAGE_STATUS, MESSAGE_TYPE, type Message, MessageDecoder } from '../src/framing.ts'
import { PROCEDURES, type ProcedureName } from '../src/procedures.ts'
import { XdrWriter } from '../src/xdr.ts'

/** One message the peer got, with the ways to answer. */
export interface Received {
  readonly message: Message
  readonly socket: Socket
  /** Answers a call. */
  reply(write?: (writer: XdrWriter) => unknown, status?: number): void
  /** Sends any message; what is not given is taken from the message received. */
  send(header: Partial<Message>, body?: Uint8Array): void
}

/** The other end of the protocol, for what a real daemon cannot be made to do: being old, slow, silent or broken. */
export interface Peer {
  readonly socketPath: string
  /** What to do with the calls of a procedure. Without a handler a call stays unanswered. */
  on(procedure: ProcedureName, handler: (received: Received) => void): void
  /** Every message received, handled or not. */
  readonly received: Received[]
  /** Cuts all connections. */
  disconnect(): void
  /** Listens again after {@link Peer.stop}. */
  listen(): Promise<void>
  /** Cuts all connections and refuses new ones. */
  stop(): Promise<void>
  /** Stops, and removes the socket's directory. */
  dispose(): Promise<void>
}

/** Starts a peer that lets clients in: no authentication, version 9.0.0, the answers `ok` to opening. */
export async function startPeer(): Promise<Peer> {
  const directory = await mkdtemp(join(tmpdir(), 'lv-peer-'))
  const socketPath = join(directory, 'socket')
  const handlers = new Map<string, (received: Received) => void>()
  const received: Received[] = []
  const sockets = new Set<Socket>()
  let server: Server | undefined

  const accept = (socket: Socket): void => {
    const decoder = new MessageDecoder()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      for (const message of decoder.push(chunk)) {
        const item = answerable(message, socket)
        received.push(item)
        if (message.type === MESSAGE_TYPE.call) handlers.get(keyOf(message.program, message.procedure))?.(item)
      }
    })
  }

  const peer: Peer = {
    socketPath,
    received,
    on: (procedure, handler) => {
      handlers.set(keyOf(PROCEDURES[procedure].program, PROCEDURES[procedure].number), handler)
    },
    disconnect: () => {
      for (const socket of sockets) socket.destroy()
    },
    listen: () =>
      new Promise((resolve) => {
        server = createServer(accept).listen(socketPath, resolve)
      }),
    stop: async () => {
      const closed = new Promise((resolve) => server?.close(resolve))
      peer.disconnect()
      await closed
    },
    dispose: async () => {
      if (server?.listening) await peer.stop()
      await rm(directory, { recursive: true })
    },
  }
  peer.on('authList', ({ reply }) => reply((w) => w.array([0], (type) => w.int32(type))))
  peer.on('connectOpen', ({ reply }) => reply())
  peer.on('connectGetLibVersion', ({ reply }) => reply((w) => w.uint64(9_000_000n)))
  peer.on('connectSupportsFeature', ({ reply }) => reply((w) => w.int32(1)))
  await peer.listen()
  return peer
}

function answerable(message: Message, socket: Socket): Received {
  const send: Received['send'] = (header, body = Buffer.alloc(0)) => {
    socket.write(encodeMessage({ ...message, ...header }, body))
  }
  return {
    message,
    socket,
    send,
    reply: (write, status = MESSAGE_STATUS.ok) => {
      const writer = new XdrWriter()
      write?.(writer)
      send({ type: MESSAGE_TYPE.reply, status }, writer.toBuffer())
    },
  }
}

function keyOf(program: number, procedure: number): string {
  return `${program}/${procedure}`
}
