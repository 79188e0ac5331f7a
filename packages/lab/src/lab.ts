import type { ChildProcess } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { EXTERNAL_ADDRESS, labAddresses } from './addresses.ts'
import type { CommandOptions, CommandOutput } from './command.ts'
import { LabError } from './errors.ts'
import { createHost, type LabHost, requireIndex } from './host.ts'
import { findLeftovers, type Leftover } from './leftovers.ts'
import { createCapabilitiesCache } from './libvirt.ts'
import { addHost, bringUp, halt, type LabParts, takeDown } from './lifecycle.ts'
import { createNode, type SpawnOptions } from './namespace.ts'
import { databaseSocket, SOUTHBOUND_PORT } from './ovn-central.ts'
import { createStore } from './state.ts'
import { type LabStatus, labStatus } from './status.ts'
import { type HostSpec, hostSpecs, validateLabPlace } from './validate.ts'

/** What kind of lab to make, and where. */
export interface LabOptions {
  /** Tells labs on one machine apart. */
  name: string
  /** The lab lives in `<stateDir>/<name>`; `<stateDir>/cache` is shared between labs and outlives them. */
  stateDir: string
  /** A number (host1, host2, ...) or a list. A lab that exists keeps its hosts, those it lacks are added. Default 3. */
  hosts?: number | HostSpec[]
  /** Whether there is an external network. Default true. */
  external?: boolean
}

/** A step that was finished, and when, in milliseconds since the start. */
export interface Progress {
  step: string
  elapsedMs: number
}

/** The node with the OVN databases. */
export interface LabCentral {
  /** An OVSDB remote (`unix:/...`) for the control plane in the root namespace. */
  readonly nbEndpoint: string
  /** An OVSDB remote (`tcp:...`) for hosts; the root namespace reaches it too. */
  readonly sbEndpoint: string
  exec(command: string, args?: readonly string[], options?: CommandOptions): Promise<CommandOutput>
  spawn(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess
}

/** The external network, or rather the router on it. */
export interface LabExternal {
  readonly address: string
  exec(command: string, args?: readonly string[], options?: CommandOptions): Promise<CommandOutput>
  spawn(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess
}

/** Several hosts on one machine, with the switch between them, OVN's databases and an external network. */
export interface Lab {
  readonly name: string
  /** Where the lab's files are. */
  readonly directory: string
  readonly hosts: LabHost[]
  readonly central: LabCentral
  readonly external: LabExternal
  /** The root namespace's IPv4 address on the management network: the control plane listens there for host agents. */
  readonly managementAddress: string
  /** The host of this name. @throws LabError LAB_HOST_UNKNOWN */
  host(name: string): LabHost
  /** Brings the lab up, or mends what does not run; nothing to do when all runs. `onProgress` must not change the lab. */
  up(options?: { onProgress?: (progress: Progress) => void }): Promise<void>
  /** Ends all that runs, as if the machine was switched off; the hosts' files stay for the next up(). */
  halt(): Promise<void>
  /** Takes the lab down, also one that is half there: no process, namespace, interface or file stays, only the cache. */
  down(): Promise<void>
  status(): LabStatus
  /** Adds a host to a running lab and boots it. */
  addHost(spec: HostSpec): Promise<LabHost>
  /** What is on the machine of this lab: nothing after down(). */
  leftovers(): Promise<Leftover[]>
}

/** A handle on a lab; makes nothing before up(). An existing lab in the same place is adopted. */
export function createLab(options: LabOptions): Lab {
  const parts = partsOf(options)
  const { store, deps } = parts
  const { directory } = store
  const current = () => store.read()
  const addresses = () => labAddresses(requireIndex(current()))
  return {
    name: options.name,
    directory,
    get hosts() {
      return (current()?.hosts ?? parts.options.hosts).map((each) => createHost(deps, each.name))
    },
    central: {
      nbEndpoint: `unix:${join(directory, 'central', databaseSocket('nb'))}`,
      get sbEndpoint() {
        return `tcp:${addresses().central}:${SOUTHBOUND_PORT}`
      },
      exec: deps.nodeOf('central').exec,
      spawn: deps.nodeOf('central').spawn,
    },
    external: { address: EXTERNAL_ADDRESS, exec: deps.nodeOf('external').exec, spawn: deps.nodeOf('external').spawn },
    get managementAddress() {
      return addresses().root
    },
    host(name) {
      const known = current()?.hosts ?? parts.options.hosts
      if (known.some((each) => each.name === name)) return createHost(deps, name)
      throw new LabError('LAB_HOST_UNKNOWN', `The lab has no host ${name}.`)
    },
    up: ({ onProgress } = {}) => bringUp(parts, progressTo(onProgress)),
    halt: () => halt(store),
    down: () => takeDown(store),
    status: () => labStatus(options.name, current(), deps.nodeOf),
    async addHost(spec) {
      await addHost(parts, spec)
      return createHost(deps, spec.name)
    },
    leftovers: () => findLeftovers(directory),
  }
}

function partsOf(options: LabOptions): LabParts {
  validateLabPlace(options.name, options.stateDir)
  const stateDir = resolveLinks(resolve(options.stateDir))
  validateLabPlace(options.name, stateDir)
  const store = createStore(join(stateDir, options.name))
  const hostsFile = join(store.directory, 'hosts.txt')
  const nodeOf = (name: string) => createNode(store, name, hostsFile)
  const board = () => {
    const state = store.read()
    const external = state?.external ? nodeOf('external') : undefined
    return { fabric: nodeOf('fabric'), external, index: requireIndex(state) }
  }
  const cache = createCapabilitiesCache(join(stateDir, 'cache/libvirt-capabilities'))
  const hosts = hostSpecs(options.hosts ?? 3, store.directory)
  return {
    options: { name: options.name, hosts, external: options.external ?? true },
    store,
    hostsFile,
    deps: { store, cache, nodeOf, board },
  }
}

function progressTo(onProgress: ((progress: Progress) => void) | undefined): (step: string) => void {
  const start = Date.now()
  return (step) => onProgress?.({ step, elapsedMs: Date.now() - start })
}

/** The path without symbolic links, also when it does not exist yet; processes are found by it later. */
function resolveLinks(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(resolveLinks(dirname(path)), basename(path))
}
