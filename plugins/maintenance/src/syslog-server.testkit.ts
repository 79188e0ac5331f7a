/** A syslog server that keeps what it gets, as a receiver of RFC 6587 would. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'

export interface SyslogServer {
  port: number
  messages: string[]
  /** Refuse connections, and take them again. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

/** Messages of a connection: a length, a blank, so many bytes. */
function messagesOf(bytes: Buffer): string[] {
  const messages: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(' ', at)
    const length = Number(bytes.subarray(at, blank))
    messages.push(bytes.subarray(blank + 1, blank + 1 + length).toString('utf8'))
    at = blank + 1 + length
  }
  return messages
}

export async function startSyslogServer(): Promise<SyslogServer> {
  const messages: string[] = []
  const connect = (): Server =>
    createServer((socket) => {
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      socket.on('end', () => messages.push(...messagesOf(Buffer.concat(chunks))))
    })
  let server = connect()
  const listen = async (port: number): Promise<void> => {
    server = connect()
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const close = async (): Promise<void> => {
    server.close()
    await once(server, 'close')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return { port, messages, pause: close, resume: () => listen(port), close }
}
