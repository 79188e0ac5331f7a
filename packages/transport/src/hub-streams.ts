import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { OpenStream, StreamFailed, StreamKind } from '@basalt/contracts'
import { TransportError, transportError } from './errors.ts'

export interface OpenStreamOptions {
  /** Longest wait for the host to open it. Default 15,000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Streams that hosts were asked to open and that have not arrived yet. */
export interface ExpectedStreams {
  open(hostId: string, kind: StreamKind, params: unknown, options: OpenStreamOptions): Promise<Duplex>
  /** Whether this host was asked for this stream and it has not come yet. */
  isExpected(hostId: string, name: string): boolean
  /** Hands a stream that arrived to whoever waits for it; false when nobody does any more. */
  arrive(hostId: string, name: string, stream: Duplex): boolean
  onFailed(hostId: string, failed: StreamFailed): void
  /** Rejects the streams that a host, or every host, still owes. */
  abandon(hostId?: string): void
}

interface Expected {
  readonly hostId: string
  settle(outcome: Duplex | TransportError): void
}

const DEFAULT_TIMEOUT_MS = 15_000

/** @param send sends to the host if it is connected and says whether it is */
export function createExpectedStreams(send: (hostId: string, message: OpenStream) => boolean): ExpectedStreams {
  const expected = new Map<string, Expected>()

  function find(hostId: string, name: string): Expected | undefined {
    const found = expected.get(name)
    return found?.hostId === hostId ? found : undefined
  }
  return {
    open(hostId, kind, params, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }) {
      const name = randomBytes(32).toString('base64url')
      return new Promise((resolve, reject) => {
        const abort = () => settle(transportError('CANCELLED', `Opening the ${kind} stream was cancelled.`))
        const timer = setTimeout(() => settle(tooLate(hostId, kind)), timeoutMs)
        function settle(outcome: Duplex | TransportError): void {
          expected.delete(name)
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          if (outcome instanceof TransportError) reject(outcome)
          else resolve(outcome)
        }
        expected.set(name, { hostId, settle })
        signal?.addEventListener('abort', abort, { once: true })
        if (signal?.aborted) abort()
        else if (!send(hostId, { type: 'openStream', stream: name, kind, params })) settle(lost(hostId))
      })
    },
    isExpected: (hostId, name) => find(hostId, name) !== undefined,
    arrive(hostId, name, stream) {
      const waiting = find(hostId, name)
      waiting?.settle(stream)
      return waiting !== undefined
    },
    onFailed: (hostId, { stream, error }) => find(hostId, stream)?.settle(new TransportError(error)),
    abandon(hostId) {
      for (const waiting of [...expected.values()]) {
        if (hostId === undefined || waiting.hostId === hostId) waiting.settle(lost(waiting.hostId))
      }
    },
  }
}

function lost(host: string): TransportError {
  return transportError('HOST_DISCONNECTED', 'The host is not connected.', {
    remedy: 'Check that its agent runs and reaches the control plane.',
    details: { host },
  })
}

function tooLate(host: string, kind: string): TransportError {
  return transportError('HOST_TIMEOUT', `The host did not open the ${kind} stream in time.`, {
    remedy: 'Try again; look at its load and its network when it stays that way.',
    details: { host },
  })
}
