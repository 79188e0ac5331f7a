/** The end of the nodes' wire that is dialled: answers questions, tells news, opens hosts' streams for other nodes. */
import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:https'
import { type Duplex, pipeline } from 'node:stream'
import { MAX_CONTROL_MESSAGE_BYTES } from '@basalt/contracts'
import { type WebSocket, WebSocketServer } from 'ws'
import { createBinaryStream, STREAM_SOCKET_OPTIONS } from '../binary-stream.ts'
import { type Channel, createChannel, SILENT_INTERVALS } from '../channel.ts'
import { toWireError, transportError } from '../errors.ts'
import { nodeOf } from '../peer.ts'
import { LONGEST_TIMER_MS } from '../timer.ts'
import { refuseUpgrade } from '../upgrade.ts'
import { type FromAsked, type FromAsker, PEER_PATH, PEER_STREAM_PATH, parseFromAsker } from './wire.ts'

/** What a method gets besides its parameters. */
export interface Question {
  /** Name of the node that asks. */
  from: string
  signal: AbortSignal
  progress(percent: number, message?: string): void
}

export type Method = (params: never, question: Question) => Promise<unknown>

export interface PeerServer {
  serve(method: string, answer: Method): void
  /** To every node that has dialled us. */
  tell(topic: string, body: unknown): void
  /** Told to each node that dials, first. */
  greetWith(topic: string, body: () => unknown): void
  attach(server: Server): void
  /** Cuts every node off. */
  sever(): void
}

export interface PeerServerOptions {
  /** Refuses nodes, by name, with an error to throw: for example while our own lease is lost. */
  admit(node: string): void
  openStream(request: { host: string; kind: string; params: unknown }): Promise<Duplex>
  pingIntervalMs: number
}

export function createPeerServer({ admit, openStream, pingIntervalMs }: PeerServerOptions): PeerServer {
  const methods = new Map<string, Method>()
  const greetings = new Map<string, () => unknown>()
  const channels = new Set<Channel<FromAsked>>()
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CONTROL_MESSAGE_BYTES })
  const streamSockets = new WebSocketServer({ noServer: true, ...STREAM_SOCKET_OPTIONS })

  async function answer(
    message: FromAsker & { type: 'ask' },
    from: string,
    signal: AbortSignal,
    send: Channel<FromAsked>['send'],
  ) {
    const { id, method, params } = message
    try {
      const serve = methods.get(method)
      if (!serve)
        throw transportError('COMMAND_UNKNOWN', `This node does not know ${method}.`, { remedy: 'Upgrade the node.' })
      const progress = (percent: number, text?: string) => send({ type: 'progress', id, percent, message: text })
      const value = await serve(params as never, { from, signal, progress })
      send({ type: 'answer', id, ok: true, value: value ?? null })
    } catch (error) {
      send({ type: 'answer', id, ok: false, error: toWireError(error) })
    }
  }

  function serveNode(socket: WebSocket, from: string): void {
    const asked = new Map<string, AbortController>()
    const channel: Channel<FromAsked> = createChannel(socket, {
      parse: parseFromAsker,
      onMessage(message) {
        if (message.type === 'cancel') return asked.get(message.id)?.abort()
        const given = new AbortController()
        const timer = setTimeout(() => given.abort(), Math.min(message.timeoutMs, LONGEST_TIMER_MS))
        asked.set(message.id, given)
        void answer(message, from, given.signal, channel.send).finally(() => {
          clearTimeout(timer)
          asked.delete(message.id)
        })
      },
      onClose() {
        channels.delete(channel)
        for (const given of asked.values()) given.abort()
      },
    })
    channels.add(channel)
    channel.keepAlive({ pingMs: pingIntervalMs, silentMs: SILENT_INTERVALS * pingIntervalMs })
    for (const [topic, body] of greetings) channel.send({ type: 'news', topic, body: body() })
  }

  async function serveStream(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): Promise<void> {
    const asked = JSON.parse(url.searchParams.get('request') ?? '{}') as { host: string; kind: string; params: unknown }
    const stream = await openStream(asked)
    if (socket.destroyed) return void stream.destroy()
    streamSockets.handleUpgrade(request, socket, head, (arrived) => {
      const remote = createBinaryStream(arrived)
      pipeline(stream, remote, stream, () => undefined)
    })
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): Promise<void> {
    const from = nodeOf(request)
    admit(from)
    if (url.pathname === PEER_STREAM_PATH) return serveStream(request, socket, head, url)
    sockets.handleUpgrade(request, socket, head, (arrived) => serveNode(arrived, from))
  }

  return {
    serve: (method, serve) => void methods.set(method, serve),
    tell(topic, body) {
      for (const channel of channels) channel.send({ type: 'news', topic, body })
    },
    greetWith: (topic, body) => void greetings.set(topic, body),
    attach(server) {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const url = new URL(request.url ?? '/', 'https://node')
        if (url.pathname !== PEER_PATH && url.pathname !== PEER_STREAM_PATH) return
        const ignore = () => undefined
        socket.on('error', ignore)
        upgrade(request, socket, head, url)
          .catch((error) => refuseUpgrade(socket, 403, toWireError(error)))
          .finally(() => socket.off('error', ignore))
      })
    },
    sever() {
      for (const channel of channels) channel.cut()
      channels.clear()
    },
  }
}
