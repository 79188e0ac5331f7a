/** Simulated hosts of a demonstration cloud: one process that plays them all. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cloud } from '@basalt/sdk'
import type { Background } from './background.ts'
import { announceHost, awaitHost } from './furnish.ts'
import type { Places } from './places.ts'

const CONNECT_MS = 30_000

export async function startSimulatedHosts(
  cloud: Cloud,
  place: { zone: string; cluster: string },
  names: readonly string[],
  options: { places: Places; dist: string; agentUrl: string },
  background: Background,
): Promise<void> {
  const { places, dist, agentUrl } = options
  await mkdir(places.simulatedData, { recursive: true, mode: 0o700 })
  const registered = (name: string): boolean => existsSync(join(places.simulatedData, name, 'identity.pem'))
  const hosts: { name: string; token?: string }[] = []
  const ids: string[] = []
  for (const name of names) {
    const { id, token } = await announceHost(cloud, place, name, registered(name))
    ids.push(id)
    hosts.push(token ? { name, token } : { name })
  }
  await writeFile(
    places.simulatedConfig,
    JSON.stringify({ urls: [agentUrl], stateDir: places.simulatedData, hosts }, null, 2),
    { mode: 0o600 },
  )
  await background.start(
    'simulated-hosts',
    process.execPath,
    [join(dist, 'simulated-hosts.js'), places.simulatedConfig],
    places.simulatedLog,
  )
  for (const id of ids) await awaitHost(cloud, id, CONNECT_MS, 'simulated-hosts')
}
