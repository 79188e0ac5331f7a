import { LibvirtError, readLibvirtError } from './errors.ts'
import { MESSAGE_STATUS, type Message } from './framing.ts'
import { PROCEDURES, type ProcedureName } from './procedures.ts'
import { XdrReader, XdrWriter } from './xdr.ts'

/** How one call behaves. */
export interface CallOptions {
  /** Deadline for the whole call, waiting for a connection or a free slot included. Default 30 000. */
  timeoutMs?: number
}

/**
 * Calls a procedure of libvirt: `encode` writes its arguments, `decode` reads its result (the whole of it).
 * Rejects with a {@link LibvirtError}.
 */
export type Call = <T>(
  procedure: ProcedureName,
  encode: (writer: XdrWriter) => unknown,
  decode: (reader: XdrReader) => T,
  options?: CallOptions,
) => Promise<T>

/** For procedures without arguments. */
export const noArguments = (): void => undefined
/** For procedures without a result. */
export const noResult = (): void => undefined

/** Deadline of a call that does not set one, in milliseconds. */
export const DEFAULT_CALL_TIMEOUT_MS = 30_000

/** A call's way to the wire. */
export interface OutgoingCall {
  readonly procedure: ProcedureName
  readonly body: Buffer
}

/** Reads a call's result. Streams need the serial: their packets carry the same one. */
type DecodeReply<T> = (reader: XdrReader, serial: number) => T

interface PendingCall extends OutgoingCall {
  readonly decode: DecodeReply<unknown>
  readonly settle: (result: { value: unknown } | { error: LibvirtError }) => void
  timer?: NodeJS.Timeout
  settled: boolean
}

/** What {@link createCallTable} needs. */
export interface CallTableDeps {
  readonly send: (call: OutgoingCall, serial: number) => void
  /** Calls sent and not answered at a time; further ones queue here, not in the daemon. */
  readonly maxInFlight: number
}

/** The calls of one connection: those waiting for a free slot, and those waiting for their reply. */
export interface CallTable {
  call<T>(outgoing: OutgoingCall, decode: DecodeReply<T>, timeoutMs: number): Promise<T>
  /** Takes a reply. Throws `LIBVIRT_PROTOCOL` when it cannot be one to a call of ours. */
  reply(message: Message): void
  /** Whether a call with this serial has been sent on this connection. */
  wasSent(serial: number): boolean
  /** Rejects all calls, now and later, with `error`. */
  fail(error: LibvirtError): void
}

/**
 * Matches replies to calls by serial, keeps deadlines and the number of calls under way. A call that misses its
 * deadline is rejected at once but keeps its slot until the daemon answers, because it keeps its slot there, too.
 */
export function createCallTable(deps: CallTableDeps): CallTable {
  const queue = new Set<PendingCall>()
  const inFlight = new Map<number, PendingCall>()
  let lastSerial = 0
  let failure: LibvirtError | undefined

  const sendNext = (): void => {
    for (const pending of queue) {
      if (inFlight.size >= deps.maxInFlight || failure) return
      queue.delete(pending)
      lastSerial += 1
      inFlight.set(lastSerial, pending)
      deps.send(pending, lastSerial)
    }
  }

  return {
    call: <T>(outgoing: OutgoingCall, decode: DecodeReply<T>, timeoutMs: number) =>
      new Promise<T>((resolve, reject) => {
        if (failure) return reject(failure)
        const settle: PendingCall['settle'] = (result) => {
          if (pending.settled) return
          pending.settled = true
          clearTimeout(pending.timer)
          // `decode` of this very call made the value.
          if ('value' in result) resolve(result.value as T)
          else reject(result.error)
        }
        const pending: PendingCall = { ...outgoing, decode, settle, settled: false }
        pending.timer = setTimeout(() => {
          queue.delete(pending)
          settle({ error: callTimeout(outgoing.procedure, timeoutMs) })
        }, timeoutMs)
        queue.add(pending)
        sendNext()
      }),

    reply: (message) => {
      const pending = inFlight.get(message.serial)
      if (!pending) throw new LibvirtError('LIBVIRT_PROTOCOL', `Reply to unknown call ${message.serial} received`)
      const expected = PROCEDURES[pending.procedure]
      if (message.procedure !== expected.number || message.program !== expected.program) {
        throw new LibvirtError('LIBVIRT_PROTOCOL', `Reply of another procedure than ${pending.procedure} received`)
      }
      const result = decodeReply(message, pending)
      inFlight.delete(message.serial)
      pending.settle(result)
      sendNext()
    },

    wasSent: (serial) => serial > 0 && serial <= lastSerial,

    fail: (error) => {
      failure ??= error
      for (const pending of [...inFlight.values(), ...queue]) pending.settle({ error: failure })
      inFlight.clear()
      queue.clear()
    },
  }
}

/** The error of a call that missed its deadline. */
export function callTimeout(procedure: ProcedureName, timeoutMs: number, cause?: unknown): LibvirtError {
  return new LibvirtError('LIBVIRT_CALL_TIMEOUT', `libvirt did not answer ${procedure} within ${timeoutMs} ms`, {
    cause,
  })
}

/** Encodes the arguments of a call. */
export function encodeArguments(encode: (writer: XdrWriter) => unknown): Buffer {
  const writer = new XdrWriter()
  encode(writer)
  return writer.toBuffer()
}

function decodeReply(message: Message, pending: PendingCall): { value: unknown } | { error: LibvirtError } {
  const reader = new XdrReader(message.body)
  if (message.status === MESSAGE_STATUS.error) return { error: readLibvirtError(reader) }
  if (message.status !== MESSAGE_STATUS.ok) {
    throw new LibvirtError('LIBVIRT_PROTOCOL', `Reply with status ${message.status} received`)
  }
  const value = pending.decode(reader, message.serial)
  reader.end()
  return { value }
}
