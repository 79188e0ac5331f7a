import { type Duplex, pipeline } from 'node:stream'
import { type OpenStream, STREAM_PATH, type StreamFailed, type StreamKind } from '@basalt/contracts'
import { WebSocket } from 'ws'
import { createBinaryStream, STREAM_SOCKET_OPTIONS } from './binary-stream.ts'
import { toWireError, transportError } from './errors.ts'
import type { TlsOptions } from './tls-options.ts'

/** Opens the host's end of a stream, for example the socket of a guest's console. */
export type StreamOpener = (params: never) => Promise<Duplex>

export type StreamOpeners = Readonly<Partial<Record<StreamKind, StreamOpener>>>

export interface DialStreamOptions {
  /** Base URL of the node that asked. */
  readonly url: string
  readonly tls: TlsOptions
  readonly openers: StreamOpeners
  readonly timeoutMs: number
}

/** Opens the host's end, dials the control plane and joins the two. Returns what to report when that fails. */
export async function serveStream(request: OpenStream, options: DialStreamOptions): Promise<StreamFailed | undefined> {
  let local: Duplex | undefined
  try {
    local = await openLocal(request, options.openers)
    join(local, await dial(request.stream, options))
    return undefined
  } catch (error) {
    local?.destroy()
    return { type: 'streamFailed', stream: request.stream, error: toWireError(error) }
  }
}

async function openLocal({ kind, params }: OpenStream, openers: StreamOpeners): Promise<Duplex> {
  const opener = Object.hasOwn(openers, kind) ? openers[kind] : undefined
  if (opener === undefined) {
    throw transportError('STREAM_KIND_UNKNOWN', `This host has no streams of the kind ${JSON.stringify(kind)}.`, {
      remedy: 'Upgrade the agent, or enable its driver.',
    })
  }
  return opener(params as never)
}

function dial(name: string, { url, tls, timeoutMs }: DialStreamOptions): Promise<Duplex> {
  const address = new URL(STREAM_PATH + encodeURIComponent(name), url)
  const socket = new WebSocket(address, { ...tls, ...STREAM_SOCKET_OPTIONS, handshakeTimeout: timeoutMs })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      socket.off('error', reject)
      resolve(createBinaryStream(socket))
    })
  })
}

function join(local: Duplex, remote: Duplex): void {
  // Either end's failure ends the other; whoever uses the stream on the far side sees it end.
  pipeline(local, remote, local, () => undefined)
}
