import { execFile } from 'node:child_process'
import { LabError } from './errors.ts'

/** How to run a command: time limit in milliseconds, text for its standard input, its whole environment. */
export interface CommandOptions {
  timeoutMs?: number
  input?: string
  env?: Record<string, string>
}

/** What a finished command wrote. */
export interface CommandOutput {
  stdout: string
  stderr: string
}

const DEFAULT_TIMEOUT_MS = 60_000
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

/** The environment of every process the lab starts: nothing of the caller's leaks into a host. */
export function baseEnvironment(env: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    ...env,
  }
}

/**
 * Runs a command to its end, without a shell.
 * @param shown what error messages call it, when that is not the command itself
 * @throws LabError LAB_COMMAND_FAILED on a non-zero exit, a signal or the time limit; the message ends with its standard error.
 */
export function run(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
  shown: string = [command, ...args].join(' '),
): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      {
        env: baseEnvironment(options.env),
        timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_OUTPUT_BYTES,
        cwd: '/',
      },
      (error, stdout, stderr) => {
        if (error) reject(commandFailed(shown, stderr || stdout, error))
        else resolve({ stdout, stderr })
      },
    )
    // A command may exit without reading its input: the exit code tells, not the broken pipe.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.input ?? '')
  })
}

function commandFailed(shown: string, output: string, cause: Error): LabError {
  const short = shown.length > 200 ? `${shown.slice(0, 200)}...` : shown
  return new LabError('LAB_COMMAND_FAILED', `${short}: ${output.trim().slice(-2000) || cause.message}`, { cause })
}
