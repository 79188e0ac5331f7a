import { expect, test } from 'vitest'
import { createEventParser, type StreamMessage } from './event-stream.ts'

const stream = 'retry: 1000\nid: 5-0\n\nid: 6-1\nevent: created\ndata: {"a":1}\n\nid: 7-0\n: still here\n\n'
const expected: StreamMessage[] = [{ id: '5-0' }, { id: '6-1', data: '{"a":1}' }, { id: '7-0' }]

test('messages come out whole however the stream is cut', () => {
  for (let size = 1; size <= stream.length; size++) {
    const parse = createEventParser()
    const messages: StreamMessage[] = []
    for (let at = 0; at < stream.length; at += size) messages.push(...parse(stream.slice(at, at + size)))
    expect(messages).toEqual(expected)
  }
})

test('several lines of data are one text', () => {
  expect(createEventParser()('data: one\ndata: two\n\n')).toEqual([{ data: 'one\ntwo' }])
})
