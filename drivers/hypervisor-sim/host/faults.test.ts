import { randomUUID } from 'node:crypto'
import { hostCall } from '@basalt/testkit/contracts'
import { describe, expect, test } from 'vitest'
import { createSimulatedPools } from './driver.ts'
import { guest, host, MEBIBYTE, openedPool } from './test-fixtures.ts'

async function hostWithGuest() {
  const on = host()
  const pool = await openedPool(on)
  const domain = await guest(on, pool)
  return { on, pool, domain, commands: on.hypervisor.commands }
}

describe('simulated host: faults', () => {
  test('the next call fails with the code that fits it, or the one given, and changes nothing', async () => {
    const { on, domain, commands } = await hostWithGuest()
    const before = on.snapshot()
    on.faults.failNext('start')
    await expect(commands.start({ domain }, hostCall())).rejects.toMatchObject({ code: 'DOMAIN_START_FAILED' })
    on.faults.failNext('start', { code: 'HYPERVISOR_UNAVAILABLE', message: 'away' })
    await expect(commands.start({ domain }, hostCall())).rejects.toThrow('away')
    expect(on.snapshot()).toEqual(before)
    await commands.start({ domain }, hostCall())
  })

  test('a fault strikes the interface it names', async () => {
    const { on, pool, domain, commands } = await hostWithGuest()
    on.faults.failNext('storage.remove')
    await commands.remove({ vm: domain.vm }, hostCall())
    const [disk] = domain.disks
    if (!disk) throw new Error('the guest has no disk')
    const removing = on.storage.commands.remove({ pool, layer: disk.layer }, hostCall())
    await expect(removing).rejects.toMatchObject({ code: 'POOL_UNUSABLE' })
  })

  test('a call that hangs goes on when released, and ends when aborted', async () => {
    const { on, domain, commands } = await hostWithGuest()
    const first = on.faults.hangNext('start')
    const abort = new AbortController()
    const aborted = commands.start({ domain }, hostCall(abort.signal))
    const failed = expect(aborted).rejects.toThrow('enough')
    await first.reached
    abort.abort(new Error('enough'))
    await failed
    expect(on.snapshot().domains).toEqual([])
    const second = on.faults.hangNext('start')
    const released = commands.start({ domain }, hostCall())
    await second.reached
    second.release()
    expect(await released).toMatchObject({ state: 'running' })
  })

  test('calls that are held go on together when let go, and end when aborted', async () => {
    const { on, pool, domain, commands } = await hostWithGuest()
    const other = await guest(on, pool)
    const letGo = on.faults.hold('start')
    const abort = new AbortController()
    const aborted = expect(commands.start({ domain }, hostCall(abort.signal))).rejects.toThrow('enough')
    abort.abort(new Error('enough'))
    await aborted
    const starting = [domain, other].map((each) => commands.start({ domain: each }, hostCall()))
    await commands.observe({}, hostCall())
    expect(on.snapshot().domains).toEqual([])
    letGo()
    expect(await Promise.all(starting)).toMatchObject([{ state: 'running' }, { state: 'running' }])
    await commands.remove({ vm: domain.vm }, hostCall())
    expect(await commands.start({ domain }, hostCall())).toMatchObject({ state: 'running' })
  })

  test('clear lets hung calls go on and forgets the rest', async () => {
    const { on, domain, commands } = await hostWithGuest()
    const hung = on.faults.hangNext('start')
    on.faults.failNext('observe')
    const starting = commands.start({ domain }, hostCall())
    await hung.reached
    on.faults.clear()
    expect(await starting).toMatchObject({ state: 'running' })
    expect((await commands.observe({}, hostCall())).domains).toHaveLength(1)
  })

  test('a lost reply leaves the effect', async () => {
    const { on, domain, commands } = await hostWithGuest()
    on.faults.loseReplyAfter('start')
    await expect(commands.start({ domain }, hostCall())).rejects.toMatchObject({ code: 'REPLY_LOST' })
    expect(on.snapshot().domains).toMatchObject([{ vm: domain.vm, state: 'running' }])
  })

  test('a delay passes by the clock of the host', async () => {
    const slept: number[] = []
    const on = host({ clock: { sleep: async (ms) => void slept.push(ms) }, bootMs: 700 })
    const pool = await openedPool(on)
    const domain = await guest(on, pool)
    slept.length = 0
    on.faults.delay('start', 5_000)
    await on.hypervisor.commands.start({ domain }, hostCall())
    expect(slept).toEqual([5_000, 700])
  })

  test('a power failure stops guests, ends their calls and changes the boot id', async () => {
    const { on, pool, domain, commands } = await hostWithGuest()
    await commands.start({ domain }, hostCall())
    const other = await guest(on, pool)
    const hung = on.faults.hangNext('start')
    const starting = commands.start({ domain: other }, hostCall())
    const failed = expect(starting).rejects.toMatchObject({ code: 'HYPERVISOR_UNAVAILABLE' })
    await hung.reached
    const bootId = on.bootId()
    on.faults.crash()
    await failed
    expect(on.bootId()).not.toBe(bootId)
    expect(on.snapshot().domains).toMatchObject([{ vm: domain.vm, state: 'stopped' }])
    await commands.start({ domain }, hostCall())
  })

  test('a guest that crashes is told, and starts again', async () => {
    const { on, domain, commands } = await hostWithGuest()
    const told: unknown[] = []
    on.hypervisor.onChange((change) => void told.push(change))
    await commands.start({ domain }, hostCall())
    on.guests.crash(domain.vm)
    expect(told).toMatchObject([{ vm: domain.vm, state: 'crashed' }])
    expect((await commands.observe({}, hostCall())).domains).toEqual([{ vm: domain.vm, state: 'crashed' }])
    await commands.start({ domain }, hostCall())
  })

  test('reset leaves nothing', async () => {
    const { on, domain, commands } = await hostWithGuest()
    await commands.start({ domain }, hostCall())
    on.faults.failNext('observe')
    on.reset()
    expect(on.snapshot()).toEqual({ domains: [], pools: [] })
    expect(await commands.observe({}, hostCall())).toEqual({ domains: [] })
  })
})

describe('simulated host: strictness', () => {
  test('two hosts do not run guests on one disk', async () => {
    const pools = createSimulatedPools()
    const [one, other] = [host({ pools }), host({ name: 'host-2', pools })]
    const pool = await openedPool(one, 'smp')
    const domain = await guest(one, pool)
    await one.hypervisor.commands.start({ domain }, hostCall())
    const again = other.hypervisor.commands.start({ domain }, hostCall())
    await expect(again).rejects.toMatchObject({ code: 'DOMAIN_START_FAILED' })
    await one.hypervisor.commands.remove({ vm: domain.vm }, hostCall())
    await other.hypervisor.commands.start({ domain }, hostCall())
  })

  test('a local pool of another host does not hold its disks', async () => {
    const pools = createSimulatedPools()
    const [one, other] = [host({ pools }), host({ name: 'host-2', pools })]
    const pool = await openedPool(one, 'local')
    const domain = await guest(one, pool)
    const start = other.hypervisor.commands.start({ domain }, hostCall())
    await expect(start).rejects.toMatchObject({ code: 'POOL_NOT_MOUNTED' })
  })

  test('a guest does not write to a layer that others stand on', async () => {
    const { on, pool, domain, commands } = await hostWithGuest()
    const [disk] = domain.disks
    if (!disk) throw new Error('the guest has no disk')
    const clone = { pool, layer: randomUUID(), parent: disk.layer, sizeBytes: MEBIBYTE }
    await on.storage.commands.clone(clone, hostCall())
    await expect(commands.start({ domain }, hostCall())).rejects.toMatchObject({ code: 'DOMAIN_START_FAILED' })
  })

  test('a guest larger than the host does not start', async () => {
    const { domain, commands } = await hostWithGuest()
    const start = commands.start({ domain: { ...domain, memoryBytes: 9 * 1024 * MEBIBYTE } }, hostCall())
    await expect(start).rejects.toMatchObject({ code: 'DOMAIN_START_FAILED' })
  })

  test('stopping calls off a start that waits', async () => {
    const on = host({ bootMs: 3_600_000 })
    const domain = await guest(on, await openedPool(on))
    const starting = on.hypervisor.commands.start({ domain }, hostCall())
    const failed = expect(starting).rejects.toThrow('called off')
    await on.hypervisor.commands.powerOff({ vm: domain.vm }, hostCall())
    await failed
    expect(on.snapshot().domains).toEqual([])
  })

  test('NICs are plugged while the guest runs', async () => {
    const plugged = new Map<string, string>()
    const cables = {
      plug: (port: string, chassis: string) => void plugged.set(port, chassis),
      unplug: (port: string) => void plugged.delete(port),
      addresses: () => ['10.0.0.5'],
    }
    const on = host({ cables })
    const domain = await guest(on, await openedPool(on))
    await on.hypervisor.commands.start({ domain }, hostCall())
    expect([...plugged]).toEqual([[domain.nics[0]?.nic, 'host-1']])
    const { interfaces } = await on.hypervisor.commands.guestAddresses({ vm: domain.vm }, hostCall())
    expect(interfaces).toEqual([{ mac: domain.nics[0]?.mac, addresses: ['10.0.0.5'] }])
    await on.hypervisor.commands.powerOff({ vm: domain.vm }, hostCall())
    expect(plugged.size).toBe(0)
  })

  test('status counts what running guests take', async () => {
    const { on, domain, commands } = await hostWithGuest()
    await commands.start({ domain }, hostCall())
    expect(on.status()).toMatchObject({
      memoryAvailableBytes: (8 * 1024 - 128) * MEBIBYTE,
      domains: [{ vm: domain.vm, state: 'running' }],
      problems: [],
    })
  })
})
