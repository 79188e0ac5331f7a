/** Registers everything a first VM needs, through the public API only. What is there already, by name, is left alone. */
import type { Cloud } from '@basalt/sdk'
import { waitUntil } from './wait.ts'

const MIB = 2 ** 20
const ADDRESS_MS = 60_000

export interface Furnished {
  zone: string
  cluster: string
  offering: string
  image: string
  network: string
}

interface Named {
  id: string
  state?: string
}

interface Collection {
  list(query: { name: string }): PromiseLike<{ items: readonly Named[] }>
}

/** The resource of this name, or a new one. A failed one is in the way, and says so. */
export async function ensure(
  collection: Collection,
  name: string,
  create: () => Promise<{ id: string; resource?: string }>,
): Promise<{ id: string; made: boolean }> {
  const { items } = await collection.list({ name })
  const [found] = items
  if (found?.state === 'failed')
    throw Object.assign(new Error(`"${name}" is there, but failed`), {
      remedy: `Look at its cause, delete it, and run the command again.`,
    })
  if (found) return { id: found.id, made: false }
  const made = await create()
  return { id: made.resource ?? made.id, made: true }
}

export interface FabricSpec {
  driver: 'ovn' | 'simulated'
  northbound: string
}

export async function furnishZone(cloud: Cloud, fabric: FabricSpec): Promise<{ zone: string; cluster: string }> {
  const zone = (await ensure(cloud.zones, 'zone1', () => cloud.zones.create({ name: 'zone1' }))).id
  const fabricId = (
    await ensure(cloud.fabrics, 'fabric1', () => cloud.fabrics.create({ name: 'fabric1', zone, ...fabric }))
  ).id
  const cluster = (
    await ensure(cloud.clusters, 'cluster1', () =>
      cloud.clusters.create({ name: 'cluster1', zone, fabric: fabricId, cpuOvercommit: 16 }),
    )
  ).id
  return { zone, cluster }
}

/** A host row, and a token when its agent has to register. */
export async function announceHost(
  cloud: Cloud,
  place: { zone: string; cluster: string },
  name: string,
  registered: boolean,
): Promise<{ id: string; token: string | null }> {
  const { id, made } = await ensure(cloud.hosts, name, () => cloud.hosts.create({ name, ...place }))
  if (registered && !made) return { id, token: null }
  const { token } = await cloud.http.call<{ token: string }>('POST', `/v1/hosts/${id}/registration-token`)
  return { id, token }
}

/** @param log what `./basalt logs` calls the log that tells why a host does not come */
export async function awaitHost(cloud: Cloud, id: string, timeoutMs: number, log: string): Promise<void> {
  const isUp = async (): Promise<true | null> => ((await cloud.hosts.get(id)).state === 'up' ? true : null)
  try {
    await waitUntil('the host connected', timeoutMs, isUp)
  } catch (error) {
    throw Object.assign(error as Error, { remedy: `Read ./basalt logs ${log}; then run the command again.` })
  }
}

export interface PoolSpec {
  name: string
  class: string
  type: 'local' | 'smp' | 'simulated'
  path: string
}

export async function furnishPool(
  cloud: Cloud,
  place: { zone: string; cluster: string },
  pool: PoolSpec,
): Promise<void> {
  const { zone, cluster } = place
  const storageClass = (
    await ensure(cloud.storageClasses, pool.class, () => cloud.storageClasses.create({ name: pool.class, zone }))
  ).id
  await ensure(cloud.storagePools, pool.name, () =>
    cloud.tasks.wait(
      cloud.storagePools.create({
        name: pool.name,
        zone,
        cluster,
        class: storageClass,
        type: pool.type,
        path: pool.path,
      }),
    ),
  )
}

export async function furnishImage(
  cloud: Cloud,
  storePath: string,
  image: { path: string; sha256: string },
): Promise<string> {
  await ensure(cloud.imageStores, 'images', () => cloud.imageStores.create({ name: 'images', path: storePath }))
  const { id } = await ensure(cloud.images, 'tiny', async () => {
    const task = await cloud.images.create({
      name: 'tiny',
      description: 'A tiny Linux that boots in seconds.',
      sha256: image.sha256,
      public: true,
    })
    await cloud.uploadImage(task.resource, image.path)
    return cloud.tasks.wait(task)
  })
  return id
}

/** The tiny image is content with 128 MiB; the larger sizes are for images of one's own. */
const OFFERINGS = [
  { name: 'tiny', vcpus: 1, memoryBytes: 128 * MIB },
  { name: 'small', vcpus: 1, memoryBytes: 1024 * MIB },
  { name: 'medium', vcpus: 2, memoryBytes: 2048 * MIB },
]

export async function furnishOfferings(cloud: Cloud): Promise<string> {
  const ids: string[] = []
  for (const offering of OFFERINGS)
    ids.push((await ensure(cloud.offerings, offering.name, () => cloud.offerings.create(offering))).id)
  return ids[0] as string
}

export async function furnishNetwork(cloud: Cloud, zone: string): Promise<string> {
  const made = () => cloud.tasks.wait(cloud.networks.create({ name: 'net1', zone, cidr: '10.10.0.0/24' }))
  return (await ensure(cloud.networks, 'net1', made)).id
}

export interface FirstVm {
  id: string
  address: string
}

export async function furnishVm(
  cloud: Cloud,
  name: string,
  place: Pick<Furnished, 'zone' | 'offering' | 'image' | 'network'>,
  tell: (detail: string) => void,
): Promise<FirstVm> {
  const { zone, offering, image, network } = place
  const { id } = await ensure(cloud.vms, name, async () => {
    const task = await cloud.vms.create({ name, zone, offering, image, networks: [{ network }] })
    return cloud.tasks.wait(task, {
      onProgress: ({ percent, message }: { percent: number; message: string }) => tell(`${percent} % ${message}`),
    })
  })
  // An earlier call that ended early may have left it in the making.
  const address = await waitUntil(`VM "${name}" had an address`, ADDRESS_MS, async () => {
    const { addresses } = await cloud.vms.get(id)
    return addresses[0] ?? null
  })
  return { id, address }
}
