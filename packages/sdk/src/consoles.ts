/** Consoles of VMs: the serial line or the screen (RFB) as a byte stream. */
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocket } from 'ws'
import { connectionError } from './connection-error.ts'
import type { Http } from './http.ts'

export type ConsoleKind = 'serial' | 'vnc'

/** A one-time way to a console. */
export interface ConsoleTicket {
  kind: ConsoleKind
  ticket: string
  /** Path of the WebSocket. */
  path: string
  /** RFC 3339, UTC. */
  expiresAt: string
}

const HANDSHAKE_MS = 15_000

/** A ticket for the console of a running VM. */
export const consoleTicket = (http: Http, vm: string, kind: ConsoleKind): Promise<ConsoleTicket> =>
  http.call('POST', `/v1/vms/${encodeURIComponent(vm)}/console`, { kind })

/** @param ca PEM of the authority to trust */
export async function openConsole(http: Http, vm: string, kind: ConsoleKind, ca?: string): Promise<Duplex> {
  const { path } = await consoleTicket(http, vm, kind)
  const url = new URL(path, http.url)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url, { ca, handshakeTimeout: HANDSHAKE_MS, perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', (error) => reject(connectionError(error, http.url)))
  })
  return createWebSocketStream(socket)
}
