import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NetworkDriver } from '@basalt/contracts'
import { type NetworkSubject, networkContract } from '@basalt/testkit/contracts'
import { describe, expect, test } from 'vitest'
import { createSimulatedNetwork, type SimulatedNetwork } from './driver.ts'
import { keepSimulatedNetwork } from './kept-network.ts'
import { dialSimulatedNetwork, serveSimulatedNetwork } from './served.ts'

/** The network as its contract wants it, reached by two nodes. @param close what else there is to end */
function subject(
  network: SimulatedNetwork,
  connect: () => NetworkDriver,
  close = async (): Promise<void> => {},
): NetworkSubject {
  const [driver, otherNode] = [connect(), connect()]
  return {
    driver,
    otherNode,
    chassis: ['host-1', 'host-2'],
    plug: async (port, chassis) => network.plug(port, chassis),
    unplug: async (port) => network.unplug(port),
    async tamper(id, port) {
      network.tamper.network(id, { mtu: 1000 })
      network.tamper.port(port, { address: '192.0.2.77', chassis: null })
    },
    async close() {
      await driver.close()
      await otherNode.close()
      await close()
    },
  }
}

networkContract('simulated network', async () => {
  const network = createSimulatedNetwork()
  return subject(network, () => network.connect())
})

networkContract('simulated network that several nodes share', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'served-'))
  const path = join(directory, 'network.sock')
  const network = createSimulatedNetwork()
  const served = await serveSimulatedNetwork(network, path)
  return subject(
    network,
    () => dialSimulatedNetwork(`unix:${path}`),
    async () => {
      await served.close()
      await rm(directory, { recursive: true })
    },
  )
})

const FENCE = { node: 'n1', epoch: 1 }
const SPEC = {
  network: 'a',
  title: 'a',
  cidr: '10.0.0.0/24',
  gateway: '10.0.0.1',
  dnsServers: [],
  mtu: 1442,
  tunnelKey: 1,
  serverMac: '0a:00:00:00:00:01',
  leaseSeconds: 60,
}
const PORT = {
  port: 'p',
  network: 'a',
  mac: '0a:00:00:00:00:02',
  address: '10.0.0.2',
  hostname: 'p',
  tunnelKey: 1,
  chassis: 'host-1',
}

async function networkWithPort(options = {}) {
  const network = createSimulatedNetwork(options)
  const driver = network.connect()
  await driver.takeLease(FENCE)
  await driver.ensureNetwork(SPEC, FENCE)
  await driver.ensurePort(PORT, FENCE)
  return { network, driver }
}

describe('simulated network: strictness', () => {
  test.each([
    ['tunnel key', { tunnelKey: 1 }],
    ['MAC', { mac: '0A:00:00:00:00:02' }],
    ['address', { address: '10.0.0.2' }],
    ['address of the gateway', { address: '10.0.0.1' }],
    ['MAC of the DHCP server', { mac: '0a:00:00:00:00:01' }],
  ])('a port with a taken %s is refused', async (_what, taken) => {
    const { driver } = await networkWithPort()
    const free = { ...PORT, port: 'q', mac: '0a:00:00:00:00:03', address: '10.0.0.3', tunnelKey: 2 }
    await expect(driver.ensurePort({ ...free, ...taken }, FENCE)).rejects.toMatchObject({ code: 'NETWORK_CONFLICT' })
    await driver.ensurePort(free, FENCE)
  })

  test('two networks have no tunnel key in common', async () => {
    const { driver } = await networkWithPort()
    const twin = { ...SPEC, network: 'b' }
    await expect(driver.ensureNetwork(twin, FENCE)).rejects.toMatchObject({ code: 'NETWORK_CONFLICT' })
    await driver.ensureNetwork({ ...twin, tunnelKey: 2 }, FENCE)
  })
})

describe('simulated network: faults', () => {
  test('a failed call changes nothing, and only one call fails', async () => {
    const { network, driver } = await networkWithPort()
    network.faults.failNext('removePort')
    const before = network.snapshot()
    await expect(driver.removePort('p', FENCE)).rejects.toMatchObject({ code: 'NETWORK_BACKEND_UNAVAILABLE' })
    expect(network.snapshot()).toEqual(before)
    await driver.removePort('p', FENCE)
    expect(network.snapshot().ports).toEqual([])
  })

  test('a call whose reply is lost has its effect', async () => {
    const { network, driver } = await networkWithPort()
    network.faults.loseReplyAfter('removePort')
    await expect(driver.removePort('p', FENCE)).rejects.toMatchObject({ code: 'REPLY_LOST' })
    expect(network.snapshot().ports).toEqual([])
  })

  test('a call that hangs has no effect until it is released', async () => {
    const { network, driver } = await networkWithPort()
    const hung = network.faults.hangNext('removePort')
    const removing = driver.removePort('p', FENCE)
    await hung.reached
    expect(network.snapshot().ports).toHaveLength(1)
    hung.release()
    await removing
    expect(network.snapshot().ports).toEqual([])
  })

  test('a call that hung while the lease was taken away changes nothing when it goes on', async () => {
    const { network, driver } = await networkWithPort()
    const hung = network.faults.hangNext('removePort')
    const removing = driver.removePort('p', FENCE)
    await hung.reached
    await driver.takeLease({ ...FENCE, epoch: 2 })
    hung.release()
    await expect(removing).rejects.toMatchObject({ code: 'STALE_EPOCH' })
    expect(network.snapshot().ports).toHaveLength(1)
  })

  test('a backend that is away refuses all, and health says so', async () => {
    const { network, driver } = await networkWithPort()
    network.faults.setAvailable(false)
    await expect(driver.list()).rejects.toMatchObject({ code: 'NETWORK_BACKEND_UNAVAILABLE' })
    expect(await driver.health()).toMatchObject({ ok: false })
    network.faults.setAvailable(true)
    expect(await driver.health()).toMatchObject({ ok: true })
  })

  test('reset leaves nothing', async () => {
    const { network } = await networkWithPort()
    network.reset()
    expect(network.snapshot()).toEqual({ networks: [], ports: [] })
  })
})

test('with autoUp a port is up as soon as a chassis may claim it', async () => {
  const { network, driver } = await networkWithPort({ autoUp: true })
  await driver.waitPortUp('p', 0)
  expect(network.addresses('p')).toEqual(['10.0.0.2'])
  await driver.ensurePort({ ...PORT, chassis: null }, FENCE)
  expect((await driver.list()).ports).toEqual([{ port: 'p', network: 'a', up: false }])
})

test('a simulated network is there again when its process comes back, with its ports', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kept-network-'))
  const file = join(directory, 'network.json')
  const fail = (error: Error): never => {
    throw error
  }
  try {
    const before = await keepSimulatedNetwork(file, fail)
    const driver = before.network.connect()
    await driver.takeLease(FENCE)
    await driver.ensureNetwork(SPEC, FENCE)
    await driver.ensurePort(PORT, FENCE)
    await driver.ensurePort(
      { ...PORT, port: 'gone', mac: '52:54:00:00:00:09', address: '10.0.0.9', tunnelKey: 9 },
      FENCE,
    )
    await driver.removePort('gone', FENCE)
    // Killed: nothing is saved for the last time, and a line was not finished.
    await appendFile(file, '{"ensurePort":{"port":"half')
    const after = await keepSimulatedNetwork(file, fail)
    expect(after.network.snapshot()).toEqual(before.network.snapshot())
    expect(after.network.snapshot()).toMatchObject({ networks: [SPEC], ports: [PORT] })
    await after.close()
    expect((await keepSimulatedNetwork(file, fail)).network.snapshot()).toEqual(before.network.snapshot())
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a simulated network that is served: who shares it sees the same, and it may be away for a while', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'served-'))
  const path = join(directory, 'network.sock')
  const network = createSimulatedNetwork()
  const first = await serveSimulatedNetwork(network, path)
  const [one, other] = [dialSimulatedNetwork(`unix:${path}`), dialSimulatedNetwork(`unix:${path}`)]
  try {
    await one.takeLease(FENCE)
    await one.ensureNetwork(SPEC, FENCE)
    expect((await other.list()).networks).toEqual(['a'])
    await first.close()
    await expect(one.list()).rejects.toMatchObject({ code: 'NETWORK_BACKEND_UNAVAILABLE' })
    expect(await one.health()).toMatchObject({ ok: false })
    const second = await serveSimulatedNetwork(network, path)
    expect((await one.list()).networks).toEqual(['a'])
    expect(await other.health()).toMatchObject({ ok: true })
    await second.close()
  } finally {
    await one.close()
    await other.close()
    await rm(directory, { recursive: true })
  }
})
