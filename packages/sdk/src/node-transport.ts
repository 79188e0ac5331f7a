/** The transport of Node.js: connections are kept open, and a private certificate authority can be trusted. */
import { type IncomingMessage, Agent as PlainAgent, request as requestPlain } from 'node:http'
import { request as requestSecure, Agent as SecureAgent } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { connectionError } from './connection-error.ts'
import { SdkError } from './errors.ts'
import type { Transport, WireAnswer, WireRequest } from './transport.ts'

function answerOf(message: IncomingMessage, url: URL): WireAnswer {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of message) yield chunk as Buffer
    } catch (error) {
      throw error instanceof SdkError || (error as Error).name === 'AbortError' ? error : connectionError(error, url)
    }
  }
  return {
    status: message.statusCode ?? 0,
    headers,
    chunks,
    async text() {
      const parts: Uint8Array[] = []
      for await (const chunk of chunks()) parts.push(chunk)
      return Buffer.concat(parts).toString('utf8')
    },
  }
}

/** @param ca PEM of the authority to trust; the authorities that Node.js knows when absent */
export function createNodeTransport({ ca }: { ca?: string } = {}): Transport {
  const plain = new PlainAgent({ keepAlive: true })
  const secure = new SecureAgent({ keepAlive: true, ca })

  function send({ method, url, headers, body, signal }: WireRequest): Promise<WireAnswer> {
    const isSecure = url.protocol === 'https:'
    return new Promise((resolve, reject) => {
      const open = isSecure ? requestSecure : requestPlain
      const outgoing = open(url, { method, headers, signal, agent: isSecure ? secure : plain })
      outgoing.once('response', (message) => resolve(answerOf(message, url)))
      outgoing.on('error', (error) => reject(signal.aborted ? signal.reason : connectionError(error, url)))
      // Node leaves it out of a DELETE, whose body is then taken for the next request.
      if (typeof body === 'string') outgoing.setHeader('content-length', Buffer.byteLength(body))
      if (body === undefined || typeof body === 'string') return void outgoing.end(body)
      // A refusal may come before all is sent; then the answer counts, not the broken pipe.
      pipeline(Readable.from(body), outgoing).catch((error) =>
        reject(signal.aborted ? signal.reason : connectionError(error, url)),
      )
    })
  }

  return {
    send,
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}
