/** Looks at the pools: usable on every host of their cluster, and with room. */
import { type Examiner, type Finding, percentUsed, type Store } from '@basalt/kernel'
import type { PoolMountRow } from './pool-mount.resource.ts'

const NEARLY_FULL_PERCENT = 85
const FULL_PERCENT = 95

type Examined = PoolMountRow & { name: string; cause: { message: string } | null }

function unusable({ name, pool, cause }: Examined): Finding {
  return {
    severity: 'error',
    code: 'POOL_UNUSABLE',
    message: `The storage pool "${name}" cannot be used: ${cause?.message ?? 'the host does not say why'}`,
    meaning: 'VMs whose disks are there do not start on that host, and nothing is placed on it.',
    remedy:
      'On the host: mount the file system and make its directory writable; it is looked at again within half a minute.',
    kind: 'storagePool',
    resource: pool,
  }
}

function full({ name, pool, totalBytes, availableBytes }: Examined): Finding[] {
  const used = percentUsed(availableBytes, totalBytes)
  if (used < NEARLY_FULL_PERCENT) return []
  return [
    {
      severity: used >= FULL_PERCENT ? 'error' : 'warning',
      code: 'POOL_FULL',
      message: `The storage pool "${name}" is ${used} % full.`,
      meaning: 'When it is full, guests that write are paused, and no disk can be made there.',
      remedy:
        'Make its file system larger, or delete VMs and cached images that nobody needs (basalt cache-entry list).',
      kind: 'storagePool',
      resource: pool,
    },
  ]
}

export const examinePools = (store: Store): Examiner => ({
  name: 'storage pools',
  async examine() {
    const mounts = await store.all<Examined>('poolMount', {})
    return mounts.flatMap((mount) => (mount.state === 'unusable' ? [unusable(mount)] : full(mount)))
  },
})
