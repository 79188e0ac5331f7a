import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { AgentError } from './errors.ts'

/**
 * Makes sure that one agent works on a state directory: two with one identity and one ledger would undo each other's work. The kernel
 * lets go of the name when the process ends, however it ends (unix(7), abstract sockets; one name space per network namespace).
 * @throws AgentError AGENT_RUNNING
 */
export async function claimStateDirectory(stateDir: string): Promise<() => void> {
  const digest = createHash('sha256').update(stateDir).digest('hex').slice(0, 32)
  const server = createServer((socket) => socket.destroy())
  const listening = once(server, 'listening')
  server.listen(`\0basalt-host-agent-${digest}`)
  try {
    await listening
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    const message = `Another agent uses ${stateDir}.`
    throw new AgentError('AGENT_RUNNING', message, 'Stop it, or give this one another state directory.', { cause })
  }
  server.unref()
  return () => server.close()
}
