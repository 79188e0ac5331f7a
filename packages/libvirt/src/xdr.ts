import { LibvirtError } from './errors.ts'

/** Longest string libvirt sends or accepts, in bytes (`VIR_NET_MESSAGE_STRING_MAX`). */
export const MAX_STRING_BYTES = 4_194_304

const paddingOf = (length: number): number => (4 - (length % 4)) % 4

/** Writes XDR (RFC 4506). Every method returns the writer, so that calls chain in the order of the fields. */
export class XdrWriter {
  private readonly chunks: Buffer[] = []
  private size = 0

  /** A signed 32-bit integer; an enum or a bool is one, too. */
  int32(value: number): this {
    return this.fixed(4, (buffer) => buffer.writeInt32BE(value))
  }

  uint32(value: number): this {
    return this.fixed(4, (buffer) => buffer.writeUInt32BE(value))
  }

  int64(value: bigint): this {
    return this.fixed(8, (buffer) => buffer.writeBigInt64BE(value))
  }

  uint64(value: bigint): this {
    return this.fixed(8, (buffer) => buffer.writeBigUInt64BE(value))
  }

  double(value: number): this {
    return this.fixed(8, (buffer) => buffer.writeDoubleBE(value))
  }

  /** UTF-8 text. NUL is refused: the daemon would silently cut the string there. */
  string(value: string): this {
    if (value.includes('\0')) throw new LibvirtError('LIBVIRT_BAD_ARGUMENT', 'A string for libvirt contains a NUL')
    const bytes = Buffer.from(value)
    if (bytes.length > MAX_STRING_BYTES) {
      throw new LibvirtError('LIBVIRT_BAD_ARGUMENT', `A string for libvirt exceeds ${MAX_STRING_BYTES} bytes`)
    }
    return this.opaque(bytes)
  }

  /** Bytes with their length in front. */
  opaque(bytes: Uint8Array): this {
    return this.uint32(bytes.length).fixedOpaque(bytes)
  }

  /** Bytes whose length both sides know. */
  fixedOpaque(bytes: Uint8Array): this {
    this.append(Buffer.from(bytes))
    const padding = paddingOf(bytes.length)
    if (padding > 0) this.append(Buffer.alloc(padding))
    return this
  }

  /** A value that may be missing (an XDR pointer). */
  optional<T>(value: T | undefined, write: (value: T) => unknown): this {
    if (value === undefined) return this.uint32(0)
    this.uint32(1)
    write(value)
    return this
  }

  /** A counted list. */
  array<T>(items: readonly T[], write: (item: T) => unknown): this {
    this.uint32(items.length)
    for (const item of items) write(item)
    return this
  }

  /** What has been written, as one buffer. */
  toBuffer(): Buffer {
    return Buffer.concat(this.chunks, this.size)
  }

  private fixed(length: number, fill: (buffer: Buffer) => void): this {
    const buffer = Buffer.allocUnsafe(length)
    try {
      fill(buffer)
    } catch (cause) {
      throw new LibvirtError('LIBVIRT_BAD_ARGUMENT', 'A number for libvirt is out of range', { cause })
    }
    this.append(buffer)
    return this
  }

  private append(buffer: Buffer): void {
    this.chunks.push(buffer)
    this.size += buffer.length
  }
}

/** Reads XDR (RFC 4506). Whatever does not fit the buffer is a `LIBVIRT_PROTOCOL` error, never a wrong value. */
export class XdrReader {
  private readonly buffer: Buffer
  private offset = 0

  constructor(buffer: Buffer) {
    this.buffer = buffer
  }

  int32(): number {
    return this.buffer.readInt32BE(this.take(4))
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4))
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8))
  }

  uint64(): bigint {
    return this.buffer.readBigUInt64BE(this.take(8))
  }

  /** An unsigned 64-bit integer as a number; above 2^53 the nearest number. */
  uint64AsNumber(): number {
    return Number(this.uint64())
  }

  double(): number {
    return this.buffer.readDoubleBE(this.take(8))
  }

  /** UTF-8 text; invalid sequences become U+FFFD, since guests can put any bytes in what libvirt hands on. */
  string(): string {
    const length = this.uint32()
    if (length > MAX_STRING_BYTES) throw new LibvirtError('LIBVIRT_PROTOCOL', `String of ${length} bytes received`)
    return this.fixedOpaque(length).toString('utf8')
  }

  /** Bytes with their length in front; a view, not a copy. */
  opaque(): Buffer {
    return this.fixedOpaque(this.uint32())
  }

  /** Bytes of known length; a view, not a copy. */
  fixedOpaque(length: number): Buffer {
    const start = this.take(length + paddingOf(length))
    return this.buffer.subarray(start, start + length)
  }

  optional<T>(read: () => T): T | undefined {
    const present = this.uint32()
    if (present > 1) throw new LibvirtError('LIBVIRT_PROTOCOL', `Optional value with marker ${present} received`)
    return present === 1 ? read() : undefined
  }

  array<T>(read: () => T): T[] {
    const length = this.uint32()
    // No element of libvirt's protocol is shorter than 4 bytes: a larger count is a lie that would only cost memory.
    if (length > this.remaining / 4) throw new LibvirtError('LIBVIRT_PROTOCOL', `List of ${length} items received`)
    return Array.from({ length }, read)
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.buffer.length - this.offset
  }

  /** Checks that the whole buffer has been read. */
  end(): void {
    if (this.remaining > 0) throw new LibvirtError('LIBVIRT_PROTOCOL', `${this.remaining} unexpected bytes received`)
  }

  private take(length: number): number {
    if (length > this.remaining) {
      throw new LibvirtError('LIBVIRT_PROTOCOL', `Message ends early: ${length} bytes wanted, ${this.remaining} left`)
    }
    const start = this.offset
    this.offset += length
    return start
  }
}
