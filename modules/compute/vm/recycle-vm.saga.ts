import { defineSaga, noUndo } from '@basalt/saga'
import type { VmDeps } from './vm.deps.ts'

const forward = noUndo('a guest that is off stays off: what follows only gives back, and is repeated until it did')
const retry = { attempts: 5, delayMs: 1_000 }

/** On its way to the recycle bin a VM gives back what it needs to run. Disks, NICs and addresses stay its own. */
export const recycleVm = defineSaga<{ mayRun: boolean }, VmDeps>()('vm.recycle', { ids: ['vm'] })
  .step(
    'pullPlug',
    async ({ ids, input, guests }) => {
      if (input.mayRun) await guests.powerOff(ids.vm)
    },
    forward,
  )
  .step(
    'unbindNics',
    async ({ ids, vms, nics }) => nics.plug(ids.vm, (await vms.get(ids.vm)).hostname, null),
    forward,
    { retry },
  )
  .step('releaseHost', ({ ids, placement }) => placement.release(ids.vm), forward, { retry })
