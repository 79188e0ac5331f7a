import { Duplex } from 'node:stream'
import { type LibvirtError, readLibvirtError, unexpectedMessage } from './errors.ts'
import { MESSAGE_STATUS, type Message } from './framing.ts'
import { XdrReader } from './xdr.ts'

/** Largest piece of stream data sent at once, in bytes; every libvirt accepts it (`..._LEGACY_PAYLOAD_MAX`). */
const MAX_DATA_BYTES = 262_120

/** How long to wait for the daemon to confirm the end of a stream; one it closed itself is never confirmed. */
const FINISH_TIMEOUT_MS = 5_000

/** What a stream needs of its connection. */
export interface StreamTransport {
  /** Sends a packet of the stream; `onFlushed` is called when the kernel has taken it. */
  send(status: number, data: Uint8Array, onFlushed?: (error?: Error | null) => void): void
  /** Stops reading from the connection, or goes on. */
  setPaused(paused: boolean): void
  /** The stream takes no packets any more. */
  release(): void
}

/**
 * A byte stream of libvirt, such as a guest's console, as a Node Duplex.
 *
 * Back-pressure works both ways: while nobody reads, the connection is not read either, so that the daemon and then
 * the guest wait; a write calls back when the kernel has taken it. `end()` finishes the stream in both directions,
 * `destroy()` aborts it. When the daemon ends the stream (the guest stopped), the readable side ends.
 */
export class LibvirtStream extends Duplex {
  private readonly transport: StreamTransport
  /** The daemon has ended the stream altogether: nothing may be sent any more. */
  private closedByDaemon = false
  private readEnded = false
  private onConfirmed: (() => void) | undefined

  constructor(transport: StreamTransport) {
    super({ allowHalfOpen: false })
    this.transport = transport
  }

  /** Takes a packet the daemon sent for this stream. */
  receive(message: Message): void {
    switch (message.status) {
      case MESSAGE_STATUS.more:
        if (message.body.length === 0) this.endReading()
        else this.receiveData(message.body)
        break
      case MESSAGE_STATUS.ok:
        this.closedByDaemon = true
        this.onConfirmed?.()
        this.endReading()
        break
      case MESSAGE_STATUS.error:
        this.closedByDaemon = true
        this.destroy(readLibvirtError(new XdrReader(message.body)))
        break
      default:
        throw unexpectedMessage(message)
    }
  }

  /** The connection has ended. */
  connectionLost(reason: LibvirtError): void {
    this.closedByDaemon = true
    this.destroy(reason)
  }

  override _read(): void {
    this.transport.setPaused(false)
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const rest = chunk.subarray(MAX_DATA_BYTES)
    this.transport.send(MESSAGE_STATUS.more, chunk.subarray(0, MAX_DATA_BYTES), (error) => {
      if (error || rest.length === 0) callback(error)
      else this._write(rest, encoding, callback)
    })
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.closedByDaemon) {
      callback()
      return
    }
    const confirmed = (): void => {
      clearTimeout(timer)
      this.onConfirmed = undefined
      this.closedByDaemon = true
      this.endReading()
      callback()
    }
    const timer = setTimeout(confirmed, FINISH_TIMEOUT_MS)
    this.onConfirmed = confirmed
    // The confirmation comes after all data under way: reading has to go on until then.
    this.transport.setPaused(false)
    this.transport.send(MESSAGE_STATUS.ok, Buffer.alloc(0), (error) => error && confirmed())
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // Nobody waits for the abort to be sent: a daemon that has stopped reading would never take it.
    if (!this.closedByDaemon) this.transport.send(MESSAGE_STATUS.error, Buffer.alloc(0))
    this.closedByDaemon = true
    this.transport.setPaused(false)
    this.transport.release()
    this.onConfirmed?.()
    callback(error)
  }

  private receiveData(data: Buffer): void {
    if (this.readEnded || this.destroyed) return
    const wantsMore = this.push(data)
    if (!wantsMore && !this.onConfirmed) this.transport.setPaused(true)
  }

  private endReading(): void {
    if (this.readEnded || this.destroyed) return
    this.readEnded = true
    this.push(null)
  }
}
