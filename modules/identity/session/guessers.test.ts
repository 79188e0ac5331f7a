import { expect, test } from 'vitest'
import { createGuessers } from './guessers.ts'

test('[iam.login] who mistypes a few times is no guesser; who goes on is, until a minute has passed without an attempt', () => {
  let now = 0
  const guessers = createGuessers(() => now)
  const lanes = Array.from({ length: 4 }, () => {
    const lane = guessers.laneOf('192.0.2.7')
    guessers.note('192.0.2.7')
    return lane
  })
  expect(lanes).toEqual(['check', 'check', 'check', 'guess'])
  expect(guessers.laneOf('192.0.2.8')).toBe('check')
  for (let guess = 0; guess < 100; guess++) guessers.note('192.0.2.7')
  now = 59
  expect(guessers.laneOf('192.0.2.7')).toBe('guess')
  now = 118
  expect(guessers.laneOf('192.0.2.7')).toBe('guess')
  now = 179
  expect(guessers.laneOf('192.0.2.7')).toBe('check')
})

test('[iam.login] addresses of one network are one sender', () => {
  const guessers = createGuessers(() => 0)
  for (const last of ['1', '2', '3']) guessers.note(`2001:db8:0:1::${last}`)
  expect(guessers.laneOf('2001:db8:0:1::ffff')).toBe('guess')
  expect(guessers.laneOf('2001:db8:0:2::1')).toBe('check')
})
