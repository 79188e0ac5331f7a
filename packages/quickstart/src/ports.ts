/** Whether the control plane can have a port, asked before anything is started. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Port {
  host: string
  port: number
}

/** How to have the control plane elsewhere, by what is in the way. */
function remedyFor(code: string | undefined, { port }: Port, apiPort: number): string {
  if (code === 'EADDRNOTAVAIL')
    return './basalt up --listen ADDRESS, with an address of this machine, or 0.0.0.0 for all of them.'
  const other = apiPort + 1000 < 32_766 ? apiPort + 1000 : apiPort - 1000
  const choose = `./basalt up --port ${other} takes ports ${other} and ${other + 1} instead.`
  return code === 'EADDRINUSE' ? `${choose} Who has it now: ss -ltnp "sport = :${port}"` : choose
}

const WHY: Record<string, (wanted: Port) => string> = {
  EADDRINUSE: ({ host, port }) => `Port ${port} on ${host} is taken by another program.`,
  EADDRNOTAVAIL: ({ host }) => `${host} is not an address of this machine.`,
  EACCES: ({ port }) => `Port ${port} is for root only.`,
}

/** A program that has just ended may hold its port a moment longer: the kernel closes its files in its own time. */
const LET_GO_MS = 5_000
const LOOK_AGAIN_MS = 100

async function listenOnce({ host, port }: Port): Promise<void> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } finally {
    server.close()
  }
}

/**
 * Listens for a moment: the only sure way to know.
 * @param apiPort the port that `--port` chose, for the remedy
 * @throws Error with a remedy when it cannot be had
 */
export async function checkPort(wanted: Port, apiPort: number, letGoMs = LET_GO_MS): Promise<void> {
  const deadline = Date.now() + letGoMs
  for (;;) {
    try {
      return await listenOnce(wanted)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE' && Date.now() < deadline) {
        await sleep(LOOK_AGAIN_MS)
        continue
      }
      const why = WHY[code ?? '']?.(wanted) ?? `${wanted.host}:${wanted.port} cannot be listened on: ${message}`
      throw Object.assign(new Error(why, { cause: error }), { remedy: remedyFor(code, wanted, apiPort) })
    }
  }
}
