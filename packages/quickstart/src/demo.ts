/** A demonstration cloud on one machine: a lab of hosts, the control plane, and a first VM. Every part can be repeated. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@basalt/lab'
import { buildTinyImage } from '@basalt/tiny-image'
import { type Background, createBackground, isRunning } from './background.ts'
import { checkApiPort, OPERATOR, type RunningControlPlane, startControlPlaneProcess } from './control-plane.ts'
import { emptyImage } from './empty-image.ts'
import {
  type FirstVm,
  furnishImage,
  furnishNetwork,
  furnishOfferings,
  furnishPool,
  furnishVm,
  furnishZone,
} from './furnish.ts'
import { hostRuns, joinLabHost, LOCAL_POOL_PATH, openLab } from './lab-hosts.ts'
import { type Places, placesOf } from './places.ts'
import { startSimulatedHosts } from './simulated-hosts.ts'
import type { Steps } from './steps.ts'
import { waitUntil } from './wait.ts'

export interface DemoOptions {
  /** Tells demonstration clouds on one machine apart. */
  name: string
  stateDir: string
  /** Directory of the built programs. */
  dist: string
  hosts: number
  /** Hosts and network are played by a program: for machines where no lab can be. */
  simulated: boolean
  apiHost: string
  apiPort: number
  agentPort: number
  virtualization: 'auto' | 'kvm' | 'tcg'
  maxConcurrentBoots?: number
}

export interface Demo {
  options: DemoOptions
  places: Places
  lab: Lab
  background: Background
  controlPlane: RunningControlPlane
  zone: string
  cluster: string
  offering: string
  image: string
  network: string
}

export interface DemoStatus {
  controlPlane: boolean
  apiUrl: string
  simulated: boolean
  hosts: { name: string; running: boolean }[]
}

const GUEST_MS = 120_000
/** Each question that a booting guest leaves unanswered is a line in its host's log. */
const GUEST_PAUSE_MS = 500

export function openDemo({ name, stateDir, hosts }: Pick<DemoOptions, 'name' | 'stateDir' | 'hosts'>): {
  places: Places
  lab: Lab
  background: Background
} {
  const places = placesOf(stateDir, name)
  return { places, lab: openLab(name, places.labs, hosts), background: createBackground(places.state) }
}

async function tinyImage(
  places: Places,
  simulated: boolean,
  tell: (detail: string) => void,
): Promise<{ path: string; sha256: string }> {
  await mkdir(places.cache, { recursive: true })
  // Simulated guests boot nothing; a disk of the right shape is enough, and needs no Debian packages.
  if (simulated) return emptyImage(join(places.cache, 'empty.qcow2'))
  return buildTinyImage({
    cacheDir: join(places.cache, 'tiny'),
    output: join(places.cache, 'tiny.qcow2'),
    onProgress: tell,
  })
}

async function bringUpHosts(
  options: DemoOptions,
  parts: ReturnType<typeof openDemo>,
  running: RunningControlPlane,
  place: { zone: string; cluster: string },
  steps: Steps,
): Promise<void> {
  const { places, lab, background } = parts
  const { dist, hosts } = options
  const { cloud, agentUrl } = running
  if (options.simulated) {
    const names = Array.from({ length: hosts }, (_, index) => `host${index + 1}`)
    await steps.run(`${hosts} simulated hosts`, () =>
      startSimulatedHosts(cloud, place, names, { places, dist, agentUrl }, background),
    )
    return
  }
  for (const host of lab.hosts)
    await steps.run(`Host ${host.name}`, () =>
      joinLabHost(cloud, place, lab, host, {
        dist,
        agentUrl,
        virtualization: options.virtualization,
        maxConcurrentBoots: options.maxConcurrentBoots,
      }),
    )
}

async function furnishStorage(
  { simulated }: DemoOptions,
  places: Places,
  { cloud }: RunningControlPlane,
  place: { zone: string; cluster: string },
): Promise<void> {
  if (simulated)
    return furnishPool(cloud, place, { name: 'pool1', class: 'Simulated', type: 'simulated', path: '/simulated' })
  await furnishPool(cloud, place, { name: 'local', class: 'Local', type: 'local', path: LOCAL_POOL_PATH })
  await mkdir(places.shared, { recursive: true, mode: 0o755 })
  await furnishPool(cloud, place, { name: 'shared', class: 'Shared', type: 'smp', path: places.shared })
}

/** Bring everything up but the first VM. What is up already is left alone. */
export async function startDemo(options: DemoOptions, steps: Steps): Promise<Demo> {
  const parts = openDemo(options)
  const { places, lab, background } = parts
  await checkApiPort({ places, ...options }, background)
  await mkdir(places.root, { recursive: true, mode: 0o755 })
  await writeFile(join(places.root, 'demo.json'), JSON.stringify(options))
  if (!options.simulated)
    await steps.run(`A lab of ${options.hosts} hosts`, (tell) => lab.up({ onProgress: ({ step }) => tell(step) }))
  const image = await steps.run(options.simulated ? 'An empty image' : 'The tiny image', (tell) =>
    tinyImage(places, options.simulated, tell),
  )
  const running = await steps.run('Control plane', () =>
    startControlPlaneProcess(
      {
        places,
        dist: options.dist,
        apiHost: options.apiHost,
        apiPort: options.apiPort,
        agentHost: options.simulated ? '127.0.0.1' : lab.managementAddress,
        agentPort: options.agentPort,
      },
      background,
    ),
  )
  const { cloud } = running
  const place = await steps.run('Zone, fabric, cluster', () =>
    furnishZone(
      cloud,
      options.simulated
        ? { driver: 'simulated', northbound: '' }
        : { driver: 'ovn', northbound: lab.central.nbEndpoint },
    ),
  )
  await bringUpHosts(options, parts, running, place, steps)
  await steps.run('Storage', () => furnishStorage(options, places, running, place))
  const imageId = await steps.run('Image', () => furnishImage(cloud, places.images, image))
  const offering = await steps.run('Offerings', () => furnishOfferings(cloud))
  const network = await steps.run('Network', () => furnishNetwork(cloud, place.zone))
  await writeFile(
    places.credentials,
    `${JSON.stringify({ url: running.apiUrl, caFile: places.authorityPem, username: OPERATOR, password: running.password }, null, 2)}\n`,
    { mode: 0o600 },
  )
  return { options, ...parts, controlPlane: running, ...place, offering, image: imageId, network }
}

/** Create the first VM, or find it, start it when it is stopped, and wait until the guest itself says that it has its address. */
export async function firstVm(demo: Demo, name: string, steps: Steps): Promise<FirstVm> {
  const { cloud } = demo.controlPlane
  const vm = await steps.run(`First VM "${name}"`, (tell) => furnishVm(cloud, name, demo, tell))
  // Simulated guests have no network to get it from: that they are there has to do.
  if (demo.options.simulated) await steps.run('The guest is there', () => awaitGuest(demo, vm, () => true))
  else await steps.run('The guest has its address', () => awaitGuestAddress(demo, vm))
  return vm
}

interface GuestAddresses {
  interfaces: { addresses: string[] }[]
}

/** Until the guest itself says that it has its address. */
export const awaitGuestAddress = (demo: Pick<Demo, 'controlPlane'>, vm: FirstVm, timeoutMs = GUEST_MS): Promise<void> =>
  awaitGuest(demo, vm, (addresses) => addresses.includes(vm.address), timeoutMs)

/** Asks the guest through its agent. A VM that turns out to be stopped, as after the machine was switched off, is started. */
async function awaitGuest(
  { controlPlane: { cloud } }: Pick<Demo, 'controlPlane'>,
  vm: FirstVm,
  isThere: (addresses: string[]) => boolean,
  timeoutMs = GUEST_MS,
): Promise<void> {
  const ask = async (): Promise<true | null> => {
    if ((await cloud.vms.get(vm.id)).state === 'stopped') await cloud.tasks.wait(cloud.vms.start(vm.id))
    const { interfaces } = await cloud.http.call<GuestAddresses>('GET', `/v1/vms/${vm.id}/guest-addresses`)
    return interfaces.some(({ addresses }) => isThere(addresses)) ? true : null
  }
  try {
    await waitUntil(`the guest said that it has ${vm.address}`, timeoutMs, ask, GUEST_PAUSE_MS)
  } catch (error) {
    const remedy = `./basalt vm console-log ${vm.id} tells how far it booted; on a slow machine run the command again.`
    throw Object.assign(error as Error, { remedy })
  }
}

/** How the last `up` was called; null when there was none. */
export async function rememberedOptions(stateDir: string, name: string): Promise<DemoOptions | null> {
  const file = join(placesOf(stateDir, name).root, 'demo.json')
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : null
}

export async function demoStatus(options: DemoOptions): Promise<DemoStatus> {
  const { lab, background } = openDemo(options)
  const hosts = options.simulated
    ? [{ name: 'simulated hosts', running: isRunning(await background.get('simulated-hosts')) }]
    : lab.status().hosts.map(({ name }) => ({ name, running: hostRuns(lab, name) }))
  return {
    controlPlane: isRunning(await background.get('control-plane')),
    apiUrl: `https://${options.apiHost === '0.0.0.0' ? '127.0.0.1' : options.apiHost}:${options.apiPort}`,
    simulated: options.simulated,
    hosts,
  }
}

/** Stop everything; guests end, disks and database stay for the next `up`. */
export async function stopDemo(options: DemoOptions): Promise<void> {
  const { lab, background } = openDemo(options)
  await background.stop('control-plane')
  await background.stop('simulated-hosts')
  if (!options.simulated) await lab.halt()
}

/** Stop everything and remove what it kept, but for the cache. */
export async function resetDemo(options: DemoOptions): Promise<void> {
  await stopDemo(options)
  const { places, lab } = openDemo(options)
  if (!options.simulated) await lab.down()
  await rm(places.root, { recursive: true, force: true })
}
