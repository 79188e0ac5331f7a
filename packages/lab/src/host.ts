import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { labAddresses } from './addresses.ts'
import type { CommandOptions, CommandOutput } from './command.ts'
import { LabError } from './errors.ts'
import { type CapabilitiesCache, ensureLibvirt } from './libvirt.ts'
import type { LabNode, SpawnOptions } from './namespace.ts'
import { ensureOpenVswitch, setSystemId } from './open-vswitch.ts'
import { isAlive, type ProcessIdentity, signal, waitFor } from './process.ts'
import type { HostState, LabState, LabStore, LinkName } from './state.ts'
import { connectHost, type Switchboard, setLink } from './switch.ts'
import { validateChassisId } from './validate.ts'

/** A host's private places as the root namespace sees them (absolute paths). */
export interface HostPaths {
  root: string
  run: string
  log: string
  libvirtSocket: string
  openVswitchSocket: string
  /** The caller's: kept over kill() and revive(), removed by down(). */
  data: string
}

/** A host of the lab. Works from what the state file says at each call, so it survives a restart of its user. */
export interface LabHost {
  readonly name: string
  /** The tunnel end point's IPv4 address. */
  readonly underlayAddress: string
  /** The IPv4 address on the management network, reachable from the root namespace. */
  readonly managementAddress: string
  readonly chassisId: string
  readonly paths: HostPaths
  isRunning(): boolean
  /** Runs a command in all the host's namespaces to its end. @throws LabError LAB_COMMAND_FAILED, LAB_HOST_OFF */
  exec(command: string, args?: readonly string[], options?: CommandOptions): Promise<CommandOutput>
  /** Starts a command in all the host's namespaces; the caller looks after the child. */
  spawn(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess
  /** Starts a lasting process that the lab remembers: revive() and up() start it again, down() ends it. */
  service(
    name: string,
    command: string,
    args?: readonly string[],
    options?: { env?: Record<string, string>; logFile?: string },
  ): Promise<ProcessIdentity>
  /** Ends a service (SIGTERM, after 5 s SIGKILL) and forgets it. */
  stopService(name: string): Promise<void>
  /** Pulls a cable at the switch's end (default: underlay and management). */
  cutLink(...links: LinkName[]): Promise<void>
  restoreLink(...links: LinkName[]): Promise<void>
  /** As if power was lost: SIGKILL to every process, links and namespaces gone; files stay but for /run. */
  kill(): Promise<void>
  /** Power is back: daemons and services start; `onBooted` runs after them. */
  revive(options?: { onBooted?: (host: LabHost) => Promise<void> }): Promise<void>
  setChassisId(chassisId: string): Promise<void>
}

/** What a host needs of its lab. */
export interface HostDeps {
  store: LabStore
  cache: CapabilitiesCache
  nodeOf(name: string): LabNode
  board(): Switchboard
}

/** The handle of the host with this name; it must be in the state file when it is used. */
export function createHost(deps: HostDeps, name: string): LabHost {
  const node = deps.nodeOf(name)
  const now = () => hostState(deps.store, name)
  const addresses = () => labAddresses(requireIndex(deps.store.read()))
  const setLinks = (links: LinkName[], up: boolean) =>
    deps.store.exclusively(async () => {
      for (const link of links.length === 0 ? (['underlay', 'management'] as const) : links) {
        changeHost(deps.store, name, (host) => {
          host.cutLinks = host.cutLinks.filter((each) => each !== link).concat(up ? [] : [link])
        })
        if (node.isRunning()) await setLink(deps.board(), now(), link, up)
      }
    })

  const host: LabHost = {
    name,
    get underlayAddress() {
      return addresses().underlay(now().number)
    },
    get managementAddress() {
      return addresses().management(now().number)
    },
    get chassisId() {
      return now().chassisId
    },
    paths: pathsOf(node.directory),
    isRunning: () => node.isRunning(),
    exec: node.exec,
    spawn: node.spawn,
    service: (service, command, args = [], options = {}) =>
      deps.store.exclusively(async () => {
        if (isAlive(deps.store.read()?.nodes[name]?.processes[service])) await endService(deps.store, name, service)
        const logFile = options.logFile ?? join(node.directory, `var/log/${service}.log`)
        return node.startService(service, { command, args: [...args], env: options.env ?? {}, logFile })
      }),
    stopService: (service) => deps.store.exclusively(() => endService(deps.store, name, service)),
    cutLink: (...links) => setLinks(links, false),
    restoreLink: (...links) => setLinks(links, true),
    kill: () =>
      deps.store.exclusively(async () => {
        changeHost(deps.store, name, (each) => {
          each.power = 'off'
        })
        await node.kill()
      }),
    async revive({ onBooted } = {}) {
      await deps.store.exclusively(async () => {
        changeHost(deps.store, name, (each) => {
          each.power = 'on'
        })
        await ensureHost(deps, name)
      })
      await onBooted?.(host)
    },
    setChassisId: (chassisId) =>
      deps.store.exclusively(async () => {
        validateChassisId(chassisId)
        await setSystemId(node, chassisId)
        changeHost(deps.store, name, (each) => {
          each.chassisId = chassisId
        })
      }),
  }
  return host
}

/** Boots a host, or starts what no longer runs on it; nothing to do on a healthy one or one that is powered off. */
export async function ensureHost(deps: HostDeps, name: string): Promise<void> {
  const host = hostState(deps.store, name)
  if (host.power === 'off') return
  const node = deps.nodeOf(name)
  const start = async () => {
    await Promise.all([ensureNetwork(deps, node, host), ensureHypervisor(deps, node, host)])
    for (const [service, spec] of Object.entries(deps.store.read()?.nodes[name]?.services ?? {})) {
      if (!node.isDaemonAlive(service)) await node.startService(service, spec)
    }
  }
  if (node.isRunning()) await start()
  else {
    await node.boot(async () => {
      await connectHost(deps.board(), node, host)
      await start()
    })
  }
}

async function ensureNetwork(deps: HostDeps, node: LabNode, host: HostState): Promise<void> {
  const state = deps.store.read()
  await ensureOpenVswitch(node, host, { index: requireIndex(state), datapath: state?.datapath ?? 'netdev' })
}

async function ensureHypervisor(deps: HostDeps, node: LabNode, host: HostState): Promise<void> {
  const managementAddress = labAddresses(requireIndex(deps.store.read())).management(host.number)
  await ensureLibvirt(node, host, { managementAddress, cache: deps.cache })
}

/** Ends a service by SIGTERM, and if it does not listen by SIGKILL; forgets it. */
export async function endService(store: LabStore, nodeName: string, service: string): Promise<void> {
  const identity = store.read()?.nodes[nodeName]?.processes[service]
  if (identity) await endGracefully(identity)
  store.update((lab) => {
    delete lab.nodes[nodeName]?.services[service]
    delete lab.nodes[nodeName]?.processes[service]
  })
}

/** SIGTERM; SIGKILL if the process is still there after 5 s. */
export async function endGracefully(identity: ProcessIdentity): Promise<void> {
  signal(identity, 'SIGTERM')
  try {
    await waitFor('a service to end', 5_000, () => !isAlive(identity))
  } catch (error) {
    if (!(error instanceof LabError && error.code === 'LAB_TIMEOUT')) throw error
    signal(identity, 'SIGKILL')
    await waitFor('a killed service to end', 5_000, () => !isAlive(identity))
  }
}

/** The lab's index. @throws LabError LAB_NOT_RUNNING */
export function requireIndex(state: LabState | undefined): number {
  if (state?.index === undefined) {
    throw new LabError('LAB_NOT_RUNNING', 'The lab is not up.', { remedy: 'Bring it up first.' })
  }
  return state.index
}

function hostState(store: LabStore, name: string): HostState {
  const host = store.read()?.hosts.find((each) => each.name === name)
  if (!host) throw new LabError('LAB_HOST_UNKNOWN', `The lab has no host ${name}.`)
  return host
}

function changeHost(store: LabStore, name: string, edit: (host: HostState) => void): void {
  store.update((lab) => {
    const host = lab.hosts.find((each) => each.name === name)
    if (host) edit(host)
  })
}

function pathsOf(root: string): HostPaths {
  return {
    root,
    run: join(root, 'run'),
    log: join(root, 'var/log'),
    libvirtSocket: join(root, 'run/libvirt/libvirt-sock'),
    openVswitchSocket: join(root, 'run/openvswitch/db.sock'),
    data: join(root, 'data'),
  }
}
