import { randomUUID } from 'node:crypto'
import type { ImageRow } from '@basalt/image'
import { type ActionContext, bySaga, conflict, implement, invalidField, recovering, type Store } from '@basalt/kernel'
import { mayGive, type NetworkRow } from '@basalt/network'
import { expectRoot } from '@basalt/storage'
import type { OfferingRow } from '../offering/offering.resource.ts'
import { createVm } from './create-vm.saga.ts'
import { deleteVm } from './delete-vm.saga.ts'
import { rebootVm } from './reboot-vm.saga.ts'
import { recoverVm } from './recover-vm.saga.ts'
import { recycleVm } from './recycle-vm.saga.ts'
import { startVm } from './start-vm.saga.ts'
import { powerOffVm, stopVm } from './stop-vm.saga.ts'
import { vm } from './vm.resource.ts'

/** A host name made from a display name. */
export function hostnameFrom(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
  return plain || 'vm'
}

const MAX_USER_DATA_BYTES = 65_536

interface NetworkChoice {
  network: string
  address?: string | null
}

/** Known before anything is claimed: an address that its network never gives, or one asked for twice. */
function checkAddresses(choices: readonly NetworkChoice[], networkOf: (id: string) => NetworkRow): void {
  const seen = new Set<string>()
  for (const [index, { network, address }] of choices.entries()) {
    if (!address) continue
    const field = `networks.${index}.address`
    if (!mayGive(networkOf(network), address))
      throw invalidField(
        field,
        `is not an address that the network "${networkOf(network).name}" gives to guests`,
        'Choose one within its ranges, or leave it out.',
      )
    if (seen.has(`${network}/${address}`)) throw invalidField(field, 'is asked for twice', 'Choose another address.')
    seen.add(`${network}/${address}`)
  }
}

async function checkFree(
  store: { all(kind: string, where: Record<string, unknown>): Promise<unknown[]> },
  choices: readonly NetworkChoice[],
): Promise<void> {
  for (const [index, { network, address }] of choices.entries())
    if (address && (await store.all('nic', { network, address })).length > 0)
      throw invalidField(`networks.${index}.address`, 'is taken', 'Choose another address, or leave it out.')
}

/** Whether it has disks with something on them. */
const hasDisks = async (store: Pick<Store, 'all'>, id: string): Promise<boolean> =>
  (await store.all('volume', { vm: id, state: 'inUse' })).length > 0

const subject = async ({ id }: { id: string }) => ({ input: {}, ids: { vm: id } })

export const vmSlice = implement(vm, {
  create: bySaga(createVm, async ({ id, input, row, refs, store }) => {
    const offering = refs.get<OfferingRow>(input.offering)
    const image = refs.get<ImageRow & { architecture: string }>(input.image)
    if (input.networks.length === 0)
      throw invalidField('networks', 'must name at least one network', 'Create a network and name it here.')
    checkAddresses(input.networks, (network) => refs.get<NetworkRow>(network))
    await checkFree(store, input.networks)
    const virtual = image.virtualSizeBytes ?? 0
    if (input.rootSizeBytes && input.rootSizeBytes < virtual)
      throw invalidField(
        'rootSizeBytes',
        `must be at least the image's ${virtual} bytes`,
        'Give a larger size, or leave it out.',
      )
    if (Buffer.byteLength(input.userData ?? '') > MAX_USER_DATA_BYTES)
      throw invalidField('userData', `must be at most ${MAX_USER_DATA_BYTES} bytes in UTF-8`, 'Make it shorter.')
    const hostname = input.hostname ?? hostnameFrom(input.name)
    const { vcpus, memoryBytes } = offering
    const zone = row.zone as string
    const account = row.account as string
    const root = {
      volume: randomUUID(),
      name: `${input.name} root`,
      account,
      zone,
      vm: id,
      image: image.id,
      sizeBytes: Math.max(input.rootSizeBytes ?? 0, virtual),
    }
    return {
      ids: { vm: id, root: root.volume },
      set: { vcpus, memoryBytes, hostname, addresses: [] },
      operations: [expectRoot(root)],
      input: {
        name: input.name,
        hostname,
        account,
        zone,
        image: { id: image.id, name: image.name },
        rootSizeBytes: root.sizeBytes,
        nics: input.networks.map(({ network, address }) => ({
          nic: randomUUID(),
          network,
          address: address ?? null,
        })),
        demand: {
          zone,
          vcpus,
          memoryBytes,
          // A clone shares the image; what it may come to take is not promised to others, but a full pool takes nobody.
          diskBytes: Math.max(virtual, 64 * 2 ** 20),
          storageClass: input.storageClass ?? null,
          architecture: image.architecture,
          pinnedHost: null,
          pinnedPool: null,
        },
      },
    }
  }),
  start: bySaga(startVm, subject),
  stop: bySaga(stopVm, async ({ id, input }) => ({
    input: { mode: input.mode ?? 'auto', timeoutMs: input.timeoutMs ?? 120_000 },
    ids: { vm: id },
  })),
  powerOff: bySaga(powerOffVm, async ({ id, row, store }) => {
    if (row.state === 'failed' && !(await hasDisks(store, id)))
      throw conflict(
        'VM_INCOMPLETE',
        `The VM "${row.name}" has no root disk, so it could not be started again.`,
        'Delete it, and create it anew.',
      )
    return { input: {}, ids: { vm: id } }
  }),
  reboot: bySaga(rebootVm, async ({ id, input }) => ({ input: { mode: input.mode ?? 'guest' }, ids: { vm: id } })),
  recover: bySaga(recoverVm, async (context) => ({ ...recovering('vm', context), ids: { vm: context.id } })),
  delete: bySaga(deleteVm, subject),
  recycling: {
    // Of a VM whose creation failed nothing is worth keeping.
    keeps: ({ id, store }) => hasDisks(store, id),
    by: bySaga(recycleVm, async ({ id, row }: ActionContext<unknown, { state: string }>) => ({
      input: { mayRun: row.state !== 'stopped' },
      ids: { vm: id },
    })),
  },
})
