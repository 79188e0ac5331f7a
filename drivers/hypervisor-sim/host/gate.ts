import type { HostCall } from '@basalt/contracts'
import type { FaultGate } from './faults.ts'

/** The power of a simulated host, as its commands feel it. */
export interface Power {
  /** Aborted when the power fails. */
  readonly signal: AbortSignal
  /** Whether the agent went down with the host: then nobody is left to answer. */
  readonly agentLost: boolean
}

/** The same commands, each of which passes through the faults as `<prefix>.<method>` first and ends with the host's power. */
export function gateCommands<Commands extends object, Command extends string>(
  prefix: string,
  commands: Commands,
  { gate, power }: { gate: FaultGate<Command>; power: () => Power },
): Commands {
  const gated = Object.entries(commands).map(([method, run]: [string, HostMethod]) => [
    method,
    async (params: unknown, call: HostCall) => {
      const lived = power()
      const { signal, release } = either(call.signal, lived.signal)
      const outcome = gate.run(`${prefix}.${method}`, signal, () => run(params, { ...call, signal }))
      await outcome.catch(() => undefined)
      release()
      if (lived.signal.aborted && lived.agentLost) await aborted(call.signal)
      lived.signal.throwIfAborted()
      return outcome
    },
  ])
  return Object.fromEntries(gated) as Commands
}

type HostMethod = (params: unknown, call: HostCall) => Promise<unknown>

/** As `AbortSignal.any`, which Node 20 never forgets as long as one of the signals lives: the power lives for millions of calls. */
function either(...signals: AbortSignal[]): { signal: AbortSignal; release: () => void } {
  const first = new AbortController()
  const done = new AbortController()
  for (const signal of signals) {
    if (signal.aborted) first.abort(signal.reason)
    signal.addEventListener('abort', () => first.abort(signal.reason), { once: true, signal: done.signal })
  }
  return { signal: first.signal, release: () => done.abort() }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}
