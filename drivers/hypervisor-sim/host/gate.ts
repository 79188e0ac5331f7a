import type { HostCall } from '@basalt/contracts'
import type { FaultGate } from './faults.ts'

/**
 * The same commands, each of which passes through the faults as `<prefix>.<method>` first.
 * `power` is the signal that is aborted when the host loses power while a command runs.
 */
export function gateCommands<Commands extends object, Command extends string>(
  prefix: string,
  commands: Commands,
  { gate, power }: { gate: FaultGate<Command>; power: () => AbortSignal },
): Commands {
  const gated = Object.entries(commands).map(([method, run]: [string, HostMethod]) => [
    method,
    (params: unknown, call: HostCall) => {
      const signal = AbortSignal.any([call.signal, power()])
      return gate.run(`${prefix}.${method}`, signal, () => run(params, { ...call, signal }))
    },
  ])
  return Object.fromEntries(gated) as Commands
}

type HostMethod = (params: unknown, call: HostCall) => Promise<unknown>
