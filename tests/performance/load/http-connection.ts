/**
 * One connection that asks over HTTP/1.1 and waits for each answer: next to nothing beside what it measures, which a full client is not.
 */
import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

export interface Asked {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Connection {
  /** The status of the answer. */
  ask(asked: Asked): Promise<number>
  close(): void
}

export interface ConnectionOptions {
  ca?: string
  /** Of this machine, from which it comes. */
  localAddress?: string
}

const END_OF_HEAD = '\r\n\r\n'

function textOf(host: string, { method, path, headers = {}, body }: Asked): string {
  const all: Record<string, string> = { host, ...headers }
  if (body !== undefined) Object.assign(all, { 'content-type': 'application/json' })
  if (body !== undefined) Object.assign(all, { 'content-length': String(Buffer.byteLength(body)) })
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}${END_OF_HEAD}${body ?? ''}`
}

/** Length of a whole answer at the beginning of the bytes; undefined when more has to come. */
function lengthOf(bytes: Buffer): { status: number; length: number } | undefined {
  const end = bytes.indexOf(END_OF_HEAD)
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const begin = end + END_OF_HEAD.length
  const stated = /\r\ncontent-length: *(\d+)/i.exec(head)
  if (stated) return { status, length: begin + Number(stated[1]) }
  if (status === 204 || status === 304) return { status, length: begin }
  // In chunks: the last one is empty.
  const last = bytes.indexOf('0\r\n\r\n', begin)
  return last < 0 ? undefined : { status, length: last + 5 }
}

async function dial(url: URL, { ca, localAddress }: ConnectionOptions): Promise<Socket> {
  const at = { host: url.hostname, port: Number(url.port), localAddress }
  if (url.protocol === 'http:') {
    const socket = connectPlain(at)
    await once(socket, 'connect')
    return socket
  }
  const socket = connectSecure({ ...at, ca })
  await once(socket, 'secureConnect')
  return socket
}

export async function openConnection(base: string, options: ConnectionOptions = {}): Promise<Connection> {
  const url = new URL(base)
  let socket = await dial(url, options)
  let isOpen = true
  let received: Buffer = Buffer.alloc(0)
  let waiting: { resolve(status: number): void; reject(error: Error): void } | undefined

  function follow(): void {
    socket.setNoDelay(true)
    received = Buffer.alloc(0)
    isOpen = true
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const whole = lengthOf(received)
      if (!whole || received.length < whole.length) return
      received = received.subarray(whole.length)
      waiting?.resolve(whole.status)
    })
    socket.on('error', (error) => waiting?.reject(error))
    socket.on('close', () => {
      isOpen = false
      waiting?.reject(new Error('the connection was closed'))
    })
  }
  follow()

  return {
    async ask(asked) {
      if (!isOpen) {
        socket = await dial(url, options)
        follow()
      }
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(textOf(url.host, asked))
      })
    },
    close: () => void socket.destroy(),
  }
}
