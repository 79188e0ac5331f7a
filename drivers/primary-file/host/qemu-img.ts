import { execFile } from 'node:child_process'
import { PrimaryFileError } from './errors.ts'
import { noSpace } from './pool.ts'

/** An image must not cost the host more than this, whatever its tables say. */
const limits = ['--as=1073741824', '--cpu=30', '--core=0']
const timeoutMs = 60_000

/** Why qemu-img failed. `lock`: another process, such as a running guest, has the file open. */
export type QemuImgFailure = 'lock' | 'space' | 'missing' | 'other'

/** A failed run of qemu-img with what it wrote to standard error. */
export class QemuImgError extends Error {
  readonly failure: QemuImgFailure

  constructor(failure: QemuImgFailure, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'QemuImgError'
    this.failure = failure
  }
}

function classify(error: { code?: unknown }, said: string): QemuImgFailure {
  if (error.code === 'ENOENT' || /failed to execute/.test(said)) return 'missing'
  if (/Failed to get .*lock/.test(said)) return 'lock'
  if (/No space left on device|Disk quota exceeded/.test(said)) return 'space'
  return 'other'
}

/**
 * Runs qemu-img with limits on memory, CPU time and duration; returns its standard output.
 * @throws QemuImgError; the signal's reason when it aborts
 */
export function qemuImg(args: readonly string[], signal: AbortSignal): Promise<string> {
  const options = { timeout: timeoutMs, signal, maxBuffer: 1024 * 1024, env: { PATH: process.env.PATH, LC_ALL: 'C' } }
  return new Promise((resolve, reject) => {
    execFile('prlimit', [...limits, '--', 'qemu-img', ...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      if (signal.aborted) return reject(signal.reason)
      const said = stderr.trim().slice(-800)
      const what = error.killed ? `took longer than ${timeoutMs / 1000} s` : said || error.message
      reject(new QemuImgError(classify(error, said), `qemu-img ${args[0]}: ${what}`, { cause: error }))
    })
  })
}

/** Turns a failure of qemu-img into one a user understands. */
export async function explainQemuImg(error: unknown, poolPath: string): Promise<unknown> {
  if (!(error instanceof QemuImgError)) return error
  if (error.failure === 'space') return noSpace(poolPath, error)
  const remedy =
    error.failure === 'missing'
      ? 'Install qemu-utils and util-linux on the host.'
      : 'See the message of qemu-img itself.'
  return new PrimaryFileError('POOL_UNUSABLE', error.message, remedy, { cause: error })
}
