import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { until } from '../wait.ts'
import { bootTimeoutMs, type HypervisorSuite } from './hypervisor.ts'
import { expectCode, hostCall } from './support.ts'

const TEST_TIMEOUT_MS = 120_000

/** Registers the tests about serial consoles, their logs, and screens. */
export function consoleTests(suite: HypervisorSuite): void {
  const commands = () => suite.subject.driver.commands

  test('the log holds what the guest printed until it is removed', { timeout: TEST_TIMEOUT_MS }, async () => {
    const { vm } = await suite.start()
    await suite.booted(vm)
    const few = await commands().consoleLog({ vm, maxBytes: 10 }, hostCall())
    expect(Buffer.byteLength(few.text)).toBeLessThanOrEqual(10)
    expect(few.truncated).toBe(true)
    await commands().powerOff({ vm }, hostCall())
    const all = await commands().consoleLog({ vm, maxBytes: 1024 ** 2 }, hostCall())
    expect(all.text).toMatch(suite.subject.bootMessage)
    expect(all.truncated).toBe(false)
    await commands().remove({ vm }, hostCall())
    await expectCode(commands().consoleLog({ vm, maxBytes: 100 }, hostCall()), 'DOMAIN_NOT_FOUND')
  })

  test('a guest that never was has neither log nor addresses nor console', async () => {
    const vm = randomUUID()
    await expectCode(commands().consoleLog({ vm, maxBytes: 100 }, hostCall()), 'DOMAIN_NOT_FOUND')
    await expectCode(commands().guestAddresses({ vm }, hostCall()), 'DOMAIN_NOT_FOUND')
    await expectCode(suite.subject.driver.openConsole({ vm, kind: 'serial' }), 'DOMAIN_NOT_FOUND')
    await expectCode(suite.subject.driver.openConsole({ vm, kind: 'vnc' }), 'DOMAIN_NOT_FOUND')
  })

  test('a guest that is off has no console', { timeout: TEST_TIMEOUT_MS }, async () => {
    const { vm } = await suite.start()
    await commands().powerOff({ vm }, hostCall())
    await expectCode(suite.subject.driver.openConsole({ vm, kind: 'serial' }), 'DOMAIN_NOT_RUNNING')
    await expectCode(suite.subject.driver.openConsole({ vm, kind: 'vnc' }), 'DOMAIN_NOT_RUNNING')
  })

  test('the serial console carries keystrokes and answers', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    if (!suite.subject.serialAnswers) context.skip('the guest does not answer on its serial console')
    const { vm } = await suite.start()
    await suite.booted(vm)
    const stream = await suite.subject.driver.openConsole({ vm, kind: 'serial' })
    const received = collect(stream)
    stream.write('basalt-echo')
    const echoed = () => received().includes('basalt-echo')
    await until('the guest echoes', echoed, bootTimeoutMs(suite.subject))
    stream.destroy()
  })

  test('a console ends with its guest', { timeout: TEST_TIMEOUT_MS }, async () => {
    const { vm } = await suite.start()
    const stream = await suite.subject.driver.openConsole({ vm, kind: 'serial' })
    collect(stream)
    const ended = new Promise((resolve) => stream.once('close', resolve).once('end', resolve))
    await commands().powerOff({ vm }, hostCall())
    await ended
    stream.destroy()
  })

  test('the screen speaks RFB', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    if (!suite.subject.hasScreen) context.skip('the guest has no screen')
    const { vm } = await suite.start()
    const stream = await suite.subject.driver.openConsole({ vm, kind: 'vnc' })
    const received = collect(stream)
    const greeted = () => /^RFB \d{3}\.\d{3}\n/.test(received())
    await until('the screen greets', greeted, bootTimeoutMs(suite.subject))
    stream.destroy()
  })
}

/** Reads on; returns what came so far. A stream that breaks with its guest is no failure. */
function collect(stream: Duplex): () => string {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  stream.on('error', () => undefined)
  return () => text
}
