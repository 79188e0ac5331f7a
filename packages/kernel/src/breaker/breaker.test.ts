import { expect, test } from 'vitest'
import { unavailable } from '../problem.ts'
import { createBreaker } from './breaker.ts'
import { withDeadline } from './deadline.ts'

class Silence extends Error {}
const never = new AbortController().signal

/** Somebody who answers, refuses or keeps silent, as told. */
function other() {
  const peer = { mood: 'answers' as 'answers' | 'refuses' | 'silent', asked: 0, probed: 0 }
  const answer = async (): Promise<string> => {
    if (peer.mood === 'silent') throw new Silence('nothing came')
    if (peer.mood === 'refuses') throw new Error('no')
    return 'yes'
  }
  const tuning = { after: 3, probeEveryMs: 5 }
  const breaker = createBreaker({
    tuning: () => tuning,
    isSilence: (error) => error instanceof Silence,
    refusal: (key) => unavailable('SILENT', `${key} is silent`, 'Wait.'),
  })
  const call = (key = 'a') =>
    breaker.run(
      key,
      () => {
        peer.asked++
        return answer()
      },
      () => {
        peer.probed++
        return answer()
      },
    )
  return { peer, breaker, tuning, call }
}

async function fallSilent({ peer, call }: ReturnType<typeof other>, times = 3): Promise<void> {
  peer.mood = 'silent'
  for (let time = 0; time < times; time++) await expect(call()).rejects.toThrow(Silence)
}

test('[core.isolation] who stays silent several times in a row is not asked any more, others are', async () => {
  const all = other()
  await fallSilent(all)
  const { peer, breaker, call } = all
  await expect(call()).rejects.toMatchObject({ status: 503, code: 'SILENT', retryAfterSeconds: expect.any(Number) })
  expect(peer.asked).toBe(3)
  expect(breaker.isOpen('a')).toBe(true)
  peer.mood = 'answers'
  expect(await call('b')).toBe('yes')
  breaker.close()
})

test('[core.isolation] a threshold that is changed counts at once', async () => {
  const all = other()
  await fallSilent(all, 1)
  all.tuning.after = 2
  await fallSilent(all, 1)
  expect(all.breaker.isOpen('a')).toBe(true)
  all.breaker.close()
})

test('[core.isolation] an answer in between, also a refusal, starts the count anew', async () => {
  const all = other()
  const { peer, breaker, call } = all
  for (const mood of ['answers', 'refuses'] as const) {
    await fallSilent(all, 2)
    peer.mood = mood
    await call().catch(() => {})
  }
  await fallSilent(all, 2)
  expect(breaker.isOpen('a')).toBe(false)
})

test('[core.isolation] a probe that is answered lets calls through again, whatever the answer', async () => {
  for (const mood of ['answers', 'refuses'] as const) {
    const all = other()
    await fallSilent(all)
    const { peer, breaker, call } = all
    peer.mood = mood
    await breaker.untilClosed('a', 60_000, never)
    expect(breaker.isOpen('a')).toBe(false)
    expect(peer.probed).toBe(1)
    peer.mood = 'answers'
    expect(await call()).toBe('yes')
  }
})

test('[core.isolation] patience with it ends, and with the caller’s signal; another other end starts afresh', async () => {
  const all = other()
  await fallSilent(all)
  const { breaker } = all
  await breaker.untilClosed('a', 1, never)
  const giveUp = new AbortController()
  const waiting = breaker.untilClosed('a', 60_000, giveUp.signal)
  giveUp.abort()
  await waiting
  expect(breaker.isOpen('a')).toBe(true)
  breaker.reset('a')
  expect(breaker.isOpen('a')).toBe(false)
})

test('a deadline ends what does not end by itself', async () => {
  const late = () => new Error('too late')
  await expect(withDeadline(new Promise(() => {}), 1, late)).rejects.toThrow('too late')
  expect(await withDeadline(Promise.resolve('in time'), 60_000, late)).toBe('in time')
})
