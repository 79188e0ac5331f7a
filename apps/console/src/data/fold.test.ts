import { expect, test } from 'vitest'
import type { Page, ResourceEvent, Row } from '../api/types.ts'
import { foldEvent, type Pages } from './fold.ts'

const row = (id: string, minute: number, more: Partial<Row> = {}): Row => ({
  id,
  version: 1,
  createdAt: `2026-01-01T00:0${minute}:00.000Z`,
  state: 'running',
  ...more,
})

const list = (...pages: Page[]): Pages => ({ pages, pageParams: pages.map(() => '') })
const event = (change: ResourceEvent['change'], data: Row): ResourceEvent => ({
  cursor: '1-1',
  kind: 'vm',
  resource: data.id,
  change,
  at: '',
  data,
})
const ids = ({ pages }: Pages): string[] => pages.flatMap(({ items }) => items.map(({ id }) => id))
const [a, b, c] = [row('a', 3), row('b', 2), row('c', 1)]

test('what is new stands where its time of creation puts it', () => {
  expect(ids(foldEvent(list({ items: [a, c] }), event('created', row('new', 4)), {}))).toEqual(['new', 'a', 'c'])
  expect(ids(foldEvent(list({ items: [a, c] }), event('created', b), {}))).toEqual(['a', 'b', 'c'])
  expect(ids(foldEvent(list({ items: [] }), event('created', b), {}))).toEqual(['b'])
})

test('what is older than all that was loaded waits for its page', () => {
  expect(ids(foldEvent(list({ items: [a, b], next: 'more' }), event('updated', c), {}))).toEqual(['a', 'b'])
})

test('a change takes the place of what was known, on any page, unless it is older', () => {
  const pages = list({ items: [a], next: 'x' }, { items: [b, c] })
  const changed = foldEvent(pages, event('updated', { ...b, version: 3, state: 'stopped' }), {})
  expect(changed.pages[1]?.items[0]).toMatchObject({ version: 3, state: 'stopped' })
  expect(foldEvent(changed, event('updated', { ...b, version: 2 }), {}).pages[1]?.items[0]?.version).toBe(3)
  expect(changed.pages[0]).toBe(pages.pages[0])
})

test('a deletion takes it away; folding twice changes nothing more', () => {
  const once = foldEvent(list({ items: [a, b] }), event('deleted', a), {})
  expect(ids(once)).toEqual(['b'])
  expect(foldEvent(once, event('deleted', a), {})).toBe(once)
})

test('a filtered list takes in what begins to match and lets go what ceases to', () => {
  const running = list({ items: [a] })
  expect(ids(foldEvent(running, event('updated', { ...b, state: 'stopped' }), { state: 'running' }))).toEqual(['a'])
  expect(ids(foldEvent(running, event('updated', b), { state: 'running' }))).toEqual(['a', 'b'])
  const left = foldEvent(running, event('updated', { ...a, version: 2, state: 'stopped' }), { state: 'running' })
  expect(ids(left)).toEqual([])
})

test('[core.recyclebin] what is recycled leaves its list for that of the bin, and comes back', () => {
  const binned = { ...b, version: 2, state: 'recycled', recycledAt: '2026-01-02T00:00:00.000Z' }
  expect(ids(foldEvent(list({ items: [a, b] }), event('updated', binned), {}))).toEqual(['a'])
  expect(ids(foldEvent(list({ items: [] }), event('updated', binned), { recycled: 'true' }))).toEqual(['b'])
  const back = { ...b, version: 3, recycledAt: null }
  expect(ids(foldEvent(list({ items: [binned] }), event('updated', back), { recycled: 'true' }))).toEqual([])
  expect(ids(foldEvent(list({ items: [a] }), event('updated', back), {}))).toEqual(['a', 'b'])
})
