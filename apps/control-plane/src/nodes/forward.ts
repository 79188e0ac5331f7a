/** A request of the API that another node has to answer, such as an upload to a store in that node's directory. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { type Duplex, pipeline as join } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { connect } from 'node:tls'
import { type NodeState, nodeUnreachable, type RouteContext } from '@basalt/kernel'

/** Of one connection only (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'host', 'expect']

const passedOn = (headers: NodeJS.Dict<string | string[]>): NodeJS.Dict<string | string[]> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)))

/** @throws Problem NODE_UNREACHABLE as long as nothing was answered */
export async function forwardRequest(
  node: NodeState,
  caPem: string,
  { request, reply }: Pick<RouteContext, 'request' | 'reply'>,
): Promise<void> {
  const outgoing = httpsRequest(new URL(request.url, node.apiUrl), {
    method: request.method,
    headers: passedOn(request.raw.headers),
    ca: caPem,
  })
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
  // The other side may answer before it has read everything, and then stop reading: its answer counts.
  pipeline(request.raw, outgoing).catch(() => {})
  let answer: IncomingMessage
  try {
    ;[answer] = await answered
  } catch (cause) {
    throw nodeUnreachable(node.name, cause)
  }
  const { raw } = reply.hijack()
  raw.writeHead(answer.statusCode ?? 502, passedOn(answer.headers))
  await pipeline(answer, raw).catch(() => raw.destroy())
}

/** A WebSocket that another node has to serve, such as a console whose ticket it issued: bytes go both ways, as they are. */
export function forwardUpgrade(
  node: NodeState,
  caPem: string,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { hostname, port } = new URL(node.apiUrl)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const name = isIP(host) === 0 ? { servername: host } : {}
  const there = connect({ host, port: Number(port || 443), ca: caPem, ...name })
  there.once('error', () => socket.destroy())
  there.once('secureConnect', () => {
    const headers = request.rawHeaders.flatMap((text, index, all) =>
      index % 2 === 0 ? [`${text}: ${all[index + 1]}`] : [],
    )
    there.write([`${request.method} ${request.url} HTTP/1.1`, ...headers, '', ''].join('\r\n'))
    there.write(head)
    join(socket, there, socket, () => undefined)
  })
}
