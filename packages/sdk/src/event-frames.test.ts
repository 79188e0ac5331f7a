import { expect, test } from 'vitest'
import { framesOf } from './event-frames.ts'

async function* bytes(text: string, size: number): AsyncGenerator<Uint8Array> {
  const all = new TextEncoder().encode(text)
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}

test('[core.events] frames are found however the bytes are cut, characters of several bytes too', async () => {
  const text =
    'retry: 1000\nid: 1-1\n\nid: 1-2\nevent: created\ndata: {"name":"机器"}\n\nid: 1-3\n: still here\n\ndata: cut off'
  for (const size of [1, 3, 7, 1000]) {
    const frames = []
    for await (const frame of framesOf(bytes(text, size))) frames.push(frame)
    expect(frames).toEqual([{ id: '1-1' }, { id: '1-2', event: 'created', data: '{"name":"机器"}' }, { id: '1-3' }])
  }
})

test('data of several lines is one text', async () => {
  const frames = []
  for await (const frame of framesOf(bytes('data: a\ndata: b\n\n', 4))) frames.push(frame)
  expect(frames).toEqual([{ data: 'a\nb' }])
})
