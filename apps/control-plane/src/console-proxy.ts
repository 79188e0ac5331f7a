/** `/v1/consoles/{ticket}`: the browser's WebSocket, carried to the guest's console through its host's agent. */
import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Consoles, ConsoleTicket } from '@basalt/compute'
import type { AgentCalls } from '@basalt/infrastructure'
import { endWithProblem, type Log, Problem } from '@basalt/kernel'
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws'

const PREFIX = '/v1/consoles/'
const IDLE_MS = 300_000
/** How long a console may outlive its session, or the right to it. */
const CHECK_SESSION_MS = 1_000
const MAX_FRAME_BYTES = 1024 * 1024

const refused = (): Problem =>
  new Problem({
    status: 403,
    code: 'TICKET_REFUSED',
    detail: 'The ticket of this console is unknown, used or expired.',
    remedy: 'Ask for a new one: POST /v1/vms/{id}/console.',
  })

const notOpened = (cause: unknown): Problem =>
  new Problem({
    status: 502,
    code: 'CONSOLE_NOT_OPENED',
    detail: 'The console could not be opened on the host of the VM.',
    remedy: 'Look whether the VM runs and its host is connected, then ask for a new ticket.',
    cause,
  })

/** Both directions with back-pressure; either side's end ends the other; silence for five minutes, or the session's end, ends both. */
function bridge(browser: WebSocket, guest: Duplex, { current }: ConsoleTicket): void {
  const client = createWebSocketStream(browser, { allowHalfOpen: false })
  let typed = false
  const check = setInterval(() => {
    current(typed).then(
      (caller) => caller || end(),
      // The database is away: whether the session counts is asked again.
      () => {},
    )
    typed = false
  }, CHECK_SESSION_MS)
  const end = (): void => {
    clearTimeout(idle)
    clearInterval(check)
    client.destroy()
    guest.destroy()
  }
  const idle = setTimeout(end, IDLE_MS)
  for (const side of [client, guest]) {
    side.on('data', () => idle.refresh())
    side.on('error', end)
    side.on('close', end)
  }
  client.on('data', () => {
    typed = true
  })
  client.pipe(guest)
  guest.pipe(client)
}

export interface ConsoleProxyOptions {
  consoles: Consoles
  agents: AgentCalls
  /** Has the node that issued a ticket serve it; false when that is this node, or none that lives. */
  forward(node: string, request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  log: Log
}

/** Serves consoles on an API server; other upgrades are refused. */
export function attachConsoles(server: Server, { consoles, agents, forward, log }: ConsoleProxyOptions): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
  })

  async function open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'https://api')
    const shown = pathname.startsWith(PREFIX) ? pathname.slice(PREFIX.length) : ''
    if (forward(shown.split('.')[0] ?? '', request, socket, head)) return
    const ticket = consoles.redeem(shown)
    if (!ticket || !(await ticket.current())) return endWithProblem(socket, refused())
    const guest = await agents.openStream(ticket.host, ticket.kind, { vm: ticket.vm, kind: ticket.kind })
    if (socket.destroyed) return void guest.destroy()
    sockets.handleUpgrade(request, socket, head, (browser) => bridge(browser, guest, ticket))
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    open(request, socket, head).catch((error: unknown) => {
      log.error('a console could not be opened', { error: String(error) })
      endWithProblem(socket, error instanceof Problem ? error : notOpened(error))
    })
  })
}
