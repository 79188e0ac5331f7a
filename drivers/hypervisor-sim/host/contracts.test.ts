import { randomUUID } from 'node:crypto'
import type { PoolSpec } from '@basalt/contracts'
import { hostCall, hypervisorContract, primaryStorageContract } from '@basalt/testkit/contracts'
import { createSimulatedPools } from './driver.ts'
import { guest, host, openedPool } from './test-fixtures.ts'

hypervisorContract('simulated hypervisor', async () => {
  const on = host({ bootMs: 1 })
  const pool = await openedPool(on)
  const driver = on.hypervisor
  return {
    driver,
    newDomain: () => guest(on, pool),
    async disksExist({ disks }) {
      const { layers } = await on.storage.commands.list({ pool }, hostCall())
      return disks.every(({ layer }) => layers.some((one) => one.layer === layer))
    },
    heedsPowerButton: true,
    async newStubbornDomain() {
      const domain = await guest(on, pool)
      on.guests.behave(domain.vm, { ignoresShutdown: true, hasAgent: false })
      return domain
    },
    newDomainWithAgent: () => guest(on, pool),
    powerOffFromInside: async (vm) => on.guests.powerOff(vm),
    bootMessage: /login: $/,
    serialAnswers: true,
    hasScreen: true,
    close: () => driver.close(),
  }
})

for (const kind of ['local', 'smp', 'simulated'] as const) {
  primaryStorageContract(`simulated primary storage, ${kind} pools`, async (deps) => {
    const pools = createSimulatedPools()
    const on = host({ pools, ...deps })
    const other = host({ name: 'host-2', pools, ...deps })
    return {
      driver: on.storage,
      newPool: async () => ({ pool: randomUUID(), kind, path: `/pools/${randomUUID()}` }),
      otherHost: kind === 'local' ? undefined : other.storage,
      async unmount({ path }) {
        on.faults.unmountPool(path)
        return async () => on.faults.mountPool(path)
      },
      async fill({ pool }) {
        on.faults.fillPool(pool)
        return async () => on.faults.freePool(pool)
      },
      openAsGuest: (pool, layer) => runGuest(on, pool, layer),
      close: async () => on.reset(),
    }
  })
}

async function runGuest(on: ReturnType<typeof host>, pool: PoolSpec, layer: string): Promise<() => Promise<void>> {
  const domain = {
    ...(await guest(on, await openedPool(on))),
    disks: [{ volume: randomUUID(), pool, layer, index: 0 }],
  }
  await on.hypervisor.commands.start({ domain }, hostCall())
  return async () => {
    await on.hypervisor.commands.remove({ vm: domain.vm }, hostCall())
  }
}
