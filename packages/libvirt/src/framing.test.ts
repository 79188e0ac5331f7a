import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeMessage, MAX_MESSAGE_BYTES, type Message, MessageDecoder } from './framing.ts'

const messages: fc.Arbitrary<Message> = fc.record({
  program: fc.nat(0xffff_ffff),
  version: fc.nat(0xffff_ffff),
  procedure: fc.integer(),
  type: fc.integer(),
  serial: fc.nat(0xffff_ffff),
  status: fc.integer(),
  body: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
})

test('messages arrive whole and in order, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(messages), fc.infiniteStream(fc.integer({ min: 1, max: 100 })), (sent, sizes) => {
      const stream = Buffer.concat(sent.map((message) => encodeMessage(message, message.body)))
      const decoder = new MessageDecoder()
      const received: Message[] = []
      for (let at = 0; at < stream.length; ) {
        const size = sizes.next().value
        received.push(...decoder.push(stream.subarray(at, at + size)))
        at += size
      }
      expect(received).toEqual(sent)
    }),
  )
})

test.each([0, 27, MAX_MESSAGE_BYTES + 1, 0xffff_ffff])('a message of %i bytes is impossible', (length) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  expect(() => new MessageDecoder().push(bytes)).toThrow(expect.objectContaining({ code: 'LIBVIRT_PROTOCOL' }))
})

test('the largest message passes, a larger one is not sent', () => {
  const header = { program: 1, version: 1, procedure: 1, type: 0, serial: 1, status: 0 }
  const body = Buffer.alloc(MAX_MESSAGE_BYTES - 28)
  expect(new MessageDecoder().push(encodeMessage(header, body))).toHaveLength(1)
  expect(() => encodeMessage(header, Buffer.alloc(body.length + 1))).toThrow(
    expect.objectContaining({ code: 'LIBVIRT_BAD_ARGUMENT' }),
  )
})
