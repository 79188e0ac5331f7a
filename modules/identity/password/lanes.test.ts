import { expect, test } from 'vitest'
import { createLanes } from './lanes.ts'

/** A clock that stands until it is moved on. */
function standing() {
  let at = 0
  const alarms: { at: number; call(): void }[] = []
  return {
    now: () => at,
    later: (ms: number, call: () => void) => void alarms.push({ at: at + ms, call }),
    pass(ms: number) {
      at += ms
      for (const alarm of alarms.splice(0)) alarm.at <= at ? alarm.call() : alarms.push(alarm)
    },
  }
}

function lanesOf(places = 8) {
  const clock = standing()
  const turns: number[] = []
  const lanes = createLanes<string>({ places, onTurn: () => void turns.push(clock.now()), clock })
  return { clock, lanes, turns }
}

test('[iam.login] new passwords come first, then checks, then those who guessed lately', () => {
  const { lanes } = lanesOf()
  lanes.push('guess', 'a guess')
  lanes.push('check', 'a check')
  lanes.push('hash', 'a new one')
  expect(lanes.waiting()).toBe(3)
  expect([lanes.next(), lanes.next(), lanes.next(), lanes.next()]).toEqual([
    'a new one',
    'a check',
    'a guess',
    undefined,
  ])
})

test('[iam.login] after a guess there is none for 127 times as long, and checks go on meanwhile', () => {
  const { lanes, clock, turns } = lanesOf()
  for (const job of ['first', 'second']) lanes.push('guess', job)
  expect(lanes.next()).toBe('first')
  clock.pass(5)
  lanes.done()
  expect(lanes.next()).toBeUndefined()
  lanes.push('check', 'a check')
  expect(lanes.next()).toBe('a check')
  clock.pass(5)
  lanes.done()
  clock.pass(629)
  expect(turns).toEqual([])
  clock.pass(1)
  expect(turns).toEqual([640])
  expect(lanes.next()).toBe('second')
})

test('whoever has the turn when a rest is over is not disturbed; the rest has an end where one guess takes for ever', () => {
  const { lanes, clock, turns } = lanesOf()
  lanes.push('guess', 'slow')
  lanes.next()
  clock.pass(60_000)
  lanes.done()
  lanes.push('check', 'a check')
  lanes.next()
  clock.pass(1_000)
  expect(turns).toEqual([])
  lanes.push('guess', 'another')
  expect(lanes.next()).toBe('another')
})

test('[iam.login] those who guess have an eighth of the places; a place that is held is taken until it is given back', () => {
  const { lanes } = lanesOf(16)
  const held = [lanes.hold('guess'), lanes.hold('guess')]
  expect(lanes.hasRoom('guess')).toBe(false)
  expect(lanes.hasRoom('check')).toBe(true)
  held[0]?.()
  held[0]?.()
  expect(lanes.hasRoom('guess')).toBe(true)
  lanes.push('guess', 'one')
  expect(lanes.hasRoom('guess')).toBe(false)
})
