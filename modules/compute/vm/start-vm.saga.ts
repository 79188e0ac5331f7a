import { defineSaga, noUndo } from '@basalt/saga'
import type { VmDeps } from './vm.deps.ts'

export const startVm = defineSaga<Record<string, never>, VmDeps>()('vm.start', { ids: ['vm'] })
  .step('noteFormerHost', async ({ ids, vms }) => (await vms.get(ids.vm)).lastHost, noUndo('it only reads'))
  .step(
    'reserveHost',
    async ({ ids, vms, placement }) => placement.reserve(await vms.get(ids.vm), await vms.demandOf(ids.vm)),
    ({ ids, placement }) => placement.release(ids.vm),
  )
  .step(
    'leaveFormerHost',
    async ({ ids, done, guests }) => {
      const former = done.noteFormerHost
      if (former && former !== done.reserveHost.host) await guests.leave(ids.vm, former)
    },
    noUndo('its definition is made anew with every start'),
  )
  .step(
    'plugNics',
    async ({ ids, done, vms, nics }) => nics.plug(ids.vm, (await vms.get(ids.vm)).hostname, done.reserveHost.chassis),
    async ({ ids, vms, nics }) => nics.plug(ids.vm, (await vms.get(ids.vm)).hostname, null),
  )
  .step(
    'startOnHost',
    ({ ids, guests, progress }) => guests.start(ids.vm, progress),
    ({ ids, guests }) => guests.powerOff(ids.vm),
    { timeoutMs: 660_000, weight: 3, record: 'withNext' },
  )
  .step(
    'awaitNetwork',
    ({ ids, done, awaitNetwork, signal }) => awaitNetwork({ vm: ids.vm, host: done.reserveHost.host }, signal),
    noUndo('it only waits'),
  )
