/** Fetching images by URL. Tenants cannot make the control plane talk to its own network. */

import { createWriteStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { outboundOptions, Problem } from '@basalt/kernel'
import { sizeOf } from '../image-store/files.ts'
import { arrival } from './uploads.ts'

const MAX_REDIRECTS = 5
const IDLE_MS = 60_000
const FRUITLESS_ATTEMPTS = 3
const PAUSE_MS = 200

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

/** Where to go on, and the validator (RFC 9110, 13.1.5) that keeps halves of two versions apart. */
interface Resume {
  offset: number
  validator?: string
}

const rangeHeaders = ({ offset, validator }: Resume): Record<string, string> =>
  offset > 0 ? { range: `bytes=${offset}-`, ...(validator ? { 'if-range': validator } : {}) } : {}

async function request(url: URL, resume: Resume, { allowPrivate, signal }: Download): Promise<http.IncomingMessage> {
  const outbound = outboundOptions(url, allowPrivate)
  const client = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const outgoing = client.get(
      url,
      {
        headers: rangeHeaders(resume),
        signal,
        timeout: IDLE_MS,
        ...outbound,
      },
      resolve,
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer for a minute')))
    outgoing.on('error', (error) => reject(error instanceof Problem ? error : unreachable(url, error.message, error)))
  })
}

async function follow(
  start: string,
  resume: Resume,
  download: Download,
): Promise<{ response: http.IncomingMessage; url: URL }> {
  let url = new URL(start)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await request(url, resume, download)
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
      progress(...arrival(received, total || null))
      done(null, chunk)
    },
  })
}

/** A strong ETag, else the time of the last change. */
function validatorOf({ headers }: http.IncomingMessage): string | undefined {
  const { etag } = headers
  return etag && !etag.startsWith('W/') ? etag : headers['last-modified']
}

/** The server has no more than what is here: whole, or another file than before. */
function checkWhole(response: http.IncomingMessage, url: URL, offset: number): void {
  response.resume()
  const size = /^bytes \*\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1]
  if (size !== undefined && Number(size) !== offset)
    throw unreachable(url, `it has ${size} bytes now, and ${offset} were received before`)
}

/** One transfer. Returns whether it broke off half-way, and how to go on. */
async function transfer(download: Download, resume: Resume): Promise<{ broken?: Problem; validator?: string }> {
  const { response, url } = await follow(download.url, resume, download)
  const status = response.statusCode ?? 0
  if (status === 416 && resume.offset > 0) {
    checkWhole(response, url, resume.offset)
    return {}
  }
  if (status !== 200 && status !== 206) {
    response.resume()
    throw unreachable(url, `it answered ${status}`)
  }
  const from = status === 206 ? resume.offset : 0
  const length = Number(response.headers['content-length'] ?? 0)
  response.setTimeout(IDLE_MS, () => response.destroy(new Error('no data for a minute')))
  const file = createWriteStream(download.target, { flags: from > 0 ? 'a' : 'w', mode: 0o640 })
  try {
    await pipeline(response, meter(length ? length + from : 0, from, download), file, { signal: download.signal })
    return {}
  } catch (error) {
    // A write may still be on its way to the disk; the next transfer begins where this one really ended.
    if (!file.closed) await new Promise<void>((resolve) => file.once('close', () => resolve()))
    download.signal.throwIfAborted()
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new Problem({
        status: 507,
        code: 'NO_SPACE',
        detail: 'The image store is full.',
        remedy: 'Free space in the store, or add another one.',
        cause: error,
      })
    return { broken: unreachable(url, (error as Error).message, error), validator: validatorOf(response) }
  }
}

/** Fetch into `target`. A transfer that breaks off is gone on with where it broke, as long as each attempt brings something. */
export async function fetchImage(download: Download): Promise<void> {
  let offset = (await sizeOf(download.target)) ?? 0
  let validator: string | undefined
  let fruitless = 0
  while (fruitless < FRUITLESS_ATTEMPTS) {
    const result = await transfer(download, { offset, validator })
    if (!result.broken) return
    const received = (await sizeOf(download.target)) ?? 0
    fruitless = received > offset ? 0 : fruitless + 1
    if (fruitless === FRUITLESS_ATTEMPTS) throw result.broken
    offset = received
    validator = result.validator
    await sleep(PAUSE_MS, undefined, { signal: download.signal })
  }
}
