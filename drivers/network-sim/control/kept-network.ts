/**
 * A simulated network that outlives its process, as a network outlives those who manage it. Its file begins with all there was, and then has
 * a line for each change, written before that is answered: also what was done in the last moment before a kill is there again.
 */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  createSimulatedNetwork,
  type SimulatedNetwork,
  type SimulatedNetworkChange,
  type SimulatedNetworkSnapshot,
} from './driver.ts'

export interface KeptNetwork {
  network: SimulatedNetwork
  /** Saves for the last time. */
  close(): Promise<void>
}

/** Changes after which the file is written anew, where it has no more networks and ports than that. */
const FEW = 10_000

type Change = SimulatedNetworkChange

function apply({ networks, ports }: SimulatedNetworkSnapshot, changes: readonly Change[]): SimulatedNetworkSnapshot {
  const [byNetwork, byPort] = [
    new Map(networks.map((spec) => [spec.network, spec])),
    new Map(ports.map((spec) => [spec.port, spec])),
  ]
  for (const change of changes) {
    if ('ensureNetwork' in change) byNetwork.set(change.ensureNetwork.network, change.ensureNetwork)
    else if ('removeNetwork' in change) byNetwork.delete(change.removeNetwork)
    else if ('ensurePort' in change) byPort.set(change.ensurePort.port, change.ensurePort)
    else byPort.delete(change.removePort)
  }
  return { networks: [...byNetwork.values()], ports: [...byPort.values()] }
}

/** Undefined when nothing was saved. */
async function savedIn(file: string): Promise<SimulatedNetworkSnapshot | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const lines = text.split('\n')
  // A kill in the middle of a line: nobody was told that this was done.
  const isCutOff = lines.length > 1 && lines.at(-1) !== ''
  const [first = '', ...rest] = lines.slice(0, isCutOff ? -1 : undefined).filter((line) => line !== '')
  return apply(
    JSON.parse(first),
    rest.map((line) => JSON.parse(line)),
  )
}

/** For hosts that are simulated elsewhere: ports come up by themselves. @param onError told when it could not be saved */
export async function keepSimulatedNetwork(file: string, onError: (error: Error) => void): Promise<KeptNetwork> {
  const network = createSimulatedNetwork({ autoUp: true, saved: await savedIn(file), onChange })
  let changes = 0
  let most = 0

  function attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      onError(error as Error)
    }
  }
  function writeAll(): void {
    const all = network.snapshot()
    writeFileSync(`${file}.new`, `${JSON.stringify(all)}\n`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
    changes = 0
    most = Math.max(FEW, all.networks.length + all.ports.length)
  }
  function onChange(change: Change): void {
    attempt(() => {
      if (++changes > most) writeAll()
      else appendFileSync(file, `${JSON.stringify(change)}\n`)
    })
  }

  attempt(writeAll)
  return { network, close: async () => attempt(writeAll) }
}
