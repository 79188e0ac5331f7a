/** An HTTPS client that sends what it is told and shows what comes, within a deadline. */
import { Agent, request as send } from 'node:https'
import { connect } from 'node:tls'
import type { Request } from './requests.ts'

export interface Answered {
  status: number
  type: string
  headers: NodeJS.Dict<string | string[]>
  text: string
}

/** What was answered; or in words why nothing was. */
export type Reply = Answered | string

export interface Client {
  ask(request: Request): Promise<Reply>
  /** Bytes on a connection of their own, which is then closed for writing; everything that comes back. */
  raw(bytes: Buffer | string): Promise<string>
  close(): void
}

/** A stream does not end by itself: its beginning is all that is waited for. */
const isStream = (type: string): boolean => type.startsWith('text/event-stream')

/** @param deadlineMs after which an answer counts as none */
export function createClient({ url, caPem, deadlineMs }: { url: string; caPem: string; deadlineMs: number }): Client {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: caPem })
  const late = `no answer within ${deadlineMs} ms`

  return {
    ask: ({ method, target, headers, body }) =>
      new Promise((resolve) => {
        const outgoing = send({ hostname, port, agent, method, path: target, headers })
        const timer = setTimeout(() => outgoing.destroy(new Error(late)), deadlineMs)
        const end = (reply: Reply): void => {
          clearTimeout(timer)
          resolve(reply)
        }
        outgoing.on('error', (error) => end(error.message))
        outgoing.on('response', (response) => {
          const chunks: Buffer[] = []
          const type = String(response.headers['content-type'] ?? '')
          const done = (): void =>
            end({
              status: response.statusCode ?? 0,
              type,
              headers: response.headers,
              text: Buffer.concat(chunks).toString('utf8'),
            })
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', (error) => end(error.message))
          response.on('end', done)
          if (!isStream(type)) return
          done()
          outgoing.destroy()
        })
        outgoing.end(body)
      }),
    raw: (bytes) =>
      new Promise((resolve) => {
        const chunks: Buffer[] = []
        const socket = connect({ host: hostname, port: Number(port), ca: caPem }, () => socket.end(bytes))
        const timer = setTimeout(() => socket.destroy(new Error(late)), deadlineMs)
        let failure = ''
        socket.on('data', (chunk: Buffer) => chunks.push(chunk))
        socket.on('error', ({ message }) => {
          if (message === late) failure = late
        })
        socket.on('close', () => {
          clearTimeout(timer)
          resolve(failure || Buffer.concat(chunks).toString('latin1'))
        })
      }),
    close: () => agent.destroy(),
  }
}
