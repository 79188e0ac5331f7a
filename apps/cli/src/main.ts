#!/usr/bin/env node
import { runCli } from './run.ts'
import { createTerminal } from './terminal.ts'

// Whoever reads us has seen enough, e.g. `basalt vm list | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runCli(process.argv.slice(2), createTerminal(process))
