import { randomUUID } from 'node:crypto'
import type { PortSpec } from '@basalt/contracts'
import { expect, test } from 'vitest'
import { until } from '../wait.ts'
import type { NetworkSuite } from './network.ts'
import { expectCode, offered } from './support.ts'

const UP_TIMEOUT_MS = 15_000
const SHORT_MS = 50
const NO_GUESTS = 'the subject cannot plug a guest into a port'

/** Registers the tests about ports. */
export function portTests(suite: NetworkSuite): void {
  const driver = () => suite.subject.driver
  const listed = async (port: PortSpec) => (await driver().list()).ports.filter((one) => one.port === port.port)

  test('ensurePort makes a port, twice as well as once', async () => {
    const network = await suite.makeNetwork()
    const port = suite.portSpec(network, 1)
    await driver().ensurePort(port, suite.fence)
    await driver().ensurePort(port, suite.fence)
    expect(await listed(port)).toEqual([{ port: port.port, network: network.network, up: false }])
  })

  test('two ensurePort at once make one port', async () => {
    const port = suite.portSpec(await suite.makeNetwork(), 1)
    await Promise.all([driver().ensurePort(port, suite.fence), driver().ensurePort(port, suite.fence)])
    expect(await listed(port)).toHaveLength(1)
  })

  test('a port needs its network', async () => {
    const port = suite.portSpec(suite.networkSpec(), 1)
    await expectCode(driver().ensurePort(port, suite.fence), 'NETWORK_NOT_FOUND')
    expect(await listed(port)).toEqual([])
  })

  test.each([
    ['address', { address: '10.0.0.2 10.0.0.3' }],
    ['MAC', { mac: 'dynamic' }],
    ['tunnel key', { tunnelKey: 0 }],
    ['tunnel key', { tunnelKey: 32_768 }],
    ['host name', { hostname: 'a" }' }],
  ])('a port with a wrong %s is refused', async (_what, wrong) => {
    const port = suite.portSpec(await suite.makeNetwork(), 1, wrong)
    await expectCode(driver().ensurePort(port, suite.fence), 'NETWORK_SPEC_INVALID')
    expect(await listed(port)).toEqual([])
  })

  test('many ports at once all come about', async () => {
    const network = await suite.makeNetwork()
    const ports = Array.from({ length: 20 }, (_, i) => suite.portSpec(network, i + 1))
    await Promise.all(ports.map((port) => driver().ensurePort(port, suite.fence)))
    const all = (await driver().list()).ports.filter((one) => one.network === network.network)
    expect(all.map(({ port }) => port).sort()).toEqual(ports.map(({ port }) => port).sort())
  })

  test('removePort takes a port away, twice as well as once', async () => {
    const port = suite.portSpec(await suite.makeNetwork(), 1)
    await driver().ensurePort(port, suite.fence)
    await driver().removePort(port.port, suite.fence)
    await driver().removePort(port.port, suite.fence)
    expect(await listed(port)).toEqual([])
  })

  test('removing a port that never was is fine', async () => {
    await driver().removePort(randomUUID(), suite.fence)
  })

  test('the address and key of a removed port can be used again', async () => {
    const network = await suite.makeNetwork()
    const [first, second] = [suite.portSpec(network, 1), suite.portSpec(network, 1)]
    await driver().ensurePort(first, suite.fence)
    await driver().removePort(first.port, suite.fence)
    await driver().ensurePort(second, suite.fence)
    expect(await listed(second)).toHaveLength(1)
  })

  test('a port on no host is not up, and waiting for it ends in time', async () => {
    const port = suite.portSpec(await suite.makeNetwork(), 1)
    await driver().ensurePort(port, suite.fence)
    await expectCode(driver().waitPortUp(port.port, SHORT_MS), 'PORT_NOT_UP')
    await expectCode(driver().waitPortUp(randomUUID(), SHORT_MS), 'PORT_NOT_UP')
  })

  test('waiting can be given up', async () => {
    const port = suite.portSpec(await suite.makeNetwork(), 1)
    await driver().ensurePort(port, suite.fence)
    const abort = new AbortController()
    const failed = expect(driver().waitPortUp(port.port, 3_600_000, abort.signal)).rejects.toThrow('given up')
    abort.abort(new Error('given up'))
    await failed
    await expect(driver().waitPortUp(port.port, 3_600_000, abort.signal)).rejects.toThrow('given up')
  })

  test('a port comes up when its guest appears on the chassis that may claim it', async (context) => {
    const plug = offered(suite.subject.plug, context, NO_GUESTS)
    const [chassis] = suite.subject.chassis
    const port = suite.portSpec(await suite.makeNetwork(), 1, { chassis })
    await driver().ensurePort(port, suite.fence)
    const up = driver().waitPortUp(port.port, UP_TIMEOUT_MS)
    await plug(port.port, chassis)
    await up
    await driver().waitPortUp(port.port, SHORT_MS)
    expect(await listed(port)).toEqual([{ port: port.port, network: port.network, up: true }])
  })

  test('a guest that was there before its port comes up, too', async (context) => {
    const plug = offered(suite.subject.plug, context, NO_GUESTS)
    const [chassis] = suite.subject.chassis
    const port = suite.portSpec(await suite.makeNetwork(), 1, { chassis })
    await plug(port.port, chassis)
    await driver().ensurePort(port, suite.fence)
    await driver().waitPortUp(port.port, UP_TIMEOUT_MS)
  })

  test('a port goes down with its guest', async (context) => {
    const plug = offered(suite.subject.plug, context, NO_GUESTS)
    const unplug = offered(suite.subject.unplug, context, NO_GUESTS)
    const [chassis] = suite.subject.chassis
    const port = suite.portSpec(await suite.makeNetwork(), 1, { chassis })
    await driver().ensurePort(port, suite.fence)
    await plug(port.port, chassis)
    await driver().waitPortUp(port.port, UP_TIMEOUT_MS)
    await unplug(port.port)
    const isDown = async () => (await listed(port))[0]?.up === false
    await until('the port goes down', isDown, UP_TIMEOUT_MS)
  })

  test('another chassis than the one that may claim it does not bring a port up', async (context) => {
    const plug = offered(suite.subject.plug, context, NO_GUESTS)
    const [mine, other] = suite.subject.chassis
    const port = suite.portSpec(await suite.makeNetwork(), 1, { chassis: mine })
    await driver().ensurePort(port, suite.fence)
    await plug(port.port, other)
    await expectCode(driver().waitPortUp(port.port, SHORT_MS), 'PORT_NOT_UP')
    await driver().ensurePort({ ...port, chassis: other }, suite.fence)
    await driver().waitPortUp(port.port, UP_TIMEOUT_MS)
  })
}
