import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from './errors.ts'
import type { ProcessIdentity } from './process.ts'

/** A link of a host that can be cut. */
export type LinkName = 'underlay' | 'management' | 'external'

/** Open vSwitch's datapath: `system` is the kernel's module, `netdev` runs in ovs-vswitchd itself. */
export type DatapathType = 'system' | 'netdev'

/** Something the caller runs on a host; kept so that a revived host starts it again. */
export interface ServiceState {
  command: string
  args: string[]
  env: Record<string, string>
  /** Absolute, in the root namespace. */
  logFile: string
}

/** One set of namespaces: a host, the switch between them, the OVN databases or the external network. */
export interface NodeState {
  /** The process that keeps the namespaces alive. */
  holder?: ProcessIdentity
  /** Whether the namespaces were furnished to the end: half-made ones are made anew. */
  ready: boolean
  processes: Record<string, ProcessIdentity>
  services: Record<string, ServiceState>
}

/** What the lab remembers of a host beyond its namespaces. */
export interface HostState {
  name: string
  /** 1-99: the last part of its addresses. */
  number: number
  chassisId: string
  libvirtUuid: string
  /** `off` after kill(), until revive(). */
  power: 'on' | 'off'
  cutLinks: LinkName[]
}

/** The lab's state file. */
export interface LabState {
  version: 1
  name: string
  /** The kernel's boot id: pids of another boot mean nothing. */
  bootId: string
  /** Third part of the lab's subnet 10.99.index.0/24; unset until the switch exists. */
  index?: number
  external: boolean
  datapath: DatapathType
  hosts: HostState[]
  nodes: Record<string, NodeState>
}

/** Reads and writes one lab's state file; shared between processes by `exclusively`. */
export interface LabStore {
  readonly directory: string
  /** The state now, or undefined when there is no such lab. */
  read(): LabState | undefined
  /** Read, change, write; atomic within a process and safe between processes inside `exclusively`. */
  update<T>(change: (state: LabState) => T): T
  write(state: LabState): void
  /** Runs one operation while no other process changes the same lab. @throws LabError LAB_BUSY after `timeoutMs`. */
  exclusively<T>(operation: () => Promise<T>, timeoutMs?: number): Promise<T>
}

/** The identity of the running kernel (random(4)). */
export function currentBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** The store of the lab that lives in `directory`. */
export function createStore(directory: string): LabStore {
  const file = join(directory, 'state.json')
  const store: LabStore = {
    directory,
    read() {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as LabState
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    update(change) {
      const state = store.read()
      if (!state) throw new LabError('LAB_NOT_RUNNING', `There is no lab in ${directory}.`, { remedy: 'Bring it up.' })
      const result = change(state)
      store.write(state)
      return result
    },
    write(state) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      // Services' environments may hold secrets.
      writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
    async exclusively(operation, timeoutMs = 180_000) {
      const lock = await acquireLock(`basalt-lab:${createHash('sha256').update(directory).digest('hex')}`, timeoutMs)
      try {
        return await operation()
      } finally {
        await new Promise((resolve) => lock.close(resolve))
      }
    },
  }
  return store
}

/** Removes the lab's own directory and all in it. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}

/** A socket name in Linux' abstract namespace is a lock that the kernel lets go when its holder dies, however it dies. */
async function acquireLock(name: string, timeoutMs: number): Promise<Server> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const server = await listen(`\0${name}`)
    if (server) return server
    if (Date.now() > deadline) {
      throw new LabError('LAB_BUSY', 'Another process is changing this lab.', {
        remedy: 'Wait for it, then try again.',
      })
    }
    await delay(20)
  }
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(name, () => resolve(server))
  })
}
