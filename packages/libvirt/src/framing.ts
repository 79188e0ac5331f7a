import { LibvirtError } from './errors.ts'

/** Bytes of the length word and the header in front of every body. */
export const HEADER_BYTES = 28

/** Largest message in bytes, length word included (`VIR_NET_MESSAGE_MAX` + the length word). */
export const MAX_MESSAGE_BYTES = 33_554_432 + 4

/** What kind of message it is (`virNetMessageType`). */
export const MESSAGE_TYPE = { call: 0, reply: 1, event: 2, stream: 3, callWithFds: 4, replyWithFds: 5 } as const

/** Status in a message's header (`virNetMessageStatus`). */
export const MESSAGE_STATUS = { ok: 0, error: 1, more: 2 } as const

/** The header of a message (`virNetMessageHeader` in virnetprotocol.x). */
export interface MessageHeader {
  readonly program: number
  readonly version: number
  readonly procedure: number
  readonly type: number
  readonly serial: number
  readonly status: number
}

/** A whole message: its header and the undecoded body. */
export interface Message extends MessageHeader {
  readonly body: Buffer
}

/** Lays a message out for the wire: length, header, body. */
export function encodeMessage(header: MessageHeader, body: Uint8Array): Buffer {
  const length = HEADER_BYTES + body.length
  if (length > MAX_MESSAGE_BYTES) {
    throw new LibvirtError('LIBVIRT_BAD_ARGUMENT', `A message of ${length} bytes exceeds libvirt's limit`)
  }
  const buffer = Buffer.allocUnsafe(length)
  buffer.writeUInt32BE(length, 0)
  buffer.writeUInt32BE(header.program, 4)
  buffer.writeUInt32BE(header.version, 8)
  buffer.writeInt32BE(header.procedure, 12)
  buffer.writeInt32BE(header.type, 16)
  buffer.writeUInt32BE(header.serial, 20)
  buffer.writeInt32BE(header.status, 24)
  buffer.set(body, HEADER_BYTES)
  return buffer
}

/** Cuts a byte stream into messages. Bytes of an unfinished message are kept, up to the largest message. */
export class MessageDecoder {
  private chunks: Buffer[] = []
  private buffered = 0
  private wanted = 4

  /**
   * Takes the next bytes and returns the messages they complete.
   * @throws LibvirtError `LIBVIRT_PROTOCOL` when a length is impossible; the decoder is useless afterwards.
   */
  push(chunk: Buffer): Message[] {
    this.chunks.push(chunk)
    this.buffered += chunk.length
    const messages: Message[] = []
    while (this.buffered >= this.wanted) {
      const bytes = this.join()
      const length = checkedLength(bytes.readUInt32BE(0))
      if (bytes.length < length) {
        this.wanted = length
        break
      }
      messages.push(decodeMessage(bytes.subarray(0, length)))
      this.keep(bytes.subarray(length))
    }
    return messages
  }

  private join(): Buffer {
    const bytes = this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks)
    this.chunks = [bytes]
    return bytes
  }

  private keep(rest: Buffer): void {
    this.chunks = [rest]
    this.buffered = rest.length
    this.wanted = 4
  }
}

function checkedLength(length: number): number {
  if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) {
    throw new LibvirtError('LIBVIRT_PROTOCOL', `Message with impossible length ${length} received`)
  }
  return length
}

function decodeMessage(bytes: Buffer): Message {
  return {
    program: bytes.readUInt32BE(4),
    version: bytes.readUInt32BE(8),
    procedure: bytes.readInt32BE(12),
    type: bytes.readInt32BE(16),
    serial: bytes.readUInt32BE(20),
    status: bytes.readInt32BE(24),
    body: bytes.subarray(HEADER_BYTES),
  }
}
