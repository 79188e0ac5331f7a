import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createJsonFramer, MAX_NESTING } from './framing.ts'
import type { JsonObject } from './json.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const MESSAGES: JsonObject[] = [
  { id: 1, result: [{ uuid: ['uuid', '550e8400-e29b-41d4-a716-446655440000'] }], error: null },
  { id: 'ä', method: 'echo', params: ['brackets ]}{[ and "quotes" \\ and \\" ends with \\', '雪\u2028\ud83d\ude00'] },
  {},
  { nested: [[[[{ deep: ['\\', '"', '\\"'] }]]]], empty: '' },
]

test('messages are found wherever the stream is split', () => {
  const stream = bytes(`${MESSAGES.map((message) => JSON.stringify(message)).join('')}\n \r\t`)
  for (let split = 0; split <= stream.length; split++) {
    const framer = createJsonFramer()
    const first = framer.push(stream.subarray(0, split))
    expect([...first, ...framer.push(stream.subarray(split))]).toEqual(MESSAGES)
  }
})

test('single bytes make the same messages', () => {
  const framer = createJsonFramer()
  const stream = bytes(MESSAGES.map((message) => JSON.stringify(message, null, 2)).join('\n'))
  expect([...stream].flatMap((byte) => framer.push(Uint8Array.of(byte)))).toEqual(MESSAGES)
})

test('any JSON objects in any pieces come out as they went in', () => {
  const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
  fc.assert(
    fc.property(fc.array(object), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (objects, sizes) => {
      const stream = bytes(objects.map((each) => JSON.stringify(each)).join(' '))
      const framer = createJsonFramer()
      const found: JsonObject[] = []
      for (let start = 0, turn = 0; start < stream.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        found.push(...framer.push(stream.subarray(start, start + size)))
        start += size
      }
      expect(JSON.stringify(found)).toBe(JSON.stringify(objects.map((each) => JSON.parse(JSON.stringify(each)))))
    }),
  )
})

test.each([
  ['a message that is not an object', '[1]', 'protocol error'],
  ['text', 'HTTP/1.1 400 Bad Request', 'protocol error'],
  ['a closing bracket', '}', 'protocol error'],
  ['mismatched brackets', '{"a":[}]', 'protocol error'],
  ['a broken escape', '{"a":"\\x"}', 'protocol error'],
  ['a trailing comma', '{"a":1,}', 'protocol error'],
  ['deep nesting', `{"a":${'['.repeat(MAX_NESTING)}`, 'protocol error'],
  ['an endless string', `{"a":"${'x'.repeat(2_000)}`, 'message too large'],
  ['a long message in one piece', `{"a":"${'x'.repeat(2_000)}"}`, 'message too large'],
])('%s is refused', (_, text, code) => {
  const framer = createJsonFramer({ maxMessageBytes: 1_000 })
  expect(() => framer.push(bytes(text))).toThrow(expect.objectContaining({ code }))
})

test('an endless string in small pieces is refused at the bound', () => {
  const framer = createJsonFramer({ maxMessageBytes: 1_000 })
  const feed = () => {
    framer.push(bytes('{"'))
    for (let count = 0; count < 1_000; count++) framer.push(bytes('x'))
  }
  expect(feed).toThrow(expect.objectContaining({ code: 'message too large' }))
})

test('invalid UTF-8 is refused', () => {
  const framer = createJsonFramer()
  expect(() => framer.push(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toThrow(
    expect.objectContaining({ code: 'protocol error' }),
  )
})
