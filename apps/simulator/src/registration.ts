/** Hosts make themselves known through the public API, with one operator's key; their identities stay on disk. */
import { join } from 'node:path'
import { type Identity, loadIdentity, saveIdentity } from '@basalt/pki'
import type { Cloud } from '@basalt/sdk'
import { registerHost } from '@basalt/transport'
import type { SimulatorOptions } from './options.ts'
import { UsageError } from './usage-error.ts'

export interface RegisteredHost {
  name: string
  identity: Identity
}

interface Named {
  list(query: { name: string }): PromiseLike<{ items: readonly { id: string }[] }>
}

async function find(collection: Named, what: string, name: string): Promise<string> {
  const [found] = (await collection.list({ name })).items
  if (!found) throw new UsageError(`There is no ${what} "${name}".`)
  return found.id
}

export interface Registrar {
  /** The identity of a host; it is made and registered when it is new here. */
  register(name: string): Promise<RegisteredHost>
}

export async function createRegistrar(cloud: Cloud, options: SimulatorOptions): Promise<Registrar> {
  const zone = await find(cloud.zones, 'zone', options.zone)
  const cluster = await find(cloud.clusters, 'cluster', options.cluster)
  const url = options.agentUrls[0] ?? ''
  return {
    async register(name) {
      const directory = join(options.stateDir, name)
      const known = await loadIdentity(directory)
      if (known) return { name, identity: known }
      const [there] = (await cloud.hosts.list({ name })).items
      const { id } = there ?? (await cloud.hosts.create({ name, zone, cluster }))
      const { token } = await cloud.http.call<{ token: string }>('POST', `/v1/hosts/${id}/registration-token`)
      const { identity } = await registerHost({ url, token, hostname: name })
      await saveIdentity(directory, identity)
      return { name, identity }
    },
  }
}
