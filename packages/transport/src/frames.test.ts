import { MAX_CONTROL_MESSAGE_BYTES } from '@basalt/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { waitBeforeRetryMs } from './backoff.ts'
import { encode, parseFromAgent, parseToAgent } from './frames.ts'
import { agreeOnProtocol } from './protocol.ts'

const refused = expect.objectContaining({ code: 'MESSAGE_INVALID' })

test('whatever comes is either a message or MESSAGE_INVALID', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          type: fc.constantFrom('hello', 'result', 'command', 'welcome', '__proto__', 'toString', 1, null),
          id: fc.oneof(fc.string(), fc.integer()),
          ok: fc.boolean(),
          error: fc.anything(),
          fence: fc.anything(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(anything, (json) => {
      for (const parse of [parseFromAgent, parseToAgent]) {
        try {
          expect(parse(json)).toHaveProperty('type')
        } catch (error) {
          expect(error).toEqual(refused)
        }
      }
    }),
  )
})

test('fields of the wrong type are refused', () => {
  const command = { type: 'command', id: 'a', name: 'x.y', params: {}, deadlineMs: 1 }
  expect(parseToAgent(JSON.stringify(command))).toEqual(command)
  for (const wrong of [
    { id: '' },
    { id: 'x'.repeat(200) },
    { deadlineMs: '1' },
    { fence: { resource: 'a', epoch: 1.5 } },
  ]) {
    expect(() => parseToAgent(JSON.stringify({ ...command, ...wrong }))).toThrow(refused)
  }
})

test('too long a message is not sent', () => {
  const params = 'x'.repeat(MAX_CONTROL_MESSAGE_BYTES)
  const sending = () => encode({ type: 'command', id: 'a', name: 'x.y', params, deadlineMs: 1 })
  expect(sending).toThrow(expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' }))
})

test('the highest common protocol revision is taken', () => {
  expect(agreeOnProtocol({ current: 3, oldest: 2 }, { current: 2, oldest: 1 })).toBe(2)
  expect(agreeOnProtocol({ current: 2, oldest: 1 }, { current: 3, oldest: 2 })).toBe(2)
  expect(agreeOnProtocol({ current: 3, oldest: 2 }, { current: 1, oldest: 1 })).toBeUndefined()
  expect(agreeOnProtocol({ current: 1, oldest: 1 }, { current: 3, oldest: 2 })).toBeUndefined()
})

test('waits double up to a ceiling and are random below it', () => {
  const backoff = { firstMs: 100, longestMs: 1000 }
  const ceilings = [0, 1, 2, 3, 4, 99, Number.POSITIVE_INFINITY].map((n) => waitBeforeRetryMs(backoff, n, () => 1))
  expect(ceilings).toEqual([100, 200, 400, 800, 1000, 1000, 1000])
  expect(waitBeforeRetryMs(backoff, 4, () => 0.25)).toBe(250)
})
