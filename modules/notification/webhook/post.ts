/** One attempt to hand a delivery over. */
import http from 'node:http'
import https from 'node:https'
import { outboundOptions } from '@basalt/kernel'
import { signatureOf } from './signature.ts'

const TIMEOUT_MS = 10_000

export interface Letter {
  url: string
  secret: string
  /** Id of the delivery, the same in every attempt: receivers tell repetitions by it. */
  delivery: string
  webhook: string
  body: string
  allowPrivate: boolean
  signal: AbortSignal
}

export interface Attempt {
  status: number | null
  /** Absent when the receiver has it. */
  error?: string
  durationMs: number
}

function exchange(letter: Letter): Promise<number> {
  const url = new URL(letter.url)
  const timestamp = String(Math.floor(Date.now() / 1000))
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(letter.body),
    'user-agent': 'Basalt',
    'basalt-webhook': letter.webhook,
    'basalt-delivery': letter.delivery,
    'basalt-timestamp': timestamp,
    'basalt-signature': signatureOf(letter.secret, timestamp, letter.body),
  }
  const signal = AbortSignal.any([letter.signal, AbortSignal.timeout(TIMEOUT_MS)])
  const client = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, signal, ...outboundOptions(url, letter.allowPrivate) }
    const outgoing = client.request(url, options, (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    outgoing.on('error', reject)
    outgoing.end(letter.body)
  })
}

const wordsFor = (error: Error): string =>
  error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `no answer within ${TIMEOUT_MS / 1000} s`
    : error.message

/** Never rejects: what went wrong is part of the record. A redirect is no success; events go where the owner said. */
export async function post(letter: Letter): Promise<Attempt> {
  const begun = performance.now()
  const durationMs = (): number => Math.round(performance.now() - begun)
  try {
    const status = await exchange(letter)
    const isTaken = status >= 200 && status < 300
    return { status, durationMs: durationMs(), ...(isTaken ? {} : { error: `the receiver answered ${status}` }) }
  } catch (error) {
    return { status: null, durationMs: durationMs(), error: wordsFor(error as Error) }
  }
}
