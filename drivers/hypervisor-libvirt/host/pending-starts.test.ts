import { expect, test } from 'vitest'
import { createPendingStarts } from './pending-starts.ts'

const never = new AbortController().signal
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))

test('starts of one guest follow each other, and a failed one does not fail the next', async () => {
  const starts = createPendingStarts()
  const order: string[] = []
  const first = starts.run('vm', never, async () => {
    order.push('first')
    throw new Error('no')
  })
  const second = starts.run('vm', never, async () => order.push('second'))
  await expect(first).rejects.toThrow('no')
  await second
  expect(order).toEqual(['first', 'second'])
})

test('calling off ends the running start and those behind it, and only this guest’s', async () => {
  const starts = createPendingStarts()
  const running = starts.run('vm', never, untilAborted)
  const behind = starts.run('vm', never, async () => expect.unreachable('it was called off'))
  const other = new AbortController()
  const elsewhere = starts.run('other', other.signal, untilAborted)
  const failures = [running, behind, elsewhere].map((start) => expect(start).rejects.toThrow(/removed|enough/))
  await starts.callOff('vm', new Error('removed'))
  other.abort(new Error('enough'))
  await Promise.all(failures)
  expect(await starts.run('vm', never, async () => 'again')).toBe('again')
})
