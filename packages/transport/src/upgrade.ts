import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WireError } from '@basalt/contracts'

/** Answers an upgrade request with an error instead of a WebSocket. The body is a {@link WireError} in JSON. */
export function refuseUpgrade(socket: Duplex, status: 403 | 404 | 503, error: WireError): void {
  if (socket.destroyed) return
  const body = JSON.stringify(error)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  // The connection may break while this is written; then there is nobody left to tell.
  socket.on('error', () => undefined)
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
