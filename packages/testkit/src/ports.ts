import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

const ATTEMPTS = 100

/** Lets a server listen on a TCP port of loopback that nobody has, below the ephemeral range; resolves with the port. */
export async function listenOnFreePort(server: Server): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = 12_000 + Math.floor(Math.random() * 20_000)
    server.listen(port, '127.0.0.1')
    const isListening = await once(server, 'listening').then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error
        return false
      },
    )
    if (isListening) return port
  }
  throw new Error('no free port was found')
}

/** A port as of {@link listenOnFreePort} for a program that can only be told a number: another may be quicker to take it. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listenOnFreePort(server)
  server.close()
  await once(server, 'close')
  return port
}
