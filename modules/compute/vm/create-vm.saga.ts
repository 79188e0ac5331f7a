import type { NicRequest } from '@basalt/network'
import { defineSaga, noUndo } from '@basalt/saga'
import type { Demand } from '../placement/candidate.ts'
import type { VmDeps } from './vm.deps.ts'

export interface CreateVm {
  name: string
  hostname: string
  account: string
  zone: string
  image: { id: string; name: string }
  rootSizeBytes: number
  nics: NicRequest[]
  demand: Demand
}

/** "Create VM", read aloud: find room, take addresses, have the image at hand, clone it, plug the network, start. */
export const createVm = defineSaga<CreateVm, VmDeps>()('vm.create', { ids: ['vm', 'root'] })
  .step(
    'reserveHost',
    ({ ids, input, placement }) => placement.reserve({ id: ids.vm, name: input.name }, input.demand),
    async ({ ids, placement, volumes }) => {
      await placement.release(ids.vm)
      // Its row came with the acceptance, before any step.
      await volumes.destroy(ids.root)
    },
    { record: 'withNext' },
  )
  .step(
    'claimAddresses',
    ({ ids, input, nics }) => nics.claim({ ...input, vm: ids.vm }, input.nics),
    ({ ids, nics }) => nics.release(ids.vm),
  )
  .step(
    'cacheImage',
    ({ input, done, images, signal, progress }) =>
      images.ensure(input.image, done.reserveHost.pool, done.reserveHost.host, signal, progress),
    noUndo('the cached image is a resource of its own that others use'),
    { timeoutMs: 3_600_000, weight: 4, record: 'withNext' },
  )
  .step(
    'cloneRootVolume',
    ({ ids, input, done, volumes }) =>
      volumes.cloneRoot(ids.root, {
        pool: done.reserveHost.pool,
        host: done.reserveHost.host,
        parent: done.cacheImage.layer,
        sizeBytes: Math.max(input.rootSizeBytes, done.cacheImage.virtualSizeBytes),
      }),
    ({ ids, volumes }) => volumes.destroy(ids.root),
    { record: 'withNext' },
  )
  .step(
    'plugNics',
    ({ ids, input, done, nics }) => nics.plug(ids.vm, input.hostname, done.reserveHost.chassis),
    ({ ids, nics }) => nics.unplug(ids.vm),
  )
  .step(
    'startOnHost',
    ({ ids, guests, progress }) => guests.start(ids.vm, progress),
    ({ ids, guests }) => guests.remove(ids.vm),
    { timeoutMs: 660_000, weight: 3, record: 'withNext' },
  )
  .step(
    'awaitNetwork',
    ({ ids, done, awaitNetwork, signal }) => awaitNetwork({ vm: ids.vm, host: done.reserveHost.host }, signal),
    noUndo('it only waits'),
  )
// The engine writes state = running with the last journal record.
