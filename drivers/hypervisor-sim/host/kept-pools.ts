/** Simulated storage that outlives its process, as disks outlive the power. */
import { keepIn, savedIn } from './keep-file.ts'
import { createSimulatedPools, type SimulatedPoolSnapshot, type SimulatedPools } from './pools.ts'

export interface KeptPools {
  pools: SimulatedPools
  /** Saves for the last time. */
  close(): Promise<void>
}

/** @param onError told when it could not be saved */
export async function keepPools(file: string, onError: (error: Error) => void): Promise<KeptPools> {
  const pools = createSimulatedPools({ saved: await savedIn<SimulatedPoolSnapshot[]>(file) })
  return { pools, close: keepIn(file, pools.snapshot, onError) }
}
