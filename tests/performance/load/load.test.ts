/** The generator of load against servers whose answers are known. */
import { createServer, type Server } from 'node:http'
import { listenOnFreePort } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flawless, type HttpLoad, type Load, startLoad } from './load.ts'

let server: Server
let url: string
let load: Load
const asked: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/refused') return void response.writeHead(503).end()
    if (request.url === '/chunks') {
      response.write('some')
      return void response.end('more')
    }
    if (request.url === '/closes') return void request.socket.destroy()
    response.end('{}')
  })
  url = `http://127.0.0.1:${await listenOnFreePort(server)}`
  load = startLoad()
})

afterAll(async () => {
  await load?.close()
  server.close()
  server.closeAllConnections()
})

const target = (path: string): HttpLoad => ({ kind: 'http', url, asked: [{ method: 'GET', path }] })

test('asks as often as it was told, each time with another number, and times every answer', async () => {
  asked.length = 0
  const outcome = await flawless(load, target('/{n}'), { callers: 4, count: 50 })
  expect(outcome.statuses).toEqual({ 200: 50 })
  expect(outcome.latenciesMs).toHaveLength(50)
  expect(new Set(asked).size).toBe(50)
})

test('takes answers in chunks, refusals and broken connections for what they are, and goes on', async () => {
  const mixed: HttpLoad = {
    ...target('/'),
    asked: ['/chunks', '/refused', '/closes', '/plain'].map((path) => ({ method: 'GET', path })),
  }
  const outcome = await load.ask({ target: mixed, pace: { callers: 1, count: 8 } })
  expect(outcome.statuses).toEqual({ 200: 4, 503: 2, 0: 2 })
  expect(outcome.latenciesMs).toHaveLength(4)
  await expect(flawless(load, target('/refused'), { callers: 1, count: 2 })).rejects.toThrow('2 answers 503')
})

test('callers are spread over all nodes; whose node is gone asks the next the same, under the same key', async () => {
  const keys: string[] = []
  const isGone = createServer((request) => {
    keys.push(String(request.headers['idempotency-key']))
    request.socket.destroy()
    isGone.close()
  })
  const others = [`http://127.0.0.1:${await listenOnFreePort(isGone)}`]
  const question = { method: 'POST', path: '/', headers: { 'idempotency-key': 'k{n}' }, body: '{"name":"{n}"}' }
  server.on('request', ({ headers }) => keys.push(String(headers['idempotency-key'])))
  const target: HttpLoad = { kind: 'http', url, others, failsOver: true, asked: [question] }
  const outcome = await flawless(load, target, { callers: 2, count: 10 })
  expect(outcome.statuses).toEqual({ 200: 10 })
  expect(keys).toHaveLength(11)
  expect(new Set(keys).size).toBe(10)
  expect(keys.every((key) => /^k\d+$/.test(key))).toBe(true)
})

test('keeps a pace, and tells what it could not ask because its callers still waited', async () => {
  const steady = await load.ask({ target: target('/'), pace: { callers: 4, durationMs: 300, perSecond: 100 } })
  const answered = steady.statuses[200] ?? 0
  expect(answered).toBeGreaterThan(0)
  expect(answered + steady.skipped).toBeLessThanOrEqual(30)
})
