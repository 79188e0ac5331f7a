import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DomainRef, readDomain, writeDomain } from './domain-ref.ts'
import { readParams, type TypedParam, writeParams } from './typed-params.ts'
import { XdrReader, XdrWriter } from './xdr.ts'

const protocolError = expect.objectContaining({ code: 'LIBVIRT_PROTOCOL' })
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'))

/** A value of some XDR type, with the way to write it and to read it back. */
const field = fc.oneof(
  fc.integer().map((value) =>
    codec(
      value,
      (w) => w.int32(value),
      (r) => r.int32(),
    ),
  ),
  fc.nat(0xffff_ffff).map((value) =>
    codec(
      value,
      (w) => w.uint32(value),
      (r) => r.uint32(),
    ),
  ),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) =>
    codec(
      value,
      (w) => w.int64(value),
      (r) => r.int64(),
    ),
  ),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) =>
    codec(
      value,
      (w) => w.uint64(value),
      (r) => r.uint64(),
    ),
  ),
  fc.double({ noNaN: true }).map((value) =>
    codec(
      value,
      (w) => w.double(value),
      (r) => r.double(),
    ),
  ),
  text.map((value) =>
    codec(
      value,
      (w) => w.string(value),
      (r) => r.string(),
    ),
  ),
  fc.uint8Array().map((value) =>
    codec(
      Buffer.from(value),
      (w) => w.opaque(value),
      (r) => r.opaque(),
    ),
  ),
  fc.option(text, { nil: undefined }).map((value) =>
    codec(
      value,
      (w) => w.optional(value, (present) => w.string(present)),
      (r) => r.optional(() => r.string()),
    ),
  ),
  fc.array(fc.integer()).map((value) =>
    codec(
      value,
      (w) => w.array(value, (item) => w.int32(item)),
      (r) => r.array(() => r.int32()),
    ),
  ),
)

function codec<T>(value: T, write: (w: XdrWriter) => unknown, read: (r: XdrReader) => T) {
  return { value, write, read }
}

test('whatever is written is read back, in multiples of four bytes', () => {
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      const writer = new XdrWriter()
      for (const { write } of fields) write(writer)
      const bytes = writer.toBuffer()
      expect(bytes.length % 4).toBe(0)
      const reader = new XdrReader(bytes)
      for (const { read, value } of fields) expect(read(reader)).toEqual(value)
      reader.end()
    }),
  )
})

test('domains and typed parameters are read back', () => {
  const domains: fc.Arbitrary<DomainRef> = fc.record({ name: text, uuid: fc.uuid(), id: fc.integer() })
  const params: fc.Arbitrary<TypedParam> = fc.oneof(
    fc.record({ name: text, type: fc.constant('int32' as const), value: fc.integer() }),
    fc.record({ name: text, type: fc.constantFrom('int64', 'uint64'), value: fc.nat() }),
    fc.record({ name: text, type: fc.constant('double' as const), value: fc.double({ noNaN: true }) }),
    fc.record({ name: text, type: fc.constant('boolean' as const), value: fc.boolean() }),
    fc.record({ name: text, type: fc.constant('string' as const), value: text }),
  )
  const uniqueParams = fc.uniqueArray(params, { selector: ({ name }) => name })
  fc.assert(
    fc.property(domains, uniqueParams, (domain, list) => {
      const writer = writeParams(writeDomain(new XdrWriter(), domain), list)
      const reader = new XdrReader(writer.toBuffer())
      expect(readDomain(reader)).toEqual(domain)
      expect(readParams(reader)).toEqual(Object.fromEntries(list.map(({ name, value }) => [name, value])))
      reader.end()
    }),
  )
})

test('any bytes are read as a value or refused as a protocol error, and never take long', () => {
  const read = (bytes: Uint8Array) => {
    const reader = new XdrReader(Buffer.from(bytes))
    readDomain(reader)
    readParams(reader)
    reader.end()
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        read(bytes)
      } catch (error) {
        expect(error).toEqual(protocolError)
      }
    }),
  )
})

test('lies about lengths are refused before memory is spent on them', () => {
  const bytes = (...words: number[]) => {
    const writer = new XdrWriter()
    for (const word of words) writer.uint32(word)
    return new XdrReader(writer.toBuffer())
  }
  expect(() => bytes(0xffff_ffff, 1).string()).toThrow(protocolError)
  expect(() => bytes(12, 1).opaque()).toThrow(protocolError)
  expect(() => bytes(0xffff_ffff, 1).array(() => 0)).toThrow(protocolError)
  expect(() => bytes(2, 1).optional(() => 0)).toThrow(protocolError)
  expect(() => bytes(1).end()).toThrow(protocolError)
  expect(() => bytes(1).uint64()).toThrow(protocolError)
})

test('what libvirt would misread is not sent', () => {
  const badArgument = expect.objectContaining({ code: 'LIBVIRT_BAD_ARGUMENT' })
  expect(() => new XdrWriter().string('web\0evil')).toThrow(badArgument)
  expect(() => new XdrWriter().string('x'.repeat(4_194_305))).toThrow(badArgument)
  expect(() => new XdrWriter().uint32(-1)).toThrow(badArgument)
  expect(() => new XdrWriter().uint64(-1n)).toThrow(badArgument)
  expect(() => writeDomain(new XdrWriter(), { name: 'web', uuid: 'web', id: 1 })).toThrow(badArgument)
})
