/**
 * What an agent tells of its host without being asked. Since revision 3 that is a heartbeat when something has changed, or when nothing
 * was told for long, and the control plane pings; before, both sides ping, and a heartbeat is sent at every interval.
 */
import { type FromAgent, type HostStatus, type Pace, QUIET_SINCE, type Welcome } from '@basalt/contracts'
import { type Channel, SILENT_INTERVALS } from './channel.ts'
import { type HostView, hasChanged, type Told } from './host-view.ts'

export interface Reports {
  repace(pace: Pace): void
  stop(): void
}

export interface ReportOptions {
  readonly channel: Channel<FromAgent>
  readonly welcome: Welcome
  readonly view: HostView
  /** The status that went with the hello. */
  readonly told: HostStatus | undefined
  readonly onProblem: (error: unknown) => void
}

/** A node before revision 3 is told everything every time, and asks for pools itself. */
function oldPace({ heartbeatIntervalMs, pingIntervalMs = heartbeatIntervalMs }: Welcome): Pace {
  const silentMs = SILENT_INTERVALS * pingIntervalMs
  return { pingMs: pingIntervalMs, silentMs, statusMs: 0, poolsMs: Number.POSITIVE_INFINITY }
}

/** Reports until stopped, or cuts the connection when the control plane falls silent. */
export function startReports({ channel, welcome, view, told, onProblem }: ReportOptions): Reports {
  const quiet = welcome.protocol >= QUIET_SINCE ? welcome.pace : undefined
  const startedAtMs = performance.now()
  let pace = quiet ?? oldPace(welcome)
  let last: Told | undefined = quiet && told && { status: told, atMs: startedAtMs }
  // Hosts that connect together do not tell together for ever.
  let dueAtMs = startedAtMs + Math.random() * pace.statusMs
  let isLooking = false

  async function report(): Promise<void> {
    const status = await view.look(pace.poolsMs)
    const atMs = performance.now()
    if (last && atMs < dueAtMs && !hasChanged(last, { status, atMs })) return
    channel.send({ type: 'heartbeat', status })
    last = { status, atMs }
    dueAtMs = Math.max(dueAtMs, atMs) + pace.statusMs
  }
  function look(): void {
    // A host whose status hangs still gives signs of life; it must not pile up questions.
    if (isLooking) return
    isLooking = true
    report()
      .catch(onProblem)
      .finally(() => {
        isLooking = false
      })
  }
  if (quiet) channel.expectPings(pace)
  else channel.keepAlive(pace)
  const timer = setInterval(look, welcome.heartbeatIntervalMs)
  if (!last) look()
  return {
    repace(changed) {
      pace = changed
      dueAtMs = Math.min(dueAtMs, performance.now() + Math.random() * pace.statusMs)
      channel.expectPings(pace)
    },
    stop: () => clearInterval(timer),
  }
}
