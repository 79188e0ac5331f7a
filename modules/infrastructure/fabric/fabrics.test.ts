import { unlimitedLease } from '@basalt/kernel'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFabrics, type FabricPatience } from './fabrics.ts'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

/** The fabrics of another node. */
const fabricsWith = (patience: Partial<FabricPatience>) =>
  createFabrics({
    store: env.controlPlane().store,
    open: () => env.network.connect(),
    lease: { ...unlimitedLease('another'), epoch: () => 1 },
    patience,
  })

test('[core.isolation] a fabric that does not answer is not asked any more until it answers a probe', async () => {
  const fabrics = fabricsWith({ silenceMs: 0, tuning: () => ({ probeEveryMs: 20 }) })
  const driver = await fabrics.driver(env.furniture.fabric)
  const asked: string[] = []
  const stop = env.network.faults.onCall((name) => asked.push(name))
  env.network.faults.setAvailable(false)
  for (let time = 0; time < 3; time++)
    await expect(driver.list()).rejects.toMatchObject({ code: 'NETWORK_BACKEND_UNAVAILABLE' })
  await expect(driver.list()).rejects.toMatchObject({
    status: 503,
    code: 'NETWORK_BACKEND_UNAVAILABLE',
    retryAfterSeconds: expect.any(Number),
  })
  expect(asked.filter((name) => name === 'list')).toHaveLength(3)
  stop()
  env.network.faults.setAvailable(true)
  await until('it is asked again', () =>
    driver.list().then(
      () => true,
      () => null,
    ),
  )
  await fabrics.close()
})

test('[core.isolation] a driver that hangs is waited for only so long', async () => {
  const fabrics = fabricsWith({ callTimeoutMs: 20 })
  const driver = await fabrics.driver(env.furniture.fabric)
  const hung = env.network.faults.hangNext('list')
  await expect(driver.list()).rejects.toMatchObject({ status: 503, code: 'NETWORK_BACKEND_UNAVAILABLE' })
  hung.release()
  await fabrics.close()
})
