/** The end of the nodes' wire that dials: one connection to each other node, kept up while that node lives. */
import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { MAX_CONTROL_MESSAGE_BYTES } from '@basalt/contracts'
import { WebSocket } from 'ws'
import { createBinaryStream, STREAM_SOCKET_OPTIONS } from '../binary-stream.ts'
import { type Channel, createChannel, SILENT_INTERVALS } from '../channel.ts'
import { TransportError, transportError } from '../errors.ts'
import { errorOfAnswer, readJsonAnswer } from '../http-answer.ts'
import { type FromAsked, type FromAsker, PEER_PATH, PEER_STREAM_PATH, parseFromAsked } from './wire.ts'

export interface AskOptions {
  /** Default 15,000. */
  timeoutMs?: number
  /** The other node is told to give up, and the question rejects with CANCELLED at once. */
  signal?: AbortSignal
  onProgress?(percent: number, message?: string): void
}

export interface PeerLinks {
  /** Keep connections to these nodes and to no others. */
  follow(nodes: readonly { name: string; url: string }[]): void
  isUp(node: string): boolean
  /** Whether a connection to this node is wanted, up or not: it lives. */
  follows(node: string): boolean
  /** @throws TransportError NODE_UNREACHABLE, HOST_TIMEOUT, CANCELLED, or the other node's error */
  ask(node: string, method: string, params: unknown, options?: AskOptions): Promise<unknown>
  /** A byte stream of a host that is connected to another node. */
  openStream(node: string, request: { host: string; kind: string; params: unknown }): Promise<Duplex>
  onNews(listener: (node: string, topic: string, body: unknown) => void): void
  onChange(listener: (node: string, isUp: boolean) => void): void
  /** Cuts all connections; {@link PeerLinks.follow} begins anew. */
  sever(): void
}

export interface PeerLinksOptions {
  /** Our own certificate, as of a node. Asked for at every connection. */
  tls(): { key: string; cert: string; ca: string }
  pingIntervalMs: number
}

interface Asked {
  settle(outcome: { value: unknown } | { error: Error }): void
  onProgress: AskOptions['onProgress']
}

interface Link {
  url: string
  channel?: Channel<FromAsker>
  socket?: WebSocket
  isUp: boolean
  asked: Map<string, Asked>
  retry?: NodeJS.Timeout
}

const RETRY_MS = 500
const DIAL_TIMEOUT_MS = 5_000
const DEFAULT_TIMEOUT_MS = 15_000

const unreachable = (node: string, cause?: unknown): TransportError =>
  transportError('NODE_UNREACHABLE', `The control-plane node "${node}" cannot be reached from here.`, {
    remedy: 'Try again in a moment; if it stays, look at that node.',
    cause,
  })

export function createPeerLinks({ tls, pingIntervalMs }: PeerLinksOptions): PeerLinks {
  const links = new Map<string, Link>()
  const newsListeners = new Set<(node: string, topic: string, body: unknown) => void>()
  const changeListeners = new Set<(node: string, isUp: boolean) => void>()
  const tlsOptions = () => ({ ...tls(), minVersion: 'TLSv1.3' as const, handshakeTimeout: DIAL_TIMEOUT_MS })

  function lost(node: string, link: Link): void {
    if (link.isUp) for (const listener of changeListeners) listener(node, false)
    link.isUp = false
    link.channel = undefined
    for (const { settle } of [...link.asked.values()]) settle({ error: unreachable(node) })
  }
  function close(node: string, link: Link): void {
    clearTimeout(link.retry)
    links.delete(node)
    lost(node, link)
    link.socket?.terminate()
  }

  function dial(node: string, link: Link): void {
    const socket = new WebSocket(new URL(PEER_PATH, link.url), {
      ...tlsOptions(),
      maxPayload: MAX_CONTROL_MESSAGE_BYTES,
      perMessageDeflate: false,
    })
    link.socket = socket
    const channel: Channel<FromAsker> = createChannel(socket, {
      parse: parseFromAsked,
      onMessage: (message) => receive(node, link, message),
      onClose() {
        // Closed on purpose, or replaced.
        if (links.get(node) !== link || link.socket !== socket) return
        lost(node, link)
        link.retry = setTimeout(() => dial(node, link), RETRY_MS * (0.5 + Math.random()))
      },
    })
    socket.once('open', () => {
      if (links.get(node) !== link) return
      link.channel = channel
      link.isUp = true
      channel.keepAlive({ pingMs: pingIntervalMs, silentMs: SILENT_INTERVALS * pingIntervalMs })
      for (const listener of changeListeners) listener(node, true)
    })
    socket.once('unexpected-response', (_, response) => {
      response.resume()
      socket.terminate()
    })
  }

  function receive(node: string, link: Link, message: FromAsked): void {
    if (message.type === 'news') for (const listener of newsListeners) listener(node, message.topic, message.body)
    else if (message.type === 'progress') link.asked.get(message.id)?.onProgress?.(message.percent, message.message)
    else
      link.asked
        .get(message.id)
        ?.settle(message.ok ? { value: message.value } : { error: new TransportError(message.error) })
  }

  return {
    follow(nodes) {
      const wanted = new Map(nodes.map(({ name, url }) => [name, url]))
      for (const [node, link] of [...links]) if (wanted.get(node) !== link.url) close(node, link)
      for (const [node, url] of wanted) {
        if (links.has(node)) continue
        const link: Link = { url, isUp: false, asked: new Map() }
        links.set(node, link)
        dial(node, link)
      }
    },
    isUp: (node) => links.get(node)?.isUp ?? false,
    follows: (node) => links.has(node),
    ask(node, method, params, { timeoutMs = DEFAULT_TIMEOUT_MS, signal, onProgress } = {}) {
      const link = links.get(node)
      const channel = link?.channel
      if (!link || !channel) return Promise.reject(unreachable(node))
      const id = randomUUID()
      return new Promise((resolve, reject) => {
        const end = (): void => {
          link.asked.delete(id)
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
        }
        const giveUp = (error: TransportError): void => {
          channel.send({ type: 'cancel', id })
          end()
          reject(error)
        }
        const abort = () => giveUp(transportError('CANCELLED', `${method} was cancelled.`, { cause: signal?.reason }))
        const expire = () =>
          giveUp(transportError('HOST_TIMEOUT', `The control-plane node "${node}" did not answer ${method} in time.`))
        const timer = setTimeout(expire, timeoutMs)
        if (signal?.aborted) return abort()
        signal?.addEventListener('abort', abort, { once: true })
        link.asked.set(id, {
          onProgress,
          settle(outcome) {
            end()
            if ('value' in outcome) resolve(outcome.value)
            else reject(outcome.error)
          },
        })
        try {
          channel.send({ type: 'ask', id, method, params, timeoutMs })
        } catch (error) {
          end()
          reject(error as Error)
        }
      })
    },
    openStream(node, request) {
      const link = links.get(node)
      if (!link) return Promise.reject(unreachable(node))
      const address = new URL(PEER_STREAM_PATH, link.url)
      address.searchParams.set('request', JSON.stringify(request))
      const socket = new WebSocket(address, { ...tlsOptions(), ...STREAM_SOCKET_OPTIONS })
      return new Promise((resolve, reject) => {
        socket.once('unexpected-response', (_, response) => {
          readJsonAnswer(response)
            .catch(() => undefined)
            .then((answer) =>
              reject(new TransportError(errorOfAnswer(response.statusCode ?? 0, answer, 'NODE_UNREACHABLE'))),
            )
            .finally(() => socket.terminate())
        })
        socket.once('error', (cause) => reject(unreachable(node, cause)))
        socket.once('open', () => resolve(createBinaryStream(socket)))
      })
    },
    onNews: (listener) => void newsListeners.add(listener),
    onChange: (listener) => void changeListeners.add(listener),
    sever() {
      for (const [node, link] of [...links]) close(node, link)
    },
  }
}
