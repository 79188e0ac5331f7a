import type { LibvirtError } from './errors.ts'
import { MESSAGE_TYPE, type Message } from './framing.ts'
import type { MessageSocket } from './message-socket.ts'
import { PROCEDURES, type ProcedureName } from './procedures.ts'
import { LibvirtStream } from './stream.ts'
import type { XdrReader } from './xdr.ts'

/** A stream being opened. */
export interface StreamOpening {
  /** The daemon opened it: packets may follow at once. */
  opened(reader: XdrReader, serial: number): LibvirtStream
  /** Hands the stream to its user. Throws what ended it meanwhile. */
  take(stream: LibvirtStream): LibvirtStream
  /** Nobody waits for it any more: should the daemon still open it, it is aborted. */
  abandon(): void
}

/** The streams of one connection. */
export interface StreamTable {
  expect(procedure: ProcedureName): StreamOpening
  receive(message: Message): void
  fail(reason: LibvirtError): void
}

/** Keeps the streams of a connection by the serial of the call that opened them. */
export function createStreamTable(socket: MessageSocket): StreamTable {
  const streams = new Map<number, LibvirtStream>()
  const paused = new Set<number>()

  const open = (procedure: ProcedureName, serial: number): LibvirtStream => {
    const { program, number } = PROCEDURES[procedure]
    const stream = new LibvirtStream({
      send: (status, data, onFlushed) =>
        socket.send({ program, procedure: number, type: MESSAGE_TYPE.stream, serial, status }, data, onFlushed),
      setPaused: (pause) => {
        if (pause) paused.add(serial)
        else paused.delete(serial)
        socket.setPaused(paused.size > 0)
      },
      release: () => void streams.delete(serial),
    })
    streams.set(serial, stream)
    return stream
  }

  return {
    expect: (procedure) => {
      let abandoned = false
      // Keeps an error that comes before the user could listen from going unhandled; `take` reports it.
      const held = (): void => undefined
      return {
        opened: (_reader, serial) => {
          const stream = open(procedure, serial).on('error', held)
          if (abandoned) stream.destroy()
          return stream
        },
        take: (stream) => {
          if (stream.errored) throw stream.errored
          return stream.off('error', held)
        },
        abandon: () => {
          abandoned = true
        },
      }
    },
    // Packets of a stream given up may still be under way: finding no stream for them is normal.
    receive: (message) => streams.get(message.serial)?.receive(message),
    fail: (reason) => {
      for (const stream of [...streams.values()]) stream.connectionLost(reason)
    },
  }
}
