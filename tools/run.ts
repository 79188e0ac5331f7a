/** Runs a program of the tool chain and keeps what it says. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './tree.ts'

/** How a program ended: exit code (128 + number on a signal is not made up: `null`), and its output in order. */
export interface Outcome {
  code: number | null
  output: string
}

/** Path of a program that an npm package of the repository brings. */
export const program = (name: string): string => join(ROOT, 'node_modules', '.bin', name)

/** Run to the end; never throws for a failing program. */
export function run(command: string, args: readonly string[], cwd = ROOT): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output: output.trim() }))
  })
}
