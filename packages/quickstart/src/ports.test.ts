import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { checkPort } from './ports.ts'

const HOST = '127.0.0.1'
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Listens on the first free port from 21000 on. */
async function takePort(port = 21_000): Promise<number> {
  const server = createServer().listen(port, HOST)
  try {
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return takePort(port + 1)
    throw error
  }
  servers.push(server)
  return port
}

const refusal = (host: string, port: number, apiPort: number): Promise<Error & { remedy?: string }> =>
  checkPort({ host, port }, apiPort, 0).then(
    () => new Error('the port was free'),
    (error) => error,
  )

test('A port that another program has is named, with the option that takes another', async () => {
  const port = await takePort()
  const error = await refusal(HOST, port, 7443)
  expect(error.message).toBe(`Port ${port} on ${HOST} is taken by another program.`)
  expect(error.remedy).toContain('./basalt up --port 8443 takes ports 8443 and 8444 instead.')
  expect(error.remedy).toContain(`:${port}`)
})

test('The option never names a port beyond those that may be chosen', async () => {
  const error = await refusal(HOST, await takePort(), 32_000)
  expect(error.remedy).toContain('--port 31000')
})

test('A free port passes, and is free again afterwards', async () => {
  const port = await takePort()
  const [server] = servers.splice(0)
  server?.close()
  await checkPort({ host: HOST, port }, port)
  await checkPort({ host: HOST, port }, port)
})

test('A port that is let go while one asks passes', async () => {
  const port = await takePort()
  const asked = checkPort({ host: HOST, port }, port)
  const [server] = servers.splice(0)
  server?.close()
  await asked
})

test('An address that the machine does not have is refused with the option that helps', async () => {
  const error = await refusal('192.0.2.1', await takePort(), 7443)
  expect(error.message).toBe('192.0.2.1 is not an address of this machine.')
  expect(error.remedy).toContain('--listen ADDRESS')
})
