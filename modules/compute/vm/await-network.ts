/**
 * Waiting for the network of a guest that was started, as long as it can come: not for a host that is down by now, nor for a guest that
 * is off again, as after its host lost power for a moment.
 */
import { type AgentCalls, driversOf, type HostRow } from '@basalt/infrastructure'
import { conflict, type Store, unavailable } from '@basalt/kernel'
import type { Nics } from '@basalt/network'

/** @throws Problem HOST_DOWN, GUEST_STOPPED, and what the network driver throws when the time is over */
export type AwaitNetwork = (of: { vm: string; host: string }, signal: AbortSignal) => Promise<void>

const PORT_UP_MS = 60_000
/** Usually ports are up before the first look. */
const LOOK_MS = 1_000
const OFF = ['stopped', 'crashed']

interface Deps {
  store: Store
  agents: AgentCalls
  nics: Pick<Nics, 'awaitUp'>
}

/** A host that is away for a moment has its grace; one that does not answer tells nothing. */
async function look({ store, agents }: Deps, { vm, host: id }: { vm: string; host: string }): Promise<void> {
  const [host] = await store.all<HostRow>('host', { id })
  if (host?.state !== 'up')
    throw unavailable(
      'HOST_DOWN',
      `The host "${host?.name ?? id}" went down while the network of its VM was awaited.`,
      'Try again: another host is chosen where there is one; and look at the host.',
    )
  if (!agents.connected(id)) return
  const answer = await driversOf(agents, id)
    .hypervisor.observe({ vm }, { timeoutMs: PORT_UP_MS })
    .catch(() => null)
  const [guest] = answer?.domains ?? []
  if (answer && (!guest || OFF.includes(guest.state)))
    throw conflict(
      'GUEST_STOPPED',
      `The VM stopped on the host "${host.name}" while its network was awaited: the host lost power, or the VM shut itself down.`,
      'Try again; if it stays, look at its console and at the host.',
    )
}

/** Looks again and again until `stop` is called; `ended` tells why there is nothing to wait for, if ever. */
function watch(deps: Deps, of: { vm: string; host: string }): { ended: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const ended = new Promise<never>((_, reject) => {
    const again = (): void => {
      if (!isOver) timer = setTimeout(() => look(deps, of).then(again, reject), LOOK_MS)
    }
    again()
  })
  const stop = (): void => {
    isOver = true
    clearTimeout(timer)
  }
  return { ended, stop }
}

export const createAwaitNetwork =
  (deps: Deps): AwaitNetwork =>
  async (of, signal) => {
    const watching = watch(deps, of)
    try {
      // Should the watch end it, the step has failed: its signal ends the other half.
      await Promise.race([deps.nics.awaitUp(of.vm, PORT_UP_MS, signal), watching.ended])
    } finally {
      watching.stop()
    }
  }
