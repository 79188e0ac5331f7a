import { execFile } from 'node:child_process'

const TIMEOUT_MS = 10_000

/** Runs a program to its end and gives what it wrote; rejects with what it wrote to standard error. */
export function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } } as const
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program}: ${stderr.trim() || error.message}`, { cause: error }))
      else resolve(stdout)
    })
  })
}
