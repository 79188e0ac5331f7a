import { randomUUID } from 'node:crypto'
import type { NetworkFence } from '@basalt/contracts'
import { expect, test } from 'vitest'
import type { NetworkSuite } from './network.ts'
import { expectCode } from './support.ts'

/** Registers the tests about leases and epochs. */
export function fenceTests(suite: NetworkSuite): void {
  const driver = () => suite.subject.driver
  const otherNode = () => suite.subject.otherNode ?? suite.subject.driver
  const newLease = async (epoch: number): Promise<NetworkFence> => {
    const fence = { node: `node-${randomUUID()}`, epoch }
    await driver().takeLease(fence)
    return fence
  }

  test('a lease can be taken again with the same epoch or a higher one, not with a lower one', async () => {
    const fence = await newLease(3)
    await driver().takeLease(fence)
    await driver().takeLease({ ...fence, epoch: 4 })
    await expectCode(driver().takeLease(fence), 'STALE_EPOCH')
    await expectCode(otherNode().takeLease(fence), 'STALE_EPOCH')
  })

  test('the lease of one node leaves that of another alone', async () => {
    await newLease(1_000)
    const spec = suite.networkSpec()
    await driver().ensureNetwork(spec, suite.fence)
    expect((await driver().list()).networks).toContain(spec.network)
  })

  test('who lost its lease changes nothing', async () => {
    const network = await suite.makeNetwork()
    const port = suite.portSpec(network, 1)
    await driver().ensurePort(port, suite.fence)
    const empty = await suite.makeNetwork()
    const lost = await newLease(1)
    await otherNode().takeLease({ ...lost, epoch: 2 })
    const before = await suite.inventory()
    await expectCode(driver().ensureNetwork(suite.networkSpec(), lost), 'STALE_EPOCH')
    await expectCode(driver().ensurePort(suite.portSpec(network, 2), lost), 'STALE_EPOCH')
    await expectCode(driver().removePort(port.port, lost), 'STALE_EPOCH')
    await expectCode(driver().removeNetwork(empty.network, lost), 'STALE_EPOCH')
    expect(await suite.inventory()).toEqual(before)
  })

  test('a change that is done already is still refused to who lost its lease', async () => {
    const lost = await newLease(1)
    const network = suite.networkSpec()
    await driver().ensureNetwork(network, lost)
    await otherNode().takeLease({ ...lost, epoch: 2 })
    await expectCode(driver().ensureNetwork(network, lost), 'STALE_EPOCH')
  })

  test('who never took a lease changes nothing', async () => {
    const fence = { node: `node-${randomUUID()}`, epoch: 1 }
    await expectCode(driver().ensureNetwork(suite.networkSpec(), fence), 'STALE_EPOCH')
  })

  test('what one node made, another sees and removes', async () => {
    const network = await suite.makeNetwork()
    const fence = await newLease(1)
    expect((await otherNode().list()).networks).toContain(network.network)
    await otherNode().removeNetwork(network.network, fence)
    expect((await driver().list()).networks).not.toContain(network.network)
  })
}
