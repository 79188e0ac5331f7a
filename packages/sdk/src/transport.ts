/** One HTTP exchange, without retries or meaning. `node-transport.ts` implements it. */

export interface WireRequest {
  method: string
  url: URL
  headers: Record<string, string>
  /** Text, or a stream that is sent as it comes. */
  body?: string | AsyncIterable<Uint8Array>
  signal: AbortSignal
}

export interface WireAnswer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  /** The whole body. */
  text(): Promise<string>
  /** The body as it comes; leaving the loop ends the exchange. */
  chunks(): AsyncIterable<Uint8Array>
}

export interface Transport {
  /** Resolves when the head of the answer is there. Rejects with `SdkError` or, when aborted, the signal's reason. */
  send(request: WireRequest): Promise<WireAnswer>
  /** Close idle connections. */
  close(): void
}
