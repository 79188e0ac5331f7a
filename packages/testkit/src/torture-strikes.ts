/** The faults of the simulated hosts and of the simulated network, seen as one: which calls there were, and what befalls the next. */
import type { CloudEnvironment } from './cloud.ts'

/** A call as the simulators name it: `host storage.clone`, `network ensurePort`. */
export type CallName = `host ${string}` | `network ${string}`

/** The part of the simulators' faults that is the same for hosts and network. */
interface Gate {
  failNext(command: string): void
  loseReplyAfter(command: string): void
  hangNext(command: string): { reached: Promise<void>; release(): void }
  onCall(listener: (name: string) => void): () => void
  clear(): void
}

export interface HungCall {
  /** Number of the host it hangs on; undefined for the network. */
  host?: number
  release(): void
}

export interface Strikes {
  /** Names of the calls that `work` makes, in the order of their first occurrence. */
  observe(work: () => Promise<unknown>): Promise<CallName[]>
  failNext(call: CallName): void
  loseReplyAfter(call: CallName): void
  /** The next such call hangs, wherever it arrives; resolves when it did. */
  hangNext(call: CallName): Promise<HungCall>
  clear(): void
}

/** @param env its hosts and its network */
export function strikesOf({ hosts, network }: CloudEnvironment): Strikes {
  // Commands are names here, as calls tell them; the simulators' types list the same names.
  const hostGates = hosts.map(({ faults }) => faults as unknown as Gate)
  const networkGate = network.faults as unknown as Gate
  const armed = new Set<() => void>()

  /** A call passes its listeners before its faults: what `strike` does then befalls this very call, and no other. */
  function next(call: CallName, strike: (gate: Gate, command: string, host: number) => void): void {
    const [where, command = ''] = call.split(' ')
    const disarm = () => {
      armed.delete(disarm)
      for (const stop of stops) stop()
    }
    const stops = (where === 'host' ? hostGates : [networkGate]).map((gate, host) =>
      gate.onCall((name) => {
        if (name !== command) return
        disarm()
        strike(gate, command, host)
      }),
    )
    armed.add(disarm)
  }

  return {
    async observe(work) {
      const seen = new Set<CallName>()
      const stops = [
        ...hostGates.map((gate) => gate.onCall((name) => seen.add(`host ${name}`))),
        networkGate.onCall((name) => seen.add(`network ${name}`)),
      ]
      try {
        await work()
      } finally {
        for (const stop of stops) stop()
      }
      return [...seen].filter((name) => name !== 'network takeLease')
    },
    failNext: (call) => next(call, (gate, command) => gate.failNext(command)),
    loseReplyAfter: (call) => next(call, (gate, command) => gate.loseReplyAfter(command)),
    hangNext: (call) =>
      new Promise((resolve) => {
        next(call, (gate, command, host) => {
          const { reached, release } = gate.hangNext(command)
          reached.then(() => resolve({ ...(call.startsWith('host') ? { host } : {}), release }))
        })
      }),
    clear() {
      for (const disarm of [...armed]) disarm()
      for (const gate of [...hostGates, networkGate]) gate.clear()
    },
  }
}
