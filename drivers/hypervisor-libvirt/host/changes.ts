import type { DomainState, DomainStatus, HostChange } from '@basalt/contracts'
import { findOurs, isActive, type KnownState, listOurs, stateOf } from './domains.ts'
import { isUnavailable } from './errors.ts'
import type { GuestEvents } from './guest-events.ts'
import type { Link } from './link.ts'

/** Tells changes of guests that no command made. */
export interface Changes {
  /** Runs a command on a guest: what happens to the guest meanwhile is the command's own doing. */
  commanded<T extends DomainStatus | undefined>(vm: string, command: () => Promise<T>): Promise<T>
  on(listener: (change: HostChange) => void): () => void
  /** Compares all guests with what was known of them; for after a gap in the events. */
  resync(): void
}

const REASONS: Readonly<Record<string, string>> = {
  booted: 'started outside of the platform',
  shutdown: 'the guest shut down',
  destroyed: 'powered off outside of the platform',
  crashed: 'QEMU ended unexpectedly',
  panicked: 'the guest crashed',
  ioError: 'paused because a disk failed',
  user: 'paused outside of the platform',
  unpaused: 'resumed outside of the platform',
  daemon: 'found off when libvirt started',
}

/**
 * Keeps the last state known of each guest and looks again whenever libvirt says that something happened: the state is
 * read, not taken from the event, so that late and repeated events do no harm.
 */
export function createChanges(deps: {
  link: Link
  events: GuestEvents
  /** Told of what goes wrong while looking. */
  onProblem: (error: unknown) => void
}): Changes {
  const known = new Map<string, DomainState>()
  const commands = new Map<string, number>()
  const listeners = new Set<(change: HostChange) => void>()

  const learn = (vm: string, found: KnownState): void => {
    const before = known.get(vm)
    known.set(vm, found.state)
    if (before === undefined || commands.has(vm)) return
    // How a guest went down does not change any more once it is down.
    if (before === found.state || !(isActive(before) || isActive(found.state))) return
    const reason = REASONS[found.reason] ?? `libvirt says: ${found.reason}`
    for (const listener of listeners) listener({ kind: 'domain', vm, state: found.state, reason })
  }

  const look = async (vm: string): Promise<void> => {
    if (commands.has(vm)) return
    const client = await deps.link.client()
    const domain = await findOurs(client, vm)
    const found = domain && (await stateOf(client, domain))
    if (found) learn(vm, found)
    else if (!commands.has(vm)) known.delete(vm)
  }

  const resync = async (): Promise<void> => {
    const client = await deps.link.client()
    const ours = await listOurs(client)
    for (const { vm } of ours) await look(vm)
    for (const vm of known.keys()) if (!ours.some((each) => each.vm === vm)) await look(vm)
  }

  /** libvirt may go away while we look: the next connection brings a new look. */
  const inBackground = (work: Promise<void>): void => {
    work.catch((error: unknown) => isUnavailable(error) || deps.onProblem(error))
  }

  deps.events.on((vm, event) => {
    if (event !== 'agentConnected') inBackground(look(vm))
  })

  return {
    resync: () => inBackground(resync()),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async commanded(vm, command) {
      commands.set(vm, (commands.get(vm) ?? 0) + 1)
      try {
        const status = await command()
        if (status) known.set(vm, status.state)
        else known.delete(vm)
        return status
      } finally {
        const others = (commands.get(vm) ?? 1) - 1
        if (others > 0) commands.set(vm, others)
        else commands.delete(vm)
        // What happened right after the command looked is a change of its own.
        inBackground(look(vm))
      }
    },
  }
}
