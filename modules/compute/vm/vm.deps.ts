/** What the sagas of VMs work with. */

import type { Nics } from '@basalt/network'
import type { ImageCache, Volumes } from '@basalt/storage'
import type { Demand } from '../placement/candidate.ts'
import type { Placement } from '../placement/placement.ts'
import type { AwaitNetwork } from './await-network.ts'
import type { Guests } from './guests.ts'
import type { Recovery } from './recovery.ts'

export interface VmDeps {
  placement: Placement
  nics: Nics
  volumes: Volumes
  guests: Guests
  awaitNetwork: AwaitNetwork
  recovery: Recovery
  images: {
    /** The image's layer on a pool, brought there when it is not. */
    ensure(
      image: { id: string; name: string },
      pool: string,
      host: string,
      signal: AbortSignal,
      progress: (percent: number, message?: string) => void,
    ): Promise<Awaited<ReturnType<ImageCache['ensure']>>>
  }
  vms: {
    /** What the VM needs of a host, with its disks where they are. */
    demandOf(vm: string): Promise<Demand>
    get(vm: string): Promise<{
      id: string
      name: string
      hostname: string
      account: string
      zone: string
      lastHost: string | null
    }>
  }
}
