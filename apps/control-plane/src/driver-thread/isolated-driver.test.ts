import { createServer, get } from 'node:http'
import { freePort } from '@basalt/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Badness } from './bad-driver.fixture.ts'
import { isolatedDriver } from './isolated-driver.ts'

type Method = (...args: unknown[]) => Promise<unknown>

interface BadDriver {
  takeLease: Method
  ensureNetwork: Method
  removeNetwork: Method
  ensurePort: Method
  removePort: Method
  waitPortUp(port: string, timeoutMs: number, signal?: AbortSignal): Promise<void>
  list(): Promise<number>
  health: Method
  close(): Promise<void>
}

const METHODS = ['takeLease', 'ensureNetwork', 'removeNetwork', 'ensurePort', 'removePort', 'health'] as const
const MODULE = new URL('./bad-driver.fixture.ts', import.meta.url).href
const DEADLINE_MS = 20_000

function openBadDriver(how: Badness, options: { atStart?: Badness; deadlineMs?: number } = {}) {
  const ends: unknown[] = []
  const { atStart, deadlineMs = DEADLINE_MS } = options
  const limit = (args: unknown[]) => (args.includes('be good') ? 20_000 : deadlineMs)
  const driver = isolatedDriver<BadDriver>({
    source: { module: MODULE, factory: 'createBadDriver', options: { how, atStart } },
    title: 'a bad fabric',
    methods: {
      ...{ takeLease: limit, ensureNetwork: limit, removeNetwork: limit, ensurePort: limit, removePort: limit },
      ...{ waitPortUp: limit, list: () => 20_000, health: limit, close: limit },
    },
    log: (_message, { why }) => ends.push(why),
    pingEveryMs: 100,
    missedPings: 10,
    restartAfterMs: 0,
  })
  onTestFinished(() => driver.close())
  return { driver, ends }
}

/** Any other service of this process. */
const service = createServer((_request, response) => response.end('here'))
let port: number

beforeAll(async () => {
  port = await freePort()
  await new Promise<void>((resolve) => void service.listen(port, '127.0.0.1', resolve))
})

afterAll(() => void service.close())

const ask = () =>
  new Promise<number | undefined>((resolve, reject) =>
    get({ port }, (response) => resolve(response.resume().statusCode)).on('error', reject),
  )

const UNRESPONSIVE = { status: 504, code: 'DRIVER_UNRESPONSIVE', retryAfterSeconds: expect.any(Number) }

/** Calls a method that never answers by itself; the other service must be served before it is over. */
async function whileOthersAnswer(call: Promise<unknown>): Promise<unknown> {
  let settled = false
  const outcome = call.then(
    () => 'it succeeded',
    (reason: unknown) => reason,
  )
  void outcome.then(() => {
    settled = true
  })
  for (let request = 0; request < 20; request++) expect(await ask()).toBe(200)
  expect(settled).toBe(false)
  return outcome
}

test('[core.isolation] a busy loop in any method: the others answer meanwhile, and the driver works again', async () => {
  const { driver, ends } = openBadDriver('busy')
  for (const method of METHODS) {
    expect(await driver[method]('be good')).toBe('well')
    expect(await whileOthersAnswer(driver[method]('be bad'))).toMatchObject(UNRESPONSIVE)
  }
  expect(ends).toHaveLength(METHODS.length)
}, 120_000)

test('[core.isolation] a method that hangs costs its own call only', async () => {
  const { driver, ends } = openBadDriver('hang', { deadlineMs: 1_000 })
  expect(await driver.health('be good')).toBe('well')
  for (const method of METHODS) {
    const outcome = await whileOthersAnswer(driver[method]('be bad'))
    expect(outcome).toMatchObject({ ...UNRESPONSIVE, message: expect.stringContaining(method) })
    expect(await driver[method]('be good')).toBe('well')
  }
  expect(ends).toEqual([])
}, 60_000)

test('[core.isolation] what a method throws arrives with code and remedy', async () => {
  const { driver } = openBadDriver('throw')
  for (const method of METHODS)
    await expect(driver[method]()).rejects.toMatchObject({ code: 'BAD_LUCK', message: 'no luck', remedy: 'Be lucky.' })
})

test('[core.isolation] all calls of a thread that is lost are told so, and the next call has a new one', async () => {
  const { driver, ends } = openBadDriver('busy', { deadlineMs: 20_000 })
  const calls = await Promise.allSettled([driver.ensurePort(), driver.health('be good'), driver.removePort()])
  expect(calls.map((call) => call.status === 'rejected' && (call.reason as { code: string }).code)).toEqual(
    calls.map(() => 'DRIVER_UNRESPONSIVE'),
  )
  expect(ends).toEqual(['its thread does not answer'])
  expect(await driver.health('be good')).toBe('well')
})

test('[core.isolation] an error that nobody catches, and memory without end, cost the driver alone', async () => {
  for (const how of ['throwLater', 'eat'] as const) {
    const { driver } = openBadDriver(how, { deadlineMs: 25_000 })
    await expect(driver.health()).rejects.toMatchObject(UNRESPONSIVE)
    expect(await driver.health('be good')).toBe('well')
  }
}, 60_000)

test('[core.isolation] a driver that cannot even start says why', async () => {
  const { driver } = openBadDriver('well', { atStart: 'throw' })
  await expect(driver.health()).rejects.toThrow('no luck')
})

test('a call that its caller gave up is cancelled on the other side', async () => {
  const { driver } = openBadDriver('well')
  const giveUp = new AbortController()
  const waiting = driver.waitPortUp('p', 10_000, giveUp.signal)
  expect(await driver.list()).toBe(0)
  giveUp.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  expect(await driver.list()).toBe(1)
})

test('a closed driver takes no more calls, and its thread is gone', async () => {
  const { driver } = openBadDriver('hang')
  expect(await driver.health('be good')).toBe('well')
  await driver.close()
  await expect(driver.health('be good')).rejects.toMatchObject({ message: expect.stringMatching(/closed/) })
})
