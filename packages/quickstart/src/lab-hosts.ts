/** Real hosts of a demonstration cloud: those of a lab, each with its host agent. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLab, type Lab, type LabHost } from '@basalt/lab'
import type { Cloud } from '@basalt/sdk'
import { announceHost, awaitHost } from './furnish.ts'

export interface LabHostOptions {
  dist: string
  agentUrl: string
  virtualization: 'auto' | 'kvm' | 'tcg'
  /** Guests that may boot at once on each host; by default the agent decides. */
  maxConcurrentBoots?: number
}

const AGENT = 'host-agent'
const CONNECT_MS = 90_000

/** A pool directory that each lab host has for itself. */
export const LOCAL_POOL_PATH = '/var/lib/libvirt/basalt'

export const openLab = (name: string, labs: string, hosts: number): Lab =>
  createLab({ name, stateDir: labs, hosts, external: true })

const stateOf = (host: LabHost): string => join(host.paths.data, 'agent')
const configOf = (host: LabHost): string => join(host.paths.data, 'host-agent.json')

/** Whether the host has a certificate of this cloud. */
const isRegistered = (host: LabHost): boolean => existsSync(join(stateOf(host), 'identity.pem'))

/** Write the agent's settings; whether they are other than before. */
async function writeConfig(
  host: LabHost,
  { agentUrl, virtualization, maxConcurrentBoots }: LabHostOptions,
): Promise<boolean> {
  const config = {
    controlPlaneUrls: [agentUrl],
    stateDir: stateOf(host),
    virtualization,
    name: host.name,
    chassis: host.chassisId,
    ...(maxConcurrentBoots ? { maxConcurrentBoots } : {}),
  }
  const text = JSON.stringify(config, null, 2)
  if ((await readFile(configOf(host), 'utf8').catch(() => '')) === text) return false
  await mkdir(host.paths.data, { recursive: true })
  await writeFile(configOf(host), text, { mode: 0o600 })
  return true
}

async function register(host: LabHost, token: string, dist: string): Promise<void> {
  const tokenFile = join(host.paths.data, 'registration-token')
  await writeFile(tokenFile, token, { mode: 0o600 })
  try {
    await host.exec(process.execPath, [
      join(dist, 'host-agent.js'),
      'register',
      '--config',
      configOf(host),
      '--token-file',
      tokenFile,
      '--replace',
    ])
  } finally {
    await rm(tokenFile, { force: true })
  }
}

/** Whether the host is powered and its agent is up. */
export const hostRuns = (lab: Lab, name: string): boolean =>
  lab.status().hosts.some((host) => host.name === name && host.running && host.processes[AGENT] === 'running')

export async function startAgent(host: LabHost, dist: string): Promise<void> {
  await host.service(AGENT, process.execPath, [
    '--enable-source-maps',
    join(dist, 'host-agent.js'),
    'run',
    '--config',
    configOf(host),
  ])
}

/** Announce, register and start the agent of one lab host; nothing is done that is done already. Returns the host's id. */
export async function joinLabHost(
  cloud: Cloud,
  place: { zone: string; cluster: string },
  lab: Lab,
  host: LabHost,
  options: LabHostOptions,
): Promise<string> {
  const { id, token } = await announceHost(cloud, place, host.name, isRegistered(host))
  const changed = await writeConfig(host, options)
  if (token) await register(host, token, options.dist)
  // Registered but not running: an earlier call ended in between.
  if (token || changed || !hostRuns(lab, host.name)) await startAgent(host, options.dist)
  await awaitHost(cloud, id, CONNECT_MS, host.name)
  return id
}
