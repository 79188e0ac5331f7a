import { availableParallelism } from 'node:os'
import type { HypervisorDriver, PrimaryStorageDriver } from '@basalt/contracts'
import { createBootSlots } from './boot-slots.ts'
import { createChanges } from './changes.ts'
import { createCommands, inOwnTerms, requireOurs } from './commands.ts'
import { openGuestConsole } from './console.ts'
import { createGuestEvents } from './guest-events.ts'
import { openGuestFiles } from './guest-files.ts'
import { openLink } from './link.ts'
import { checkId } from './parameters.ts'
import { createPendingStarts } from './pending-starts.ts'

export { HypervisorError } from './errors.ts'

type Datapath = 'kernel' | 'userspace'

/** Settings of {@link createLibvirtDriver}. */
export interface LibvirtDriverOptions {
  /** libvirtd's unix socket, usually `/run/libvirt/libvirt-sock`. */
  socketPath: string
  /** Absolute directory for seeds and console logs; QEMU's user must be able to pass through it. */
  stateDir: string
  virtualization: 'kvm' | 'tcg'
  /** Guests that may boot at a time; by default one for each core. */
  maxConcurrentBoots?: number
  storage: Pick<PrimaryStorageDriver, 'locate'>
  /** The Open vSwitch bridge that OVN integrates. */
  bridge: string
  /** Open vSwitch's datapath; a function is asked at each start of a guest with NICs. */
  datapath: Datapath | (() => Promise<Datapath>)
  /** QEMU binary; libvirt chooses when absent. */
  emulator?: string
  /** Where libvirtd's root directory is found from here; `/` unless the daemon has a mount namespace of its own. */
  daemonRoot?: string
  /** Told of failures in the background that concern no command. */
  onProblem?: (error: unknown) => void
}

/** Boot time granted to a guest without an agent before the next one may boot. */
const BOOT_TIME_MS = { kvm: 15_000, tcg: 30_000 } as const
const CONSOLE_LIMIT_BYTES = 4 * 1024 * 1024
const CONSOLE_CHECK_MS = 60_000

/**
 * Runs guests on this host through libvirt. Resolves at once, also while libvirtd is away: commands then fail with
 * `HYPERVISOR_UNAVAILABLE` until it is back.
 */
export async function createLibvirtDriver(options: LibvirtDriverOptions): Promise<HypervisorDriver> {
  const { virtualization, bridge, datapath, emulator, storage, daemonRoot = '/' } = options
  const onProblem = options.onProblem ?? (() => undefined)
  const datapathFor = async (hasNics: boolean): Promise<Datapath> => {
    if (typeof datapath !== 'function') return datapath
    return hasNics ? datapath() : 'kernel'
  }
  const files = await openGuestFiles(options.stateDir)
  const events = createGuestEvents()
  const link = openLink({
    socketPath: options.socketPath,
    onConnected: events.subscribe,
    onReconnected: () => changes.resync(),
  })
  const changes = createChanges({ link, events, onProblem })
  const commands = createCommands({
    host: async ({ nics }) => ({ virtualization, bridge, emulator, datapath: await datapathFor(nics.length > 0) }),
    files,
    slots: createBootSlots(options.maxConcurrentBoots ?? availableParallelism()),
    events,
    storage,
    bootTimeMs: BOOT_TIME_MS[virtualization],
    link,
    changes,
    pendingStarts: createPendingStarts(),
  })
  const logKeeper = setInterval(() => {
    files.boundConsoles(CONSOLE_LIMIT_BYTES).catch(onProblem)
  }, CONSOLE_CHECK_MS)
  logKeeper.unref()

  return {
    commands,
    openConsole: ({ vm, kind }) =>
      inOwnTerms(async () => {
        const client = await link.client()
        return openGuestConsole(client, await requireOurs(client, checkId(vm)), kind, daemonRoot)
      }),
    onChange: changes.on,
    async close() {
      clearInterval(logKeeper)
      link.close()
    },
  }
}
