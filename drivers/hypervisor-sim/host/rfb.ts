import { Duplex } from 'node:stream'

/**
 * A VNC server (RFC 6143, RFB 3.8, no authentication, raw encoding) that shows one picture which never changes.
 * It speaks to one client: the stream that is returned is the client's end.
 */
export function openPicture(title: string): Duplex {
  const machine = session(title)
  let wanted = machine.next().value
  let received = Buffer.alloc(0)
  const stream: Duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      received = Buffer.concat([received, chunk])
      while (wanted !== undefined && received.length >= wanted.take) {
        const step = machine.next(received.subarray(0, wanted.take))
        received = received.subarray(wanted.take)
        wanted = step.done ? undefined : step.value
        if (wanted?.send) stream.push(wanted.send)
        if (wanted === undefined) stream.destroy()
      }
      done()
    },
    final(done) {
      stream.push(null)
      done()
    },
  })
  stream.push('RFB 003.008\n')
  return stream
}

/** Send these bytes, then give me the next `take` bytes of the client. */
interface Want {
  take: number
  send?: Buffer
}

/** How the client wants its pixels; RFC 6143 section 7.4. */
interface PixelFormat {
  bytes: number
  bigEndian: boolean
  max: [red: number, green: number, blue: number]
  shift: [red: number, green: number, blue: number]
}

const WIDTH = 320
const HEIGHT = 200
const NATIVE = Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0])

function* session(title: string): Generator<Want, undefined, Buffer> {
  yield { take: 12 }
  const chosen = yield { take: 1, send: Buffer.from([1, 1]) }
  if (chosen[0] !== 1) return
  yield { take: 1, send: Buffer.alloc(4) }
  let format = parseFormat(NATIVE)
  let send: Buffer | undefined = serverInit(title)
  for (;;) {
    const type: Buffer = yield { take: 1, send }
    send = undefined
    if (type[0] === 0) format = parseFormat((yield { take: 19 }).subarray(3))
    else if (type[0] === 2) yield { take: 4 * (yield { take: 3 }).readUInt16BE(1) }
    else if (type[0] === 3) send = (yield { take: 9 })[0] === 0 ? picture(format) : undefined
    else if (type[0] === 4) yield { take: 7 }
    else if (type[0] === 5) yield { take: 5 }
    else if (type[0] === 6) yield { take: (yield { take: 7 }).readUInt32BE(3) }
    else return
  }
}

function serverInit(title: string): Buffer {
  const name = Buffer.from(title)
  const size = Buffer.alloc(4)
  size.writeUInt16BE(WIDTH, 0)
  size.writeUInt16BE(HEIGHT, 2)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(name.length)
  return Buffer.concat([size, NATIVE, length, name])
}

function parseFormat(bytes: Buffer): PixelFormat {
  return {
    bytes: bytes.readUInt8(0) / 8,
    bigEndian: bytes.readUInt8(2) !== 0,
    max: [bytes.readUInt16BE(4), bytes.readUInt16BE(6), bytes.readUInt16BE(8)],
    shift: [bytes.readUInt8(10), bytes.readUInt8(11), bytes.readUInt8(12)],
  }
}

/** A FramebufferUpdate with one raw rectangle: a calm slope from slate to blue, so that a screenshot is not just black. */
function picture(format: PixelFormat): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt16BE(1, 2)
  head.writeUInt16BE(WIDTH, 8)
  head.writeUInt16BE(HEIGHT, 10)
  const rows = Array.from({ length: HEIGHT }, (_, y) => Buffer.alloc(WIDTH * format.bytes, pixel(y / HEIGHT, format)))
  return Buffer.concat([head, ...rows])
}

function pixel(depth: number, { bytes, bigEndian, max, shift }: PixelFormat): Buffer {
  const colour = [0.16 + 0.1 * depth, 0.2 + 0.2 * depth, 0.26 + 0.4 * depth] as const
  const value = colour.reduce((sum, part, i) => sum + Math.round(part * (max[i] ?? 0)) * 2 ** (shift[i] ?? 0), 0)
  const buffer = Buffer.alloc(bytes)
  if (bigEndian) buffer.writeUIntBE(value, 0, bytes)
  else buffer.writeUIntLE(value, 0, bytes)
  return buffer
}
