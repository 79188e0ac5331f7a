import { expect, test } from 'vitest'
import { attached } from './attached.ts'

test('[api.rest] what is kept with an object is its own, unseen, and taken once', () => {
  const [seen, other] = [attached<object, string>('note'), attached<object, string>('note')]
  const [request, another] = [{ method: 'GET' }, { method: 'GET' }]
  seen.set(request, 'mine')
  expect([seen.get(request), other.get(request), seen.get(another)]).toEqual(['mine', undefined, undefined])
  expect([JSON.stringify(request), Object.keys(request)]).toEqual(['{"method":"GET"}', ['method']])
  expect([seen.take(request), seen.take(request), seen.get(request)]).toEqual(['mine', undefined, undefined])
})
