import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { Readable } from 'node:stream'
import { IMAGE_PATH, type ImageSource, type PrimaryStorageDeps } from '@basalt/contracts'
import type { Identity } from '@basalt/pki'
import { AgentError } from './errors.ts'

const ANSWER_TIMEOUT_MS = 30_000

/**
 * Makes the storage drivers' way to images: HTTPS from the control plane with the agent's certificate, from any byte on (RFC 9110,
 * range requests). Only the control plane's own servers have a certificate it accepts.
 */
export function createImageSource(identity: () => Identity): PrimaryStorageDeps['openImage'] {
  return (source, offset, signal) =>
    new Promise<Readable>((resolve, reject) => {
      const fail = (cause: Error): void => reject(unreachable(cause.message, cause))
      try {
        const { keyPem, certificatePem, caPem } = identity()
        const asked = request(imageUrl(source), {
          ...{ key: keyPem, cert: certificatePem, ca: caPem, minVersion: 'TLSv1.3', signal },
          headers: { range: `bytes=${offset}-` },
        })
        asked.setTimeout(ANSWER_TIMEOUT_MS, () => asked.destroy(new Error('the control plane is silent')))
        asked.once('error', fail)
        asked.once('response', (response) => {
          const problem = problemOf(response, offset)
          if (problem === undefined) return resolve(response)
          response.destroy()
          reject(unreachable(problem))
        })
        asked.end()
      } catch (error) {
        fail(error as Error)
      }
    })
}

function imageUrl({ url }: ImageSource): URL {
  const parsed = new URL(url)
  if (parsed.protocol === 'https:' && parsed.pathname.startsWith(IMAGE_PATH)) return parsed
  throw new Error(`${url} is not an image of the control plane`)
}

/** Why the answer does not carry the image from `offset` on. */
function problemOf({ statusCode, headers }: IncomingMessage, offset: number): string | undefined {
  if (statusCode === 200 && offset === 0) return undefined
  if (statusCode !== 206) return `the control plane answered with status ${statusCode}`
  const range = headers['content-range'] ?? ''
  return range.startsWith(`bytes ${offset}-`) ? undefined : `the control plane sent another range: ${range}`
}

function unreachable(what: string, cause?: Error): AgentError {
  const remedy = 'Check the way from the host to the control plane; the transfer will go on where it stopped.'
  return new AgentError('IMAGE_UNREACHABLE', `The image cannot be read: ${what}.`, remedy, { cause })
}
