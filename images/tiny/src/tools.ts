import { execFile } from 'node:child_process'
import { TinyImageError } from './errors.ts'

/** Debian package of each program we start, named in the remedy when the program is missing. */
const packageOfTool = {
  'apt-cache': 'apt',
  'apt-config': 'apt',
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
  mcopy: 'mtools',
  mformat: 'mtools',
  'qemu-img': 'qemu-utils',
  'qemu-system-x86_64': 'qemu-system-x86',
  syslinux: 'syslinux',
  xz: 'xz-utils',
} as const

/** A program this package may start. */
export type Tool = keyof typeof packageOfTool

/** Options of `runTool`: working directory, extra environment, bytes for standard input. */
export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  timeoutMs?: number
}

/** The error for a program that is not installed. */
export function missingTool(tool: Tool, cause?: unknown): TinyImageError {
  const remedy = `Install it: apt-get install ${packageOfTool[tool]}`
  return new TinyImageError('TOOL_MISSING', `The program ${tool} is not installed.`, remedy, { cause })
}

/**
 * Runs one program to its end and returns its standard output.
 * @throws TinyImageError TOOL_MISSING, or TOOL_FAILED with the end of what the program wrote to standard error.
 */
export function runTool(tool: Tool, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC', ...options.env }
  const settings = {
    cwd: options.cwd,
    env,
    timeout: options.timeoutMs ?? 120_000,
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'buffer' as const,
  }
  return new Promise((resolve, reject) => {
    execFile(tool, [...args], settings, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      if (error.code === 'ENOENT') return reject(missingTool(tool, error))
      const said = stderr.toString('utf8').trim().slice(-800)
      const what = error.killed ? 'took too long and was ended' : `failed: ${said || error.message}`
      const remedy = 'See the message of the program itself.'
      reject(new TinyImageError('TOOL_FAILED', `${tool} ${what}.`, remedy, { cause: error }))
    })
  })
}
