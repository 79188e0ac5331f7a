import { expect, test } from 'vitest'
import { createNodeUrls } from './node-urls.ts'

const inOrder = () => 0

test('[host.add] every node is tried once before one is tried again, the one that just failed last', () => {
  const urls = createNodeUrls(['wss://a', 'wss://b', 'wss://c'], inOrder)
  const round = [urls.next(), urls.next(), urls.next()]
  expect([...round].sort()).toEqual(['wss://a', 'wss://b', 'wss://c'])
  expect([urls.next(), urls.next(), urls.next()].at(-1)).toBe(round.at(-1))
})

test('[core.mn-ha] nodes tell of each other; what is configured stays', () => {
  const urls = createNodeUrls(['https://a:1'], inOrder)
  expect(urls.next()).toBe('https://a:1')
  urls.told(['https://a:1', 'https://b:1'])
  expect([urls.next(), urls.next()].sort()).toEqual(['https://a:1', 'wss://b:1'])
  urls.told([])
  expect(urls.next()).toBe('https://a:1')
})

test('[core.mn-ha] an agent that is asked to move goes where it was told, or anywhere else', () => {
  const urls = createNodeUrls(['wss://a', 'wss://b'], inOrder)
  const first = urls.next()
  urls.moveTo('https://c')
  expect(urls.next()).toBe('wss://c')
  urls.told(['https://c'])
  const last = urls.next()
  urls.moveTo(undefined)
  expect(urls.next()).not.toBe(last)
  expect(first).toMatch(/^wss:/)
})
