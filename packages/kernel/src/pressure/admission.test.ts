import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { createAdmission, DEFAULT_LIMITS } from './admission.ts'

const response = () => new EventEmitter() as unknown as ServerResponse & EventEmitter

function admission(limits: object, depths = { commits: 0, tasks: 0 }) {
  return createAdmission({ ...DEFAULT_LIMITS, ...limits }, () => depths)
}

test('[core.isolation] beyond the limit a request is refused at once, and taken again when another has ended', () => {
  const gate = admission({ requests: 2 })
  const first = response()
  gate.arrive('request', 'GET', first)
  gate.arrive('request', 'GET', response())
  const refusal = { status: 503, code: 'OVERLOADED', retryAfterSeconds: 1 }
  expect(() => gate.arrive('request', 'GET', response())).toThrow(expect.objectContaining(refusal))
  gate.arrive('always', 'GET', response())
  first.emit('close')
  gate.arrive('request', 'GET', response())
  expect(gate.load().requests).toBe(2)
})

test('[core.isolation] one user cannot take the room of the others', () => {
  const gate = admission({ requestsPerUser: 1, streamsPerUser: 1 })
  const first = response()
  gate.identify('request', 'ada', first)
  gate.identify('request', 'bob', response())
  gate.identify('stream', 'ada', response())
  const refused = (code: string) =>
    expect.objectContaining({ status: 429, code, retryAfterSeconds: expect.any(Number) })
  expect(() => gate.identify('request', 'ada', response())).toThrow(refused('TOO_MANY_REQUESTS'))
  expect(() => gate.identify('stream', 'ada', response())).toThrow(refused('TOO_MANY_STREAMS'))
  first.emit('close')
  gate.identify('request', 'ada', response())
})

test('[core.isolation] while the queues behind are full, reading goes on and changes are refused', () => {
  for (const depths of [
    { commits: 1, tasks: 0 },
    { commits: 0, tasks: 1 },
  ]) {
    const gate = admission({ commits: 1, tasks: 1 }, depths)
    gate.arrive('request', 'GET', response())
    expect(() => gate.arrive('request', 'POST', response())).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
  }
})
