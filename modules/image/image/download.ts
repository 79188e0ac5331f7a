/** Fetching images by URL. Tenants cannot make the control plane talk to its own network. */

import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { createWriteStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '@basalt/kernel'
import { sizeOf } from '../image-store/files.ts'

const MAX_REDIRECTS = 5
const IDLE_MS = 60_000

const inner = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(network, prefix, 'ipv6')

const isInner = (address: string): boolean => inner.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

export interface Download {
  url: string
  target: string
  /** Operators may fetch from private addresses. */
  allowPrivate: boolean
  signal: AbortSignal
  progress(percent: number, message?: string): void
}

const unreachable = (url: URL, reason: string, cause?: unknown): Problem =>
  new Problem({
    status: 502,
    code: 'IMAGE_UNREACHABLE',
    detail: `${url.host} did not give the image: ${reason}.`,
    remedy: 'Check the URL from another machine; then try again.',
    cause,
  })

const notAllowed = (url: URL): Problem =>
  new Problem({
    status: 422,
    code: 'URL_NOT_ALLOWED',
    detail: `${url.hostname} is a private address.`,
    remedy: 'Use a public URL, or upload the image.',
  })

/** Resolves names as usual, but refuses those that lead inside: also when a name changes its mind between check and use. */
function guardedLookup(url: URL): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 4)
      if (addresses.some(({ address }) => isInner(address))) return callback(notAllowed(url), '', 4)
      const [first] = addresses
      if (options.all) return callback(null, addresses)
      return callback(null, first?.address ?? '', first?.family ?? 4)
    })
  }
}

function request(url: URL, offset: number, { allowPrivate, signal }: Download): Promise<http.IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!allowPrivate && isIP(host) !== 0 && isInner(host)) return Promise.reject(notAllowed(url))
  const client = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const headers = offset > 0 ? { range: `bytes=${offset}-` } : {}
    const outgoing = client.get(
      url,
      { headers, signal, timeout: IDLE_MS, ...(allowPrivate ? {} : { lookup: guardedLookup(url) }) },
      resolve,
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer for a minute')))
    outgoing.on('error', (error) => reject(error instanceof Problem ? error : unreachable(url, error.message, error)))
  })
}

async function follow(
  start: string,
  offset: number,
  download: Download,
): Promise<{ response: http.IncomingMessage; url: URL }> {
  let url = new URL(start)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await request(url, offset, download)
    const { statusCode = 0, headers } = response
    if (statusCode < 300 || statusCode >= 400 || !headers.location) return { response, url }
    response.resume()
    url = new URL(headers.location, url)
    if (!/^https?:$/.test(url.protocol)) throw unreachable(url, 'it redirects to something that is not HTTP')
  }
  throw unreachable(url, 'it redirects too often')
}

function meter(total: number, from: number, { progress }: Download): Transform {
  let received = from
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length
      progress(total > 0 ? Math.min(99, (received / total) * 100) : 0, `${Math.round(received / 2 ** 20)} MiB received`)
      done(null, chunk)
    },
  })
}

/** Fetch into `target`, going on where an earlier attempt broke off when the server can. */
export async function fetchImage(download: Download): Promise<void> {
  const offset = (await sizeOf(download.target)) ?? 0
  const { response, url } = await follow(download.url, offset, download)
  const status = response.statusCode ?? 0
  if (status === 416 && offset > 0) return void response.resume()
  if (status !== 200 && status !== 206) {
    response.resume()
    throw unreachable(url, `it answered ${status}`)
  }
  const resumed = status === 206
  const length = Number(response.headers['content-length'] ?? 0)
  const total = length + (resumed ? offset : 0)
  response.setTimeout(IDLE_MS, () => response.destroy(new Error('no data for a minute')))
  try {
    await pipeline(
      response,
      meter(total, resumed ? offset : 0, download),
      createWriteStream(download.target, { flags: resumed ? 'a' : 'w' }),
      { signal: download.signal },
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new Problem({
        status: 507,
        code: 'NO_SPACE',
        detail: 'The image store is full.',
        remedy: 'Free space in the store, or add another one.',
        cause: error,
      })
    throw unreachable(url, (error as Error).message, error)
  }
}
