/**
 * Simulated hosts as a program: `main.ts <configuration file>` (see `config.ts`) connects them to a control plane and runs until SIGINT
 * or SIGTERM. Prints one line per change of a connection.
 */
import { readConfig } from './config.ts'
import { startSimulation } from './simulation.ts'

async function main([path]: string[]): Promise<void> {
  if (path === undefined) throw new Error('Usage: main.ts <configuration file>')
  const simulation = await startSimulation(await readConfig(path), (line) => console.log(line))
  const stop = () => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    simulation.close().catch(fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function fail(error: unknown): void {
  const { message, remedy } = error as Error & { remedy?: string }
  console.error(remedy ? `${message} ${remedy}` : message)
  process.exitCode = 1
}

main(process.argv.slice(2)).catch(fail)
