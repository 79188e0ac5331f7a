import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { labAddresses } from './addresses.ts'
import { labGroups, removeGroup } from './cgroups.ts'
import { run } from './command.ts'
import { LabError } from './errors.ts'
import { furnishExternal } from './external.ts'
import { endGracefully, ensureHost, type HostDeps, requireIndex } from './host.ts'
import { labInterfaces, labProcesses } from './leftovers.ts'
import { probeDatapath } from './open-vswitch.ts'
import { ensureCentral } from './ovn-central.ts'
import { killAll, waitFor } from './process.ts'
import { checkRequirements } from './requirements.ts'
import { currentBootId, type HostState, type LabState, type LabStore, removeDirectory } from './state.ts'
import { claimSubnet, connectCentral, furnishSwitch } from './switch.ts'
import { type HostSpec, validateHost } from './validate.ts'

/** Everything the parts of a lab share. */
export interface LabParts {
  options: { name: string; hosts: HostSpec[]; external: boolean }
  store: LabStore
  /** The /etc/hosts of all nodes, in the root namespace. */
  hostsFile: string
  deps: HostDeps
}

/** Brings a lab up, or mends what does not run. `done` hears of each finished step. */
export async function bringUp(parts: LabParts, done: (step: string) => void): Promise<void> {
  requireMachine()
  const { store, deps } = parts
  await store.exclusively(async () => {
    await adoptOrCreate(parts)
    await ensureFabric(parts)
    done('switch')
    await Promise.all([ensureCentralNode(parts), ensureExternalNode(parts)])
    done('OVN databases and external network')
    await Promise.all(
      (store.read()?.hosts ?? []).map(async ({ name }) => {
        await ensureHost(deps, name)
        done(`host ${name}`)
      }),
    )
  })
}

function requireMachine(): void {
  const { ok, problems, missingPackages, remedy } = checkRequirements()
  if (ok) return
  const missing = missingPackages.length > 0 ? [`Packages are missing: ${missingPackages.join(', ')}.`] : []
  throw new LabError('LAB_REQUIREMENTS_MISSING', [...problems, ...missing].join(' '), { remedy })
}

async function adoptOrCreate(parts: LabParts): Promise<void> {
  const { store, options, hostsFile } = parts
  const known = store.read()
  const state: LabState = known ?? {
    version: 1,
    name: options.name,
    bootId: currentBootId(),
    external: options.external,
    datapath: await probeDatapath(),
    hosts: [],
    nodes: {},
  }
  if (state.bootId !== currentBootId()) restartAfterReboot(state)
  for (const spec of options.hosts) {
    if (!state.hosts.some((each) => each.name === spec.name)) state.hosts.push(newHost(state, spec))
  }
  store.write(state)
  writeHostsFile(hostsFile, state)
}

/** The machine was started again: pids of before mean nothing, and who was off because of a test is on again. */
function restartAfterReboot(state: LabState): void {
  state.bootId = currentBootId()
  for (const host of state.hosts) host.power = 'on'
  for (const node of Object.values(state.nodes)) Object.assign(node, { holder: undefined, ready: false, processes: {} })
}

function newHost(state: LabState, spec: HostSpec): HostState {
  const number = 1 + Math.max(0, ...state.hosts.map((each) => each.number))
  const chassisId = spec.chassisId ?? spec.name
  return { name: spec.name, number, chassisId, libvirtUuid: randomUUID(), power: 'on', cutLinks: [] }
}

/** libvirtd asks for the host's own name; without an answer here it waits for DNS. Written in place: it is bound into hosts. */
function writeHostsFile(file: string, state: LabState): void {
  const addresses = state.index === undefined ? undefined : labAddresses(state.index)
  const hosts = state.hosts.map((host) => `${addresses?.management(host.number) ?? '127.0.1.1'} ${host.name}`)
  writeFileSync(file, ['127.0.0.1 localhost', `${addresses?.central ?? '127.0.1.1'} central`, ...hosts, ''].join('\n'))
}

/** All cables end in the switch: when it has to be made anew, so has everything. */
async function ensureFabric(parts: LabParts): Promise<void> {
  const { store, deps, hostsFile } = parts
  const fabric = deps.nodeOf('fabric')
  const state = store.read()
  const nodes = ['fabric', 'central', ...(state?.external ? ['external'] : [])].map(deps.nodeOf)
  if (nodes.every((each) => each.isRunning())) return
  await clearMachine(store.directory)
  await fabric.boot(async () => {
    await furnishSwitch(fabric)
    const index = await claimSubnet(fabric)
    const named = store.update((each) => {
      each.index = index
      return each
    })
    writeHostsFile(hostsFile, named)
  })
}

async function ensureCentralNode({ deps, store }: LabParts): Promise<void> {
  const central = deps.nodeOf('central')
  const { fabric, index } = deps.board()
  if (!central.isRunning()) await central.boot(() => connectCentral(fabric, central, index))
  await ensureCentral(central, labAddresses(requireIndex(store.read())).central)
}

async function ensureExternalNode({ deps }: LabParts): Promise<void> {
  const { external } = deps.board()
  if (external && !external.isRunning()) await external.boot(() => furnishExternal(external))
}

/** Adds a host to a running lab and boots it. @throws LabError LAB_HOST_EXISTS */
export async function addHost({ store, deps, hostsFile }: LabParts, spec: HostSpec): Promise<void> {
  validateHost(spec, store.directory)
  await store.exclusively(async () => {
    const state = store.update((each) => {
      if (each.hosts.some((host) => host.name === spec.name)) {
        throw new LabError('LAB_HOST_EXISTS', `The lab has a host ${spec.name} already.`)
      }
      each.hosts.push(newHost(each, spec))
      return each
    })
    writeHostsFile(hostsFile, state)
    await ensureHost(deps, spec.name)
  })
}

/** Takes down whatever is there of the lab, whether its notes are complete or not. */
export async function takeDown(store: LabStore): Promise<void> {
  await store.exclusively(async () => {
    await endEverything(store)
    removeDirectory(store.directory)
    removeIfEmpty(dirname(store.directory))
  })
}

/** Ends everything that runs, as if the machine was switched off: the hosts' files stay, and `bringUp` boots all of it again. */
export async function halt(store: LabStore): Promise<void> {
  await store.exclusively(async () => {
    const state = store.read()
    if (!state) return
    await endEverything(store)
    restartAfterReboot(state)
    store.write(state)
  })
}

async function endEverything(store: LabStore): Promise<void> {
  const nodes = Object.values(store.read()?.nodes ?? {})
  const services = nodes.flatMap((node) => Object.keys(node.services).flatMap((name) => node.processes[name] ?? []))
  await Promise.all(services.map(endGracefully))
  await clearMachine(store.directory)
}

/** Ends all processes of the lab and removes its interface; the namespaces go with them. Files stay. */
async function clearMachine(directory: string): Promise<void> {
  await killAll(() => labProcesses(directory))
  for (const group of labGroups(directory)) await removeGroup(group)
  for (const name of await labInterfaces(directory)) await deleteInterface(name)
  await waitFor('the interfaces to go', 10_000, async () => (await labInterfaces(directory)).length === 0)
}

/** The kernel may be removing it at this moment, with the switch's namespace. */
async function deleteInterface(name: string): Promise<void> {
  try {
    await run('ip', ['link', 'delete', name])
  } catch (error) {
    if (existsSync(join('/sys/class/net', name))) throw error
  }
}

function removeIfEmpty(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory)
}
