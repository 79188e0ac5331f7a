import { defineSaga, noUndo } from '@basalt/saga'
import type { VmDeps } from './vm.deps.ts'

const forward = noUndo(
  'a guest that has stopped is stopped: what follows only gives back, and is repeated until it did',
)
const retry = { attempts: 5, delayMs: 1_000 }

/** Give back what a VM needs only while it runs. */
export const stopVm = defineSaga<{ mode: 'auto' | 'acpi' | 'agent'; timeoutMs: number }, VmDeps>()('vm.stop', {
  ids: ['vm'],
})
  .step('shutDownGuest', ({ ids, input, guests }) => guests.shutdown(ids.vm, input), forward, {
    timeoutMs: 3_700_000,
    weight: 4,
  })
  .step(
    'unbindNics',
    async ({ ids, vms, nics }) => nics.plug(ids.vm, (await vms.get(ids.vm)).hostname, null),
    forward,
    { retry },
  )
  .step('releaseHost', ({ ids, placement }) => placement.release(ids.vm), forward, { retry })

export const powerOffVm = defineSaga<Record<string, never>, VmDeps>()('vm.powerOff', { ids: ['vm'] })
  .step('pullPlug', ({ ids, guests }) => guests.powerOff(ids.vm), forward)
  .step(
    'unbindNics',
    async ({ ids, vms, nics }) => nics.plug(ids.vm, (await vms.get(ids.vm)).hostname, null),
    forward,
    { retry },
  )
  .step('releaseHost', ({ ids, placement }) => placement.release(ids.vm), forward, { retry })
