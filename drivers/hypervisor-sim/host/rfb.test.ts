import { expect, test } from 'vitest'
import { openPicture } from './rfb.ts'

test('a viewer gets the picture in the pixel format it asked for', async () => {
  const stream = openPicture('screen of a guest')
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const sixteenBits = [16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0]
  const messages = [
    Buffer.from('RFB 003.008\n'),
    Buffer.from([1]),
    Buffer.from([1]),
    Buffer.from([0, 0, 0, 0, ...sixteenBits]),
    Buffer.from([2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5]),
    Buffer.from([4, 1, 0, 0, 0, 0, 0, 65]),
    Buffer.from([5, 0, 0, 1, 0, 1]),
    Buffer.from([6, 0, 0, 0, 0, 0, 0, 2, 104, 105]),
    Buffer.from([3, 1, 0, 0, 0, 0, 1, 64, 0, 200]),
    Buffer.from([3, 0, 0, 0, 0, 0, 1, 64, 0, 200]),
  ]
  for (const byte of Buffer.concat(messages)) await new Promise((done) => stream.write(Buffer.from([byte]), done))
  const ended = new Promise((done) => stream.once('end', done))
  stream.end()
  await ended
  const received = Buffer.concat(chunks)
  const head = 12 + 2 + 4
  expect(received.toString('latin1', 0, 12)).toBe('RFB 003.008\n')
  expect([received.readUInt16BE(head), received.readUInt16BE(head + 2)]).toEqual([320, 200])
  const nameLength = received.readUInt32BE(head + 20)
  expect(received.toString('utf8', head + 24, head + 24 + nameLength)).toBe('screen of a guest')
  const update = received.subarray(head + 24 + nameLength)
  expect(update.readUInt16BE(2)).toBe(1)
  expect(update.length).toBe(16 + 320 * 200 * 2)
})

test('a viewer that wants another security type is sent away', async () => {
  const stream = openPicture('screen')
  stream.resume()
  const closed = new Promise((done) => stream.once('close', done))
  stream.write('RFB 003.008\n')
  stream.write(Buffer.from([2]))
  await closed
})
