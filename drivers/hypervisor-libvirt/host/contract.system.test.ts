import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { libvirtdMissing } from '@basalt/libvirt/testing'
import { hypervisorContract } from '@basalt/testkit/contracts'
import { expect, test } from 'vitest'
import { startRealHost } from './real-host.testkit.ts'

const missing = await libvirtdMissing()

if (missing) test.skip(`the contract of hypervisors on libvirt (${missing})`)
else {
  hypervisorContract('[vm.lifecycle] [vm.console] libvirt keeps the contract of hypervisors', async () => {
    const host = await startRealHost()
    const driver = await host.openDriver()
    return {
      driver,
      newDomain: () => host.newDomain(),
      newDomainWithAgent: () => host.newDomain(),
      // Without a system on its disk the firmware waits for ever.
      newStubbornDomain: () => host.newDomain({ blank: true }),
      async disksExist({ disks }) {
        await Promise.all(disks.map(({ layer }) => access(host.diskPath(layer))))
        return true
      },
      async powerOffFromInside(vm) {
        const serial = await driver.openConsole({ vm, kind: 'serial' })
        serial.on('error', () => undefined).resume()
        const ended = new Promise((resolve) => serial.once('close', resolve))
        const keys = setInterval(() => serial.write('\npoweroff -f\n'), 500)
        await ended
        clearInterval(keys)
      },
      heedsPowerButton: true,
      serialAnswers: true,
      hasScreen: true,
      bootMessage: /BASALT power-button listening=yes/,
      bootTimeoutMs: 90_000,
      async close() {
        const kept = await Promise.all(['seeds', 'consoles'].map((name) => readdir(join(host.stateDir, name))))
        await driver.close()
        await host.stop()
        expect(kept).toEqual([[], []])
      },
    }
  })
}
