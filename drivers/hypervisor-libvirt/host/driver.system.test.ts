import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DomainSpec, HostCall, HostChange, HypervisorDriver } from '@basalt/contracts'
import { connectLibvirt } from '@basalt/libvirt'
import { libvirtdMissing } from '@basalt/libvirt/testing'
import { until } from '@basalt/testkit/wait'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type RealHost, startRealHost } from './real-host.testkit.ts'

const missing = await libvirtdMissing()

/** Ends the QEMU process of a guest, which names the guest's id on its command line. */
async function killQemu(vm: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (commandLine.includes(`guest=${vm}`)) process.kill(Number(pid), 'SIGKILL')
  }
}

describe.skipIf(missing)(`guests under libvirt${missing ? ` (${missing})` : ''}`, () => {
  let host: RealHost
  let driver: HypervisorDriver
  let changes: HostChange[]
  let progress: string[]

  const call: HostCall = {
    signal: new AbortController().signal,
    progress: (_, message) => message !== undefined && progress.push(message),
  }
  const openDriver = async (maxConcurrentBoots?: number) => {
    const opened = await host.openDriver(maxConcurrentBoots)
    opened.onChange((change) => changes.push(change))
    return opened
  }
  const printed = async (vm: string) => (await driver.commands.consoleLog({ vm, maxBytes: 1024 * 1024 }, call)).text
  /** Waits until the guest prints a line on its serial console. */
  const prints = (vm: string, line: string, times = 1) =>
    until(`${JSON.stringify(line)} on the console`, async () => (await printed(vm)).split(line).length > times, 90_000)
  const started = async (change: Partial<DomainSpec> = {}) => {
    const domain = await host.newDomain({ change })
    expect(await driver.commands.start({ domain }, call)).toEqual({ vm: domain.vm, state: 'running' })
    return domain
  }
  const states = async () => (await driver.commands.observe({}, call)).domains

  beforeAll(async () => {
    host = await startRealHost()
    changes = []
    progress = []
    driver = await openDriver()
    await driver.commands.observe({}, call)
  }, 180_000)

  afterEach(async () => {
    for (const { vm } of await states()) await driver.commands.remove({ vm }, call)
    for (const kept of ['seeds', 'consoles']) expect(await readdir(join(host.stateDir, kept))).toEqual([])
    expect(changes.splice(0)).toEqual([])
    progress = []
  })

  afterAll(async () => {
    await driver?.close()
    await host?.stop()
  })

  test('[vm.lifecycle][vm.userdata] the guest starts, is told who it is, and stops at the button', async () => {
    const { vm } = await started({ userData: '#!/bin/sh\nmark told $(hostname)\n' })
    await prints(vm, 'BASALT told guest-1')
    await prints(vm, 'BASALT power-button listening=yes')
    const shutdown = await driver.commands.shutdown({ vm, mode: 'acpi', timeoutMs: 60_000 }, call)
    expect(shutdown).toEqual({ vm, state: 'stopped' })
    expect(await printed(vm)).toContain('BASALT poweroff reason=button')
    expect(await states()).toEqual([{ vm, state: 'stopped' }])
  }, 180_000)

  test('[vm.lifecycle] the agent restarts the guest', async () => {
    const { vm } = await started()
    // Before its agent answers, a guest is asked by the power button.
    const answers = () =>
      driver.commands.guestAddresses({ vm }, call).catch((error: { code?: string }) => {
        expect(error.code).toBe('GUEST_AGENT_UNAVAILABLE')
      })
    await until('the agent', answers, 90_000)
    await driver.commands.reboot({ vm, mode: 'guest' }, call)
    await prints(vm, 'BASALT reboot reason=agent')
    await prints(vm, 'BASALT agent port=', 2)
    expect(await states()).toEqual([{ vm, state: 'running' }])
  }, 240_000)

  test('a QEMU that dies is told, and its guest starts again', async () => {
    const domain = await started()
    await killQemu(domain.vm)
    await until('the change', () => changes.length > 0)
    expect(changes.splice(0)).toEqual([
      { kind: 'domain', vm: domain.vm, state: 'crashed', reason: 'QEMU ended unexpectedly' },
    ])
    expect(await driver.commands.start({ domain }, call)).toMatchObject({ state: 'running' })
  }, 60_000)

  test('guests beyond the boot slots wait their turn, and a removed one never starts', async () => {
    await driver.close()
    driver = await openDriver(1)
    const [first, second, third] = [await host.newDomain(), await host.newDomain(), await host.newDomain()]
    await driver.commands.start({ domain: first }, call)
    const waiting = driver.commands.start({ domain: second }, call)
    const calledOff = driver.commands.start({ domain: third }, call)
    const refused = expect(calledOff).rejects.toMatchObject({ code: 'DOMAIN_START_FAILED' })
    await until('both to wait', () => progress.includes('waiting for a boot slot, 1 ahead'))
    await driver.commands.remove({ vm: third.vm }, call)
    await refused
    expect((await states()).map(({ vm }) => vm)).toEqual([first.vm])
    // The first guest's agent ends its boot.
    expect(await waiting).toEqual({ vm: second.vm, state: 'running' })
    expect(await printed(first.vm)).toContain('BASALT agent port=')
    expect((await states()).map(({ vm }) => vm).sort()).toEqual([first.vm, second.vm])
  }, 180_000)

  test('a start that fails leaves nothing behind and says what to do', async () => {
    const domain = await host.newDomain()
    const lost = { ...domain, disks: domain.disks.map((disk) => ({ ...disk, layer: 'lost.qcow2' })) }
    const nics = [{ nic: '33333333-0000-4000-8000-000000000001', mac: '52:54:00:00:00:01', mtu: 1442 }]
    for (const broken of [lost, { ...domain, nics }]) {
      await expect(driver.commands.start({ domain: broken }, call)).rejects.toMatchObject({
        code: 'DOMAIN_START_FAILED',
        remedy: expect.stringMatching(/pool is mounted|Open vSwitch/),
      })
      expect(await states()).toEqual([])
      expect(await readdir(join(host.stateDir, 'seeds'))).toEqual([])
    }
  }, 60_000)

  test('domains of others are neither shown nor touched', async () => {
    const libvirt = await connectLibvirt({ socketPath: host.daemon.socketPath })
    const domain = await host.newDomain()
    const uuid = domain.vm
    const foreign = await libvirt.domains.define(
      `<domain type='qemu'><name>foreign</name><uuid>${uuid}</uuid><memory>65536</memory><os><type>hvm</type></os></domain>`,
    )
    try {
      expect(await states()).toEqual([])
      await driver.commands.remove({ vm: uuid }, call)
      await expect(driver.commands.start({ domain }, call)).rejects.toMatchObject({ code: 'DOMAIN_START_FAILED' })
      expect(await libvirt.domains.list()).toHaveLength(1)
    } finally {
      await libvirt.domains.undefine(foreign)
      libvirt.close()
    }
  })

  test('libvirtd is killed: guests run on, commands say so, and everything is found again', async () => {
    const { vm } = await started()
    await prints(vm, 'BASALT power-button listening=yes')
    await host.daemon.kill()
    await driver.close()
    driver = await openDriver()
    await expect(driver.commands.observe({}, call)).rejects.toMatchObject({ code: 'HYPERVISOR_UNAVAILABLE' })
    await host.daemon.start()
    await until('the guest to be seen again', () =>
      states().then(
        (all) => all.length === 1,
        () => false,
      ),
    )
    expect(await states()).toEqual([{ vm, state: 'running' }])

    await host.daemon.kill()
    const shutdown = driver.commands.shutdown({ vm, mode: 'acpi', timeoutMs: 60_000 }, call)
    await host.daemon.start()
    expect(await shutdown).toEqual({ vm, state: 'stopped' })
    expect(await printed(vm)).toContain('BASALT poweroff reason=button')
  }, 180_000)
})
