import {
  type DomainSpec,
  domainProblem,
  type HostCall,
  type HypervisorDriver,
  type HypervisorHost,
} from '@basalt/contracts'
import type { SimulatedClock } from './clock.ts'
import {
  type DomainTable,
  reportedInterfaces,
  type SimulatedCables,
  type SimulatedDomain,
  statusOf,
} from './domains.ts'
import { SimulatorError } from './errors.ts'
import { createPendingStarts, type PendingStarts } from './pending-starts.ts'
import { openPicture } from './rfb.ts'
import { bootText } from './serial.ts'

/** What the simulated hypervisor of one host stands on. */
export interface SimulatedHypervisorDeps {
  domains: DomainTable
  clock: SimulatedClock
  memoryBytes: number
  /** How long a guest takes to start. */
  bootMs: number
  cables?: SimulatedCables
  /** Open all disks of a guest, or none; rejects as the storage does. */
  openDisks(spec: DomainSpec): void
}

/** The hypervisor of one simulated host. */
export function createSimulatedHypervisor(deps: SimulatedHypervisorDeps): HypervisorDriver {
  const { domains } = deps
  const starts = createPendingStarts()
  return {
    commands: {
      start: startCommand(deps, starts),
      shutdown: shutdownCommand(deps),
      async powerOff({ vm }) {
        await callOff(starts, vm)
        const domain = domains.get(vm)
        if (!domain) return { vm, state: 'stopped' }
        if (domain.state !== 'stopped') domains.halt(domain, 'stopped')
        return statusOf(domain)
      },
      async reboot({ vm, mode }) {
        const domain = requireRunning(domains, vm)
        const deaf = mode === 'guest' && domain.behaviour.ignoresShutdown
        if (!deaf) domain.serial.print(bootText(domain.spec.hostname))
        return statusOf(domain)
      },
      async remove({ vm }) {
        await callOff(starts, vm)
        const domain = domains.get(vm)
        if (domain && domain.state !== 'stopped') domains.halt(domain, 'stopped')
        domains.undefine(vm)
        return {}
      },
      async observe({ vm }) {
        const seen = domains.all().filter(({ spec }) => vm === undefined || spec.vm === vm)
        return { domains: seen.map(statusOf) }
      },
      consoleLog: async ({ vm, maxBytes }) => domains.require(vm).serial.log(maxBytes),
      async guestAddresses({ vm }) {
        const domain = requireRunning(domains, vm)
        requireAgent(domain)
        return { interfaces: reportedInterfaces(domain.spec.nics, deps.cables) }
      },
    },
    async openConsole({ vm, kind }) {
      const domain = requireRunning(domains, vm)
      if (kind === 'serial') return domain.serial.open()
      const screen = openPicture(domain.spec.title)
      domain.screens.add(screen)
      screen.once('close', () => domain.screens.delete(screen))
      return screen
    },
    onChange: (listener) => domains.onChange(listener),
    async close() {},
  }
}

function startCommand(deps: SimulatedHypervisorDeps, starts: PendingStarts): HypervisorHost['start'] {
  return async ({ domain: spec }, call) => {
    const problem = domainProblem(spec)
    if (problem !== undefined)
      throw new SimulatorError('INVALID_PARAMETERS', `The guest cannot be defined: ${problem}.`)
    return starts.run(spec.vm, call.signal, async (signal) => {
      const known = deps.domains.get(spec.vm)
      if (known?.state === 'running') return statusOf(known)
      requireFits(spec, deps.memoryBytes)
      await deps.clock.sleep(deps.bootMs, signal)
      const domain = deps.domains.define(spec)
      try {
        deps.openDisks(spec)
      } catch (error) {
        deps.domains.undefine(spec.vm)
        throw startFailure(spec, error)
      }
      deps.domains.boot(domain)
      return statusOf(domain)
    })
  }
}

/** A disk that another guest has open is found out by QEMU; for everything else the storage has its own words. */
function startFailure({ vm }: DomainSpec, cause: unknown): unknown {
  if (!(cause instanceof SimulatorError) || cause.code !== 'LAYER_IN_USE') return cause
  return new SimulatorError('DOMAIN_START_FAILED', `Guest ${vm} did not start: ${cause.message}`, { cause })
}

/** A single guest that the host could never hold is refused; the sum of all guests is placement's business, as with QEMU. */
function requireFits(spec: DomainSpec, memoryBytes: number): void {
  if (spec.memoryBytes <= memoryBytes) return
  const message = `Guest ${spec.vm} did not start: cannot set up guest memory (${spec.memoryBytes} of ${memoryBytes} bytes).`
  throw new SimulatorError('DOMAIN_START_FAILED', message)
}

async function callOff(starts: PendingStarts, vm: string): Promise<void> {
  const message = `The start of guest ${vm} was called off by a later command.`
  await starts.callOff(vm, new SimulatorError('DOMAIN_START_FAILED', message))
}

function shutdownCommand({ domains, clock }: SimulatedHypervisorDeps): HypervisorHost['shutdown'] {
  return async ({ vm, mode, timeoutMs }, call) => {
    const domain = domains.require(vm)
    if (domain.state !== 'running') return statusOf(domain)
    if (mode === 'agent') requireAgent(domain)
    if (!domain.behaviour.ignoresShutdown) domains.halt(domain, 'stopped')
    else if (!(await stopsWithin(domain, timeoutMs, { domains, clock, call }))) {
      throw new SimulatorError('GUEST_DID_NOT_STOP', `Guest ${vm} still ran after ${timeoutMs} ms.`, {
        remedy: 'Power it off if it may lose what it has not written to its disks.',
      })
    }
    return statusOf(domain)
  }
}

async function stopsWithin(
  domain: SimulatedDomain,
  timeoutMs: number,
  { domains, clock, call }: { domains: DomainTable; clock: SimulatedClock; call: HostCall },
): Promise<boolean> {
  const stopped = new AbortController()
  const stop = domains.onState(() => {
    if (domain.state !== 'running') stopped.abort()
  })
  try {
    await clock.sleep(timeoutMs, AbortSignal.any([stopped.signal, call.signal]))
  } catch (error) {
    call.signal.throwIfAborted()
    if (!stopped.signal.aborted) throw error
  } finally {
    stop()
  }
  return domain.state !== 'running'
}

function requireRunning(domains: DomainTable, vm: string): SimulatedDomain {
  const domain = domains.require(vm)
  if (domain.state !== 'running') {
    throw new SimulatorError('DOMAIN_NOT_RUNNING', `Guest ${vm} is ${domain.state}.`, { remedy: 'Start it first.' })
  }
  return domain
}

function requireAgent(domain: SimulatedDomain): void {
  if (domain.behaviour.hasAgent) return
  throw new SimulatorError('GUEST_AGENT_UNAVAILABLE', `No agent answers in guest ${domain.spec.vm}.`)
}
