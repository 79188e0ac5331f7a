import { defineSaga, noUndo } from '@basalt/saga'
import type { VmDeps } from './vm.deps.ts'

const forward = noUndo('a VM goes forward only: deleting it again finishes what failed')

export const deleteVm = defineSaga<Record<string, never>, VmDeps>()('vm.delete', { ids: ['vm'] })
  .step('removeFromHost', ({ ids, guests }) => guests.remove(ids.vm), forward)
  .step('unplugNics', ({ ids, nics }) => nics.unplug(ids.vm), forward)
  .step(
    'destroyVolumes',
    async ({ ids, volumes }) => {
      for (const { id } of await volumes.of(ids.vm)) await volumes.destroy(id)
    },
    forward,
  )
  .step('releaseAddresses', ({ ids, nics }) => nics.release(ids.vm), forward)
  .step('releaseHost', ({ ids, placement }) => placement.release(ids.vm), forward)
