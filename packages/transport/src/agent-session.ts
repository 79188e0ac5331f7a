import type { TLSSocket } from 'node:tls'
import {
  CONTROL_PATH,
  type FromAgent,
  type Hello,
  MAX_CONTROL_MESSAGE_BYTES,
  type OpenStream,
  type ToAgent,
  type Welcome,
} from '@basalt/contracts'
import { WebSocket } from 'ws'
import { type Reports, startReports } from './agent-reports.ts'
import { type Channel, CLOSE, createChannel } from './channel.ts'
import { TransportError, transportError } from './errors.ts'
import type { Executor } from './executor.ts'
import { parseToAgent } from './frames.ts'
import type { HostView } from './host-view.ts'
import { errorOfAnswer, readJsonAnswer } from './http-answer.ts'
import type { Ledger } from './ledger.ts'
import type { Dialling } from './tls-options.ts'

/** One connection to one node, from dialling to its end. */
export interface Session {
  send(message: FromAgent): void
  /** Ends it; `ended` settles soon after. */
  close(reason: string): void
  readonly ended: Promise<SessionEnd>
}

export interface SessionEnd {
  /** Whether the control plane had welcomed us. */
  readonly welcomed: boolean
  /** Another connection of this host took over: somebody else may be running with our identity. */
  readonly replaced: boolean
  /** The control plane asked us to connect to another node; its URL when it told. */
  readonly moved?: { readonly to: string | undefined }
  readonly reason: TransportError
}

export interface SessionOptions {
  readonly url: string
  readonly dialling: Dialling
  readonly hello: Hello
  /** Longest wait for the connection, and again for the welcome. */
  readonly timeoutMs: number
  readonly executor: Executor
  readonly ledger: Ledger
  readonly view: HostView
  /** Sends over whatever session there is by then: this one may have ended before a command did. */
  readonly sendLater: (message: FromAgent) => void
  readonly onWelcome: (welcome: Welcome) => void
  /** Base URLs of the control plane's nodes, when they have changed. */
  readonly onNodes: (urls: readonly string[]) => void
  readonly onOpenStream: (request: OpenStream) => void
  readonly onProblem: (error: unknown) => void
}

/** Dials a node and serves its commands until the connection ends. */
export function openSession(options: SessionOptions): Session {
  const { executor, ledger, hello, onProblem } = options
  const socket = new WebSocket(new URL(CONTROL_PATH, options.url), {
    ...options.dialling.options(),
    handshakeTimeout: options.timeoutMs,
    maxPayload: MAX_CONTROL_MESSAGE_BYTES,
    perMessageDeflate: false,
  })
  let welcomed = false
  let failure: TransportError | undefined
  let reports: Reports | undefined
  let welcomeTimer: NodeJS.Timeout | undefined

  function receive(message: ToAgent): void {
    if (message.type === 'welcome') welcome(message)
    else if (message.type === 'reject') fail(new TransportError(message.error), CLOSE.normal)
    else if (!welcomed)
      fail(transportError('MESSAGE_INVALID', 'The first message must be welcome.'), CLOSE.invalidMessage)
    else if (message.type === 'nodes') options.onNodes(message.urls)
    else if (message.type === 'pace') reports?.repace(message.pace)
    else if (message.type === 'cancel') executor.cancel(message.id)
    else if (message.type === 'acknowledge') ledger.acknowledge(message.id)
    else if (message.type === 'openStream') options.onOpenStream(message)
    // The one who asked first sends the result when it is there, over the session of that time.
    else if (message.fence !== undefined || !executor.isRunning(message.id)) {
      const { id } = message
      const onProgress = (percent: number, text?: string) =>
        options.sendLater({ type: 'progress', id, percent, message: text })
      void executor.execute(message, onProgress).then(options.sendLater)
    }
  }
  function welcome(message: Welcome): void {
    const { current, oldest } = hello.protocol
    if (message.protocol < oldest || message.protocol > current) {
      fail(
        transportError('PROTOCOL_UNSUPPORTED', `The control plane chose protocol ${message.protocol}.`),
        CLOSE.refused,
      )
      return
    }
    clearTimeout(welcomeTimer)
    welcomed = true
    if (upgraded) options.dialling.met(upgraded)
    reports = startReports({ channel, welcome: message, view: options.view, told: hello.status, onProblem })
    options.onWelcome(message)
  }
  function fail(error: TransportError, code: number): void {
    failure ??= error
    channel.close(code, error.message)
  }
  let settle: (end: SessionEnd) => void
  const ended = new Promise<SessionEnd>((resolve) => {
    settle = resolve
  })
  const channel: Channel<FromAgent> = createChannel(socket, {
    parse: parseToAgent,
    onMessage: receive,
    onClose(code, reason) {
      reports?.stop()
      clearTimeout(welcomeTimer)
      failure ??= transportError('HOST_DISCONNECTED', `Connection closed (${code}) ${reason}`.trim())
      const moved = code === CLOSE.moved ? { moved: { to: /^https:/.test(reason) ? reason : undefined } } : {}
      settle({ welcomed, replaced: code === CLOSE.replaced, reason: failure, ...moved })
    },
  })
  let upgraded: TLSSocket | undefined
  socket.once('upgrade', (response) => {
    upgraded = response.socket as TLSSocket
  })
  // The control plane says in the body why it refuses the connection.
  socket.once('unexpected-response', (_, response) => {
    const status = response.statusCode ?? 0
    readJsonAnswer(response)
      .catch(() => undefined)
      .then((answer) => {
        failure ??= new TransportError(errorOfAnswer(status, answer, 'HOST_DISCONNECTED'))
        socket.terminate()
      })
  })
  socket.once('error', (cause) => {
    failure ??= transportError('HOST_DISCONNECTED', cause.message, { cause })
  })
  socket.once('open', () => {
    channel.send(hello)
    welcomeTimer = setTimeout(() => channel.close(CLOSE.silent, 'No welcome.'), options.timeoutMs)
  })
  return { send: (message) => channel.send(message), close: (reason) => channel.close(CLOSE.normal, reason), ended }
}
