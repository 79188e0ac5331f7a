/** The machine, as far as measures depend on it. */
import { execFile } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Machine {
  cpuModel: string
  cores: number
  memoryBytes: number
  kernel: string
  nodejs: string
}

export const machine = (): Machine => ({
  cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: release(),
  nodejs: process.version,
})

/** What a run of benches changes itself, and what is made of it. */
const WITHOUT = [':(top,exclude)tests/performance/results', ':(top,exclude)docs']

/** The commit that is measured, with a mark when the tree differs from it. */
export async function commitOf(directory: string): Promise<string> {
  try {
    const git = async (...args: string[]): Promise<string> =>
      (await run('git', ['-C', directory, ...args])).stdout.trim()
    const changes = await git('status', '--porcelain', '--', ':(top)', ...WITHOUT)
    return `${await git('rev-parse', '--short=12', 'HEAD')}${changes ? ' with changes' : ''}`
  } catch {
    // A tree without its history, or a machine without git: that is not what is measured.
    return 'unknown'
  }
}

export const loadAverage = (): number => Number((loadavg()[0] ?? Number.NaN).toFixed(2))
