/** A web server with one image, as a user would name it by URL. */
import { createServer } from 'node:http'
import { afterAll } from 'vitest'
import { qcow2Fixture } from './contracts/qcow2-fixture.ts'
import { listenOnFreePort } from './ports.ts'

/** Call it where tests are registered; it listens when the URL is first asked for and ends with them. */
export function imageServer(): { url(): Promise<string> } {
  const { bytes } = qcow2Fixture()
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  })
  let listening: Promise<string> | undefined
  const listen = async () => `http://127.0.0.1:${await listenOnFreePort(server)}/image.qcow2`
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url() {
      listening ??= listen()
      return listening
    },
  }
}
