/** Simulated storage that outlives its process, as disks outlive the power: kept in a file, from where it is taken up again. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createSimulatedPools, type SimulatedPoolSnapshot, type SimulatedPools } from './pools.ts'

/** What happened since is lost with the process, should it be killed. */
const SAVE_MS = 1_000

export interface KeptPools {
  pools: SimulatedPools
  /** Saves for the last time. */
  close(): Promise<void>
}

async function savedIn(file: string): Promise<SimulatedPoolSnapshot[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** @param onError told when it could not be saved */
export async function keepPools(file: string, onError: (error: Error) => void): Promise<KeptPools> {
  const pools = createSimulatedPools({ saved: await savedIn(file) })
  let last = JSON.stringify(pools.snapshot())
  let saving = Promise.resolve()

  async function save(): Promise<void> {
    const now = JSON.stringify(pools.snapshot())
    if (now === last) return
    await writeFile(`${file}.new`, now, { mode: 0o600 })
    await rename(`${file}.new`, file)
    last = now
  }
  const saveNext = (): void => {
    saving = saving.then(save).catch(onError)
  }
  const timer = setInterval(saveNext, SAVE_MS)
  return {
    pools,
    async close() {
      clearInterval(timer)
      saveNext()
      await saving
    },
  }
}
